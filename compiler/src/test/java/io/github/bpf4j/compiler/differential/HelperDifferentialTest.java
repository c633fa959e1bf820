/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static io.github.bpf4j.runtime.program.ProgramType.LWT_IN;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_OUT;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_XMIT;

import io.github.bpf4j.compiler.kernel.RequiresKernel;
import io.github.bpf4j.runtime.program.ProgramType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random calls of each helper and kfunc, in Linux and here. The area holds eight numbers, which the program passes as arguments, at 0;
 * results at 64; input bytes at 128; output at 512. Property {@code bpf4j.fuzz.cases} says how many calls, {@code bpf4j.fuzz.seed} which.
 */
@Tag("kernel")
@RequiresKernel
class HelperDifferentialTest {
    private static final int CASES = Integer.getInteger("bpf4j.fuzz.cases", 200);
    private static final long SEED = Long.getLong("bpf4j.fuzz.seed", 20261121);

    /** {@code BPF_F_TEST_SKB_CHECKSUM_COMPLETE}. */
    private static final int CHECKSUM_COMPLETE = 4;

    /** r6 = context, r7 = area. */
    private static final String PROLOGUE = """
                r6 = r1
                r7 = map[area][0]
            """;

    private static final String EPILOGUE = """
                *(u64 *)(r7 + 64) = r0
            out:
                r0 = 0
                exit
            """;

