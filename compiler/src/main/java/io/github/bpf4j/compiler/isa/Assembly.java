/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.isa;

import java.util.List;
import java.util.Map;

/**
 * What {@link Assembler} made of a text. Immutable.
 *
 * @param instructions by slot
 * @param maps names of the maps by index: the given ones, then others in the order of their first use
 * @param labels slots by name
 * @param lines line number of the text, from 1, by slot
 */
public record Assembly(
        List<Instruction> instructions, List<String> maps, Map<String, Integer> labels, List<Integer> lines) {
    /** Copies the collections. */
    public Assembly {
        instructions = List.copyOf(instructions);
        maps = List.copyOf(maps);
        labels = Map.copyOf(labels);
        lines = List.copyOf(lines);
    }
}
