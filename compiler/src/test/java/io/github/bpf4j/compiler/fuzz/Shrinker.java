/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import io.github.bpf4j.compiler.isa.Instruction;
import java.util.List;
import java.util.function.Predicate;

/** Leaves out of a failing program what the failure does not need. */
final class Shrinker {
    private Shrinker() {}

    /** A program with as few lines as leaving out lines can reach, which still fails. */
    static Draft shrink(Draft failing, Predicate<List<Instruction>> fails) {
        Draft smallest = failing;
        for (int size = Math.max(1, failing.lines().size() / 4); size >= 1; size /= 2) {
            int at = 0;
            while (at + size <= smallest.lines().size()) {
                Draft smaller = smallest.without(at, size);
                if (smaller.lines().size() < smallest.lines().size() && fails.test(smaller.instructions())) {
                    smallest = smaller;
                } else {
                    at++;
                }
            }
        }
        return smallest;
    }
}
