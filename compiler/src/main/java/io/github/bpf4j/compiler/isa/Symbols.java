/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.isa;

import io.github.bpf4j.runtime.helper.HelperTable;
import io.github.bpf4j.runtime.helper.Kfunc;
import io.github.bpf4j.runtime.helper.KfuncTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the numbers in instructions are called. Each method may answer null, and the number stays a number. */
public interface Symbols {
    /** Knows helpers and kfuncs. */
    Symbols FUNCTIONS = new Symbols() {};

    /**
     * The name of a map.
     *
     * @param index the immediate of the instruction that loads it
     * @return the name, or null if unknown
     */
    default @Nullable String map(int index) {
        return null;
    }

    /**
     * The name of a helper.
     *
     * @param id the number in the call instruction
     * @return the name, or null if unknown
     */
    default @Nullable String helper(int id) {
        return HelperTable.nameOf(id);
    }

    /**
     * The name of a kfunc.
     *
     * @param id the number in a relocated call instruction
     * @return the name, or null if unknown
     */
    default @Nullable String kfunc(int id) {
        Kfunc row = KfuncTable.byId(id);
        return row == null ? null : row.name();
    }

    /**
     * Symbols of a program whose maps are named.
     *
     * @param maps the names by index
     * @return the symbols
     */
    static Symbols ofMaps(List<String> maps) {
        List<String> names = List.copyOf(maps);
        return new Symbols() {
            @Override
            public @Nullable String map(int index) {
                return index >= 0 && index < names.size() ? names.get(index) : null;
            }
        };
    }
}
