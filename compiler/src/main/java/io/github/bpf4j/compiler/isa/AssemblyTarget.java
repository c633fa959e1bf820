/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.isa;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a jump or call leads.
 *
 * @param label the label; null if the text gives an offset
 * @param number slots from behind the jump to the target if there is no label
 * @param missing what to throw if no such label is defined; knows the place
 */
record AssemblyTarget(@Nullable String label, int number, AssemblyException missing) {
    /** Reads {@code drop}, {@code +3} or {@code pc+3}. */
    static AssemblyTarget read(AssemblyTokens in) {
        AssemblyException missing = in.error("no label is called '" + in.peek() + "'");
        if (in.isWord() && !in.peek().equals("pc")) {
            return new AssemblyTarget(in.next("a label"), 0, missing);
        }
        in.accept("pc");
        return new AssemblyTarget(null, in.number32(), missing);
    }

    /**
     * Slots from behind the jump to the target.
     *
     * @param labels slots of the program's labels
     * @param slot the jump's slot
     * @throws AssemblyException if the label is not among them
     */
    int offset(Map<String, Integer> labels, int slot) {
        if (label == null) {
            return number;
        }
        Integer target = labels.get(label);
        if (target == null) {
            throw missing;
        }
        return target - slot - 1;
    }

    /** Refuses an offset that jumps of 16 bits cannot have. */
    void checkShort(int offset) {
        if (offset != (short) offset) {
            throw error("jump by " + offset + " slots does not fit 16 bits; use gotol");
        }
    }

    /** What to throw about this place. */
    AssemblyException error(String problem) {
        return new AssemblyException(missing.line(), missing.column(), problem);
    }
}
