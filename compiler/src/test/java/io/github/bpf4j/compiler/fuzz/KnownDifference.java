/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A difference from Linux that is understood.
 *
 * @param pattern found in who accepts and who rejects, the rejection's message and, below it, the program
 * @param explanation why it is there
 */
record KnownDifference(Pattern pattern, String explanation) {
    private static final List<KnownDifference> ALL = List.of(
            of(
                    "mem access 'map_ptr'|cannot access ptr member",
                    "most fields of struct bpf_map exist inside Linux only"),
            of(
                    "Linux rejects(?s:.*)(r\\d) = map\\[\\w+\\]\\n.* = \\*\\(u32 \\*\\)\\(\\1 \\+ ",
                    "fields of struct bpf_map are constants here, so that branches on them are known"),
            of(
                    "Linux rejects: access beyond (the end of member|struct) ",
                    "what kernel objects consist of is known inside Linux only"),
            of(
                    "Linux rejects: BPF program is too large",
                    "a matter of budgets: the number of paths until a loop's states converge is not the same"),
            of(
                    "Linux rejects: verifier bug: No program to jit",
                    "Linux calls it a bug of its own: it has no code for a function that only unreachable code calls"),
            of(
                    "Linux rejects: verifier bug: backtracking misuse",
                    "Linux calls it a bug of its own: it loses the way back to where a number came from"),
            of(
                    "cannot pass in (irq_flag|iter|dynptr) at an offset=0",
                    "Linux takes r10 itself for the slot below it; the kfunc would get an address above the frame"),
            of(
                    "bpf4j rejects .*(unbounded|invalid access|outside)(?s:.*)bpf_get_smp_processor_id",
                    "Linux knows how many processors its host has; bpf4j allows for any number of workers"),
            of(
                    "(pointer|stack|register|mem access|scalar)(?s:.*) = atomic(64)?_(xchg|cmpxchg|fetch)",
                    "an atomic operation moves numbers here, so a saved pointer comes out as one"),
            of(
                    "bpf4j rejects .*(read_ok|misaligned)(?s:.*) = atomic(64)?_(xchg|cmpxchg|fetch)",
                    "precision tracking follows what an atomic operation fetched, so other scalars are widened"));

    private static KnownDifference of(String pattern, String explanation) {
        return new KnownDifference(Pattern.compile(pattern), explanation);
    }

    /** Why a program is judged differently. */
    static String explain(String difference) {
        return ALL.stream()
                .filter(known -> known.pattern.matcher(difference).find())
                .map(KnownDifference::explanation)
                .findFirst()
                .orElse("not explained yet");
    }
}