    /** Invalidated packet pointers and new metadata are read back behind the call. */
    private static final String CONTEXT_EPILOGUE = """
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

    record Case(String name, ProgramType type, String body, ArgumentKind... arguments) {
        @Override
        public String toString() {
            return name + " in " + type;
        }
    }

    enum ArgumentKind {
        /** A place in the packet. */
        OFFSET,
        /** A number of bytes. */
        SIZE,
        /** A few bits. */
        FLAGS,
        /** Anything. */
        NUMBER,
        /** A small number. */
        SMALL
    }

    private static final ArgumentKind OFFSET = ArgumentKind.OFFSET;
    private static final ArgumentKind SIZE = ArgumentKind.SIZE;
    private static final ArgumentKind FLAGS = ArgumentKind.FLAGS;
    private static final ArgumentKind NUMBER = ArgumentKind.NUMBER;
    private static final ArgumentKind SMALL = ArgumentKind.SMALL;

    static Stream<Case> cases() {
        return Stream.of(helperCases(), kfuncCases()).flatMap(List::stream);
    }

    private static List<Case> kfuncCases() {
        return Stream.of(stringCases(), dynptrCases()).flatMap(List::stream).toList();
    }

    private static List<Case> helperCases() {
        return Stream.of(packetCases(), checksumCases(), tunnelCases(), encapsulationCases(), textCases())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Case> packetCases() {
        String load = PROLOGUE + """
                    r1 = r6
                    r2 = *(u64 *)(r7 + 0)
                    r3 = r7
                    r3 += 512
                    r4 = *(u64 *)(r7 + 8)
                    r4 &= 0xff
                    if r4 == 0 goto out
                    call bpf_skb_load_bytes
                """ + CONTEXT_EPILOGUE;
        String pull = PROLOGUE + """
                    r1 = r6
                    r2 = *(u64 *)(r7 + 0)
                    call bpf_skb_pull_data
                """ + CONTEXT_EPILOGUE;
        return List.of(
                new Case("skb_load_bytes", LWT_IN, load, OFFSET, SIZE),
                new Case("skb_load_bytes", LWT_OUT, load, OFFSET, SIZE),
                new Case("skb_load_bytes", LWT_XMIT, load, OFFSET, SIZE),
                new Case("skb_store_bytes", LWT_XMIT, PROLOGUE + """
                            r1 = r6
                            r2 = *(u64 *)(r7 + 0)
                            r3 = r7
                            r3 += 128
                            r4 = *(u64 *)(r7 + 8)
                            r4 &= 0xff
                            if r4 == 0 goto out
                            r5 = *(u64 *)(r7 + 16)
                            call bpf_skb_store_bytes
                        """ + CONTEXT_EPILOGUE, OFFSET, SIZE, FLAGS),
                new Case("skb_pull_data", LWT_IN, pull, OFFSET),
                new Case("skb_pull_data", LWT_OUT, pull, OFFSET),
                new Case("skb_pull_data", LWT_XMIT, pull, OFFSET),
                new Case("skb_change_head", LWT_XMIT, PROLOGUE + """
                            r1 = r6
                            r2 = *(u64 *)(r7 + 0)
                            r3 = *(u64 *)(r7 + 8)
                            call bpf_skb_change_head
                        """ + CONTEXT_EPILOGUE, OFFSET, FLAGS),
                new Case("skb_change_tail", LWT_XMIT, PROLOGUE + """
                            r1 = r6
                            r2 = *(u64 *)(r7 + 0)
                            r3 = *(u64 *)(r7 + 8)
                            call bpf_skb_change_tail
                        """ + CONTEXT_EPILOGUE, OFFSET, FLAGS),
                new Case(
                        "skb_change_head, then skb_change_tail",
                        LWT_XMIT,
                        PROLOGUE + """
                            r1 = r6
                            r2 = *(u64 *)(r7 + 0)
                            r3 = 0
                            call bpf_skb_change_head
                            *(u64 *)(r7 + 104) = r0
                            r1 = r6
                            r2 = *(u64 *)(r7 + 8)
                            r3 = 0
                            call bpf_skb_change_tail
                        """ + CONTEXT_EPILOGUE,
                        SMALL,
                        OFFSET),
                new Case("set_hash_invalid", LWT_XMIT, PROLOGUE + """
                            r1 = r6
                            call bpf_get_hash_recalc
                            if r0 == 0 goto out
                            r1 = r6
                            call bpf_set_hash_invalid
                        """ + CONTEXT_EPILOGUE),
                new Case("redirect", LWT_XMIT, PROLOGUE + """
                            r1 = *(u64 *)(r7 + 0)
                            r2 = *(u64 *)(r7 + 8)
                            call bpf_redirect
                        """ + CONTEXT_EPILOGUE, NUMBER, FLAGS),
                new Case("clone_redirect to no device", LWT_XMIT, PROLOGUE + """
                            r1 = r6
                            r2 = 0x7fffffff
                            r3 = *(u64 *)(r7 + 0)
                            call bpf_clone_redirect
                        """ + CONTEXT_EPILOGUE, FLAGS),
                new Case("get_route_realm", LWT_OUT, PROLOGUE + """
                            r1 = r6
                            call bpf_get_route_realm
                        """ + CONTEXT_EPILOGUE));
    }

    private static List<Case> checksumCases() {
        String diff = PROLOGUE + """
                    r1 = r7
                    r1 += 128
                    r2 = *(u64 *)(r7 + 0)
                    r2 &= 0x7f
                    r3 = r7
                    r3 += 256
                    r4 = *(u64 *)(r7 + 8)
                    r4 &= 0x7f
                    r5 = *(u64 *)(r7 + 16)
                    call bpf_csum_diff
                """ + EPILOGUE;
        String replace = PROLOGUE + """
                    r1 = r6
                    r2 = *(u64 *)(r7 + 0)
                    r3 = *(u64 *)(r7 + 8)
                    r4 = *(u64 *)(r7 + 16)
                    r5 = *(u64 *)(r7 + 24)
                    call %s
                """ + CONTEXT_EPILOGUE;
        return List.of(
                new Case("csum_diff", LWT_IN, diff, SIZE, SIZE, NUMBER),
                new Case("csum_diff", LWT_OUT, diff, SIZE, SIZE, NUMBER),
                new Case("csum_diff", LWT_XMIT, diff, SIZE, SIZE, NUMBER),
                new Case("csum_diff without old bytes", LWT_XMIT, PROLOGUE + """
                            r1 = 0
                            r2 = 0
                            r3 = r7
                            r3 += 256
                            r4 = *(u64 *)(r7 + 8)
                            r4 &= 0x7f
                            r5 = *(u64 *)(r7 + 16)
                            call bpf_csum_diff
                        """ + EPILOGUE, SIZE, SIZE, NUMBER),
                new Case(
                        "l3_csum_replace",
                        LWT_XMIT,
                        replace.formatted("bpf_l3_csum_replace"),
                        OFFSET,
                        NUMBER,
                        NUMBER,
                        FLAGS),
                new Case(
                        "l4_csum_replace",
                        LWT_XMIT,
                        replace.formatted("bpf_l4_csum_replace"),
                        OFFSET,
                        NUMBER,
                        NUMBER,
                        FLAGS),
                new Case("csum_update", LWT_XMIT, PROLOGUE + """
                            r1 = r6
                            r2 = *(u64 *)(r7 + 0)
                            call bpf_csum_update
                        """ + CONTEXT_EPILOGUE, NUMBER),
                new Case("csum_level", LWT_XMIT, PROLOGUE + """
                            r1 = r6
                            r2 = *(u64 *)(r7 + 0)
                            call bpf_csum_level
                            *(u64 *)(r7 + 104) = r0
                            r1 = r6
                            r2 = *(u64 *)(r7 + 8)
                            call bpf_csum_level
                            *(u64 *)(r7 + 112) = r0
                            r1 = r6
                            r2 = 0
                            call bpf_csum_level
                        """ + CONTEXT_EPILOGUE, SMALL, SMALL));
    }

    private static List<Case> tunnelCases() {
        String set = PROLOGUE + """
                    r1 = r6
                    r2 = r7
                    r2 += 128
                    r3 = *(u64 *)(r7 + 0)
                    r3 &= 0x3f
                    if r3 == 0 goto out
                    r4 = *(u64 *)(r7 + 8)
                    call bpf_skb_set_tunnel_key
                    *(u64 *)(r7 + 104) = r0
                """;
        return List.of(
                new Case(
                        "skb_get_tunnel_key without a tunnel",
                        LWT_XMIT,
                        PROLOGUE + """
                            r1 = r6
                            r2 = r7
                            r2 += 512
                            r3 = *(u64 *)(r7 + 0)
                            r3 &= 0x3f
                            if r3 == 0 goto out
                            r4 = *(u64 *)(r7 + 8)
                            call bpf_skb_get_tunnel_key
                        """ + CONTEXT_EPILOGUE,
                        SIZE,
                        FLAGS),
                new Case(
                        "skb_set_tunnel_key, then skb_get_tunnel_key",
                        LWT_XMIT,
                        set + """
                            r1 = r6
                            r2 = r7
                            r2 += 512
                            r3 = *(u64 *)(r7 + 16)
                            r3 &= 0x3f
                            if r3 == 0 goto out
                            r4 = *(u64 *)(r7 + 24)
                            call bpf_skb_get_tunnel_key
                        """ + CONTEXT_EPILOGUE,
                        SIZE,
                        FLAGS,
                        SIZE,
                        FLAGS),
                new Case(
                        "skb_set_tunnel_opt, then skb_get_tunnel_opt",
                        LWT_XMIT,
                        set + """
                            r1 = r6
                            r2 = r7
                            r2 += 128
                            r3 = *(u64 *)(r7 + 16)
                            r3 &= 0x1ff
                            if r3 == 0 goto out
                            call bpf_skb_set_tunnel_opt
                            *(u64 *)(r7 + 112) = r0
                            r1 = r6
                            r2 = r7
                            r2 += 512
                            r3 = *(u64 *)(r7 + 24)
                            r3 &= 0x1ff
                            if r3 == 0 goto out
                            call bpf_skb_get_tunnel_opt
                        """ + CONTEXT_EPILOGUE,
                        SIZE,
                        FLAGS,
                        SIZE,
                        SIZE));
    }

    private static List<Case> encapsulationCases() {
        // the other types need a route, which BPF_PROG_TEST_RUN does not give, and may crash the kernel
        return List.of(
                new Case("lwt_push_encap of an IP header", LWT_IN, PROLOGUE + """
                            r1 = r6
                            r2 = *(u64 *)(r7 + 0)
                            r2 &= 1
                            r2 += 2
                            r3 = r7
                            r3 += 128
                            r4 = *(u64 *)(r7 + 8)
                            r4 &= 0x1ff
                            if r4 == 0 goto out
                            call bpf_lwt_push_encap
                        """ + CONTEXT_EPILOGUE, SMALL, SIZE),
                new Case("lwt_push_encap of two IP headers", LWT_IN, PROLOGUE + """
                            r1 = r6
                            r2 = 2
                            r3 = r7
                            r3 += 128
                            r4 = *(u64 *)(r7 + 0)
                            r4 &= 0x1ff
                            if r4 == 0 goto out
                            call bpf_lwt_push_encap
                            *(u64 *)(r7 + 104) = r0
                            r1 = r6
                            r2 = 2
                            r3 = r7
                            r3 += 256
                            r4 = *(u64 *)(r7 + 8)
                            r4 &= 0xff
                            if r4 == 0 goto out
                            call bpf_lwt_push_encap
                        """ + CONTEXT_EPILOGUE, SIZE, SIZE),
                new Case("lwt_push_encap of other kinds", LWT_XMIT, PROLOGUE + """
                            r1 = r6
                            r2 = *(u64 *)(r7 + 0)
                            r2 <<= 32
                            r2 >>= 32
                            if r2 == 2 goto out
                            r3 = r7
                            r3 += 128
                            r4 = 48
                            call bpf_lwt_push_encap
                        """ + CONTEXT_EPILOGUE, SMALL));
    }

    private static List<Case> textCases() {
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
        return List.of(
                new Case("strtol", LWT_OUT, parse.formatted("bpf_strtol"), SIZE, SMALL),
                new Case("strtoul", LWT_OUT, parse.formatted("bpf_strtoul"), SIZE, SMALL));
    }

    private static List<Case> stringCases() {
        String strings = PROLOGUE + """
                    r1 = r7
                    r1 += 128
                    r2 = r7
                    r2 += 256
                    r3 = *(u64 *)(r7 + 0)
                    call %s
                """ + EPILOGUE;
        String characters = PROLOGUE + """
                    r1 = r7
                    r1 += 128
                    r2 = *(u64 *)(r7 + 0)
                    r3 = *(u64 *)(r7 + 8)
                    call %s
                """ + EPILOGUE;
        return List.of(
                new Case("strcmp", LWT_OUT, strings.formatted("bpf_strcmp"), SMALL),
                new Case("strcasecmp", LWT_OUT, strings.formatted("bpf_strcasecmp"), SMALL),
                new Case("strspn", LWT_OUT, strings.formatted("bpf_strspn"), SMALL),
                new Case("strcspn", LWT_OUT, strings.formatted("bpf_strcspn"), SMALL),
                new Case("strstr", LWT_OUT, strings.formatted("bpf_strstr"), SMALL),
                new Case("strnstr", LWT_OUT, strings.formatted("bpf_strnstr"), SMALL),
                new Case("strchr", LWT_OUT, characters.formatted("bpf_strchr"), SMALL, SMALL),
                new Case("strchrnul", LWT_OUT, characters.formatted("bpf_strchrnul"), SMALL, SMALL),
                new Case("strrchr", LWT_OUT, characters.formatted("bpf_strrchr"), SMALL, SMALL),
                new Case("strnchr", LWT_OUT, characters.formatted("bpf_strnchr"), SMALL, SMALL),
                new Case("strlen", LWT_OUT, characters.formatted("bpf_strlen"), SMALL, SMALL),
                new Case("strnlen", LWT_OUT, characters.formatted("bpf_strnlen"), SMALL, SMALL));
    }

    private static List<Case> dynptrCases() {
        String packet = PROLOGUE + """
                    r1 = r6
                    r2 = *(u64 *)(r7 + 0)
                    r2 &= 1
                    r3 = r10
                    r3 += -16
                    call bpf_dynptr_from_skb
                    *(u64 *)(r7 + 104) = r0
                    r1 = r10
                    r1 += -16
                    call bpf_dynptr_is_rdonly
                    *(u64 *)(r7 + 112) = r0
                    r1 = r10
                    r1 += -16
                    r2 = *(u64 *)(r7 + 8)
                    r3 = *(u64 *)(r7 + 16)
                    call bpf_dynptr_adjust
                    *(u64 *)(r7 + 120) = r0
                    r1 = r10
                    r1 += -16
                    call bpf_dynptr_size
                    *(u64 *)(r7 + 368) = r0
                    r1 = r7
                    r1 += 512
                    r2 = *(u64 *)(r7 + 24)
                    r2 &= 0xff
                    r3 = r10
                    r3 += -16
                    r4 = *(u64 *)(r7 + 32)
                    r5 = *(u64 *)(r7 + 40)
                    r5 &= 1
                    call bpf_dynptr_read
                    *(u64 *)(r7 + 376) = r0
                    r1 = r10
                    r1 += -16
                    r2 = *(u64 *)(r7 + 32)
                    r3 = r7
                    r3 += 128
                    r4 = *(u64 *)(r7 + 24)
                    r4 &= 0xff
                    r5 = *(u64 *)(r7 + 48)
                    call bpf_dynptr_write
                """ + CONTEXT_EPILOGUE;
        String memory = PROLOGUE + """
                    r1 = r7
                    r1 += 128
                    r2 = *(u64 *)(r7 + 0)
                    r2 &= 0x7f
                    r3 = *(u64 *)(r7 + 40)
                    r3 &= 1
                    r4 = r10
                    r4 += -16
                    call bpf_dynptr_from_mem
                    *(u64 *)(r7 + 104) = r0
                    r1 = r10
                    r1 += -16
                    r2 = *(u64 *)(r7 + 8)
                    r3 = *(u64 *)(r7 + 16)
                    call bpf_dynptr_adjust
                    *(u64 *)(r7 + 112) = r0
                    r1 = r6
                    r2 = 0
                    r3 = r10
                    r3 += -32
                    call bpf_dynptr_from_skb
                    r1 = r10
                    r1 += -16
                    r2 = *(u64 *)(r7 + 24)
                    r3 = r10
                    r3 += -32
                    r4 = *(u64 *)(r7 + 32)
                    r5 = *(u64 *)(r7 + 48)
                    call bpf_dynptr_copy
                    *(u64 *)(r7 + 368) = r0
                    r1 = r10
                    r1 += -32
                    r2 = *(u64 *)(r7 + 32)
                    r3 = *(u64 *)(r7 + 48)
                    r4 = *(u64 *)(r7 + 24)
                    call bpf_dynptr_memset
                    *(u64 *)(r7 + 376) = r0
                    r1 = r10
                    r1 += -32
                    r2 = *(u64 *)(r7 + 32)
                    r3 = r10
                    r3 += -16
                    r4 = *(u64 *)(r7 + 24)
                    r5 = *(u64 *)(r7 + 48)
                    call bpf_dynptr_copy
                    *(u64 *)(r7 + 384) = r0
                    r1 = r10
                    r1 += -32
                    r2 = *(u64 *)(r7 + 32)
                    r3 = 0
                    r4 = 16
                    call bpf_dynptr_slice
                    if r0 == 0 goto none
                    r0 = *(u64 *)(r0 + 8)
                none:
                """ + CONTEXT_EPILOGUE;
        String numbers = PROLOGUE + """
                    r1 = r10
                    r1 += -8
                    r2 = *(u64 *)(r7 + 0)
                    r3 = *(u64 *)(r7 + 8)
                    call bpf_iter_num_new
                    *(u64 *)(r7 + 104) = r0
                next:
                    r1 = r10
                    r1 += -8
                    call bpf_iter_num_next
                    if r0 == 0 goto done
                    r0 = *(u32 *)(r0 + 0)
                    *(u64 *)(r7 + 112) = r0
                    r1 = *(u64 *)(r7 + 120)
                    r1 += 1
                    *(u64 *)(r7 + 120) = r1
                    if r1 == 1000 goto done
                    goto next
                done:
                    r1 = r10
                    r1 += -8
                    call bpf_iter_num_destroy
                    r0 = 0
                """ + EPILOGUE;
        String bits = PROLOGUE + """
                    r1 = r10
                    r1 += -16
                    r2 = r7
                    r2 += 128
                    r3 = *(u64 *)(r7 + 0)
                    r3 &= 0xf
                    call bpf_iter_bits_new
                    *(u64 *)(r7 + 104) = r0
                next:
                    r1 = r10
                    r1 += -16
                    call bpf_iter_bits_next
                    if r0 == 0 goto done
                    r0 = *(u32 *)(r0 + 0)
                    r1 = *(u64 *)(r7 + 120)
                    r1 *= 31
                    r1 += r0
                    *(u64 *)(r7 + 120) = r1
                    goto next
                done:
                    r1 = r10
                    r1 += -16
                    call bpf_iter_bits_destroy
                    r0 = 0
                """ + EPILOGUE;
        return List.of(
                new Case("dynptr over a packet", LWT_IN, packet, SMALL, OFFSET, OFFSET, SIZE, OFFSET, SMALL, FLAGS),
                new Case("dynptr over a packet", LWT_XMIT, packet, SMALL, OFFSET, OFFSET, SIZE, OFFSET, SMALL, FLAGS),
                new Case("dynptr over memory", LWT_OUT, memory, SIZE, SMALL, SIZE, SMALL, OFFSET, SMALL, SIZE),
                new Case("dynptr over memory", LWT_XMIT, memory, SIZE, SMALL, SIZE, SMALL, OFFSET, SMALL, SIZE),
                new Case("iter_num", LWT_OUT, numbers, NUMBER, NUMBER),
                new Case("iter_bits", LWT_OUT, bits, SIZE));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void compiledProgramsDoTheSameAsLinux(Case test) {
        try (ProgramPair pair = ProgramPair.compiled(test.type, test.body)) {
            compare(test, pair);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void interpretedProgramsDoTheSameAsLinux(Case test) {
        try (ProgramPair pair = ProgramPair.interpreted(test.type, test.body)) {
            compare(test, pair);
        }
    }

    private static void compare(Case test, ProgramPair pair) {
        Random random = new Random(SEED ^ test.toString().hashCode());
        for (int i = 0; i < CASES; i++) {
            byte[] frame = Frames.random(random);
            byte[] context = context(random);
            byte[] area = area(test, random, frame.length - 14);
            ProgramPair.Outcomes outcomes =
                    pair.run(frame, context, area, random.nextInt(4) == 0 ? CHECKSUM_COMPLETE : 0);
            if (!outcomes.same()) {
                Assertions.fail("%s, seed %d, call %d%n%sframe %s%ncontext %s%narea %s"
                        .formatted(
                                test,
                                SEED,
                                i,
                                outcomes.difference(),
                                HexFormat.of().formatHex(frame),
                                HexFormat.of().formatHex(context),
                                HexFormat.of().formatHex(area)));
            }
        }
    }

    private static byte[] context(Random random) {
        if (random.nextInt(3) == 0) {
            return new byte[0];
        }
        ByteBuffer context = ByteBuffer.allocate(192).order(ByteOrder.nativeOrder());
        context.putInt(8, random.nextInt())
                .putInt(32, random.nextInt())
                .putInt(48 + 4 * random.nextInt(5), random.nextInt());
        if (random.nextInt(4) == 0) {
            context.putInt(176, random.nextInt(1500)).putInt(164, random.nextInt(65536));
        }
        return context.array();
    }

    private static byte[] area(Case test, Random random, int length) {
        ByteBuffer area = ByteBuffer.allocate(ProgramPair.AREA).order(ByteOrder.nativeOrder());
        byte[] input = new byte[384];
        switch (random.nextInt(6)) {
            case 0 -> {}
            case 1 -> java.util.Arrays.fill(input, (byte) 0xff);
            case 2, 3 -> {
                String alphabet = "0123456789abcxX -+\t\0\0Az\u00e9";
                for (int i = 0; i < input.length; i++) {
                    input[i] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
                }
            }
            default -> {
                random.nextBytes(input);
                input[0] = (byte) (random.nextBoolean() ? 0x40 | random.nextInt(16) : 0x60);
                input[128] = (byte) (random.nextBoolean() ? 0x45 : 0x60);
                if (random.nextBoolean()) {
                    input[10] = 0;
                    input[11] = 0;
                }
                if (random.nextBoolean()) {
                    java.util.Arrays.fill(input, 22, 28, (byte) 0);
                }
            }
        }
        area.put(128, input);
        area.position(0);
        for (ArgumentKind kind : test.arguments) {
            area.putLong(
                    switch (kind) {
                        case OFFSET -> offset(random, length);
                        case SIZE -> size(random);
                        case FLAGS -> flags(random);
                        case NUMBER -> number(random);
                        case SMALL -> random.nextInt(10) == 0 ? number(random) : random.nextInt(34) - 1;
                    });
        }
        area.putLong(64, 0).putLong(72, 0).putLong(80, 0).putLong(88, 0).putLong(96, 0);
        return area.array();
    }

    private static long offset(Random random, int length) {
        return switch (random.nextInt(12)) {
            case 0 -> 0;
            case 1 -> length - 1;
            case 2 -> length;
            case 3 -> length + random.nextInt(20) - 10;
            case 4 -> 65535 + random.nextInt(3) - 1;
            case 5 -> -1 - random.nextInt(100);
            case 6 -> 16064 - random.nextInt(length + 3) + random.nextInt(3) - 1;
            case 7 -> number(random);
            default -> random.nextInt(Math.max(1, length));
        };
    }

    private static long size(Random random) {
        int[] edges = {0, 1, 2, 4, 8, 20, 22, 24, 28, 40, 44, 48, 63, 64, 127, 255, 256, 257};
        return random.nextBoolean() ? edges[random.nextInt(edges.length)] : random.nextInt(512);
    }

    private static long flags(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> number(random);
            case 1 -> 1L << random.nextInt(64);
            case 2, 3 -> random.nextInt(256);
            case 4, 5 -> random.nextInt(3) * 2 | random.nextInt(16) << 4;
            default -> random.nextInt(3);
        };
    }

    private static long number(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> random.nextInt();
            case 3 -> random.nextInt() & 0xffff_ffffL;
            case 4 -> Integer.MIN_VALUE;
            case 5 -> random.nextInt(65536);
            default -> random.nextLong();
        };
    }
}
