/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static io.github.bpf4j.compiler.differential.Argument.SIZE;
import static io.github.bpf4j.compiler.differential.Argument.SMALL;
import static io.github.bpf4j.compiler.differential.HelperCase.EPILOGUE;
import static io.github.bpf4j.compiler.differential.HelperCase.PROLOGUE;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_IN;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_OUT;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_XMIT;

import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapFlags;
import io.github.bpf4j.runtime.map.MapType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Helpers that read and write text. */
final class TextHelperCases {
    private TextHelperCases() {}

    static List<HelperCase> all() {
        String parse = PROLOGUE + """
                    r1 = r7
                    r1 += 128
                    r2 = *(u64 *)(r7 + 0)
                    r2 &= 0x7f
                    if r2 == 0 goto out
                    r3 = *(u64 *)(r7 + 8)
                    r4 = r10
                    r4 += -8
                    call %s
                    r1 = *(u64 *)(r10 - 8)
                    *(u64 *)(r7 + 104) = r1
                """ + EPILOGUE;
        String compare = PROLOGUE + """
                    r1 = r7
                    r1 += 128
                    r2 = *(u64 *)(r7 + 0)
                    r2 &= 0x7f
                    if r2 == 0 goto out
                    r3 = map[m][0]
                    call bpf_strncmp
                """ + EPILOGUE;
        return List.of(
                new HelperCase("strncmp with nothing", LWT_IN, compare, SIZE).with(() -> List.of(constant(""))),
                new HelperCase("strncmp with a digit", LWT_OUT, compare, SIZE).with(() -> List.of(constant("8"))),
                new HelperCase("strncmp with two digits", LWT_XMIT, compare, SIZE).with(() -> List.of(constant("90"))),
                new HelperCase("strtol", LWT_OUT, parse.formatted("bpf_strtol"), SIZE, SMALL),
                new HelperCase("strtoul", LWT_OUT, parse.formatted("bpf_strtoul"), SIZE, SMALL));
    }

    /** An array that programs cannot change, with a string. */
    static BpfMap constant(String text) {
        byte[] bytes = Arrays.copyOf(text.getBytes(StandardCharsets.ISO_8859_1), text.length() + 1);
        BpfMap map =
                ProgramPair.map(new MapDefinition("m", MapType.ARRAY, 4, bytes.length, 1, MapFlags.RDONLY_PROG), bytes);
        map.freeze();
        return map;
    }
}
