/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.List;
import java.util.function.Supplier;

/**
 * A program that calls helpers or kfuncs with arguments out of the area: eight numbers at 0. Results go to 64; input bytes are at 128,
 * output at 512.
 *
 * @param name what it calls
 * @param type the program type
 * @param body its instructions
 * @param maps makes the maps that {@code map[m]}, {@code map[n]} … of the body name
 * @param arguments what the numbers stand for
 * @param withSum whether packets may come with a sum over their bytes
 */
record HelperCase(
        String name,
        ProgramType type,
        String body,
        Supplier<List<? extends BpfMap>> maps,
        List<Argument> arguments,
        boolean withSum) {
    /** r6 = context, r7 = area. */
    static final String PROLOGUE = """
                r6 = r1
                r7 = map[area][0]
            """;

    static final String EPILOGUE = """
                *(u64 *)(r7 + 64) = r0
            out:
                r0 = 0
                exit
            """;

    /** Invalidated packet pointers and new metadata are read back behind the call. */
    static final String CONTEXT_EPILOGUE = """
                *(u64 *)(r7 + 64) = r0
                r0 = *(u32 *)(r6 + 0)
                *(u32 *)(r7 + 72) = r0
                r0 = *(u32 *)(r6 + 16)
                *(u32 *)(r7 + 76) = r0
                r0 = *(u32 *)(r6 + 176)
                *(u32 *)(r7 + 80) = r0
                r0 = *(u32 *)(r6 + 164)
                *(u32 *)(r7 + 84) = r0
                r0 = *(u32 *)(r6 + 68)
                *(u32 *)(r7 + 88) = r0
                r1 = *(u32 *)(r6 + 76)
                r0 = *(u32 *)(r6 + 80)
                r0 -= r1
                *(u64 *)(r7 + 96) = r0
            out:
                r0 = 0
                exit
            """;

    HelperCase(String name, ProgramType type, String body, Argument... arguments) {
        this(name, type, body, List::of, List.of(arguments), true);
    }

    /** The same with maps. */
    HelperCase with(Supplier<List<? extends BpfMap>> someMaps) {
        return new HelperCase(name, type, body, someMaps, arguments, withSum);
    }

    /**
     * The same on packets without a sum. Linux 6.18 stops with a kernel bug ({@code skb_checksum}) when a test run with
     * {@code BPF_F_TEST_SKB_CHECKSUM_COMPLETE} ends with a packet shorter than its link header.
     */
    HelperCase withoutSum() {
        return new HelperCase(name, type, body, maps, arguments, false);
    }

    @Override
    public String toString() {
        return name + " in " + type;
    }
}
