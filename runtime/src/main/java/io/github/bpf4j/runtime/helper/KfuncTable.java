/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All kfuncs that Linux 6.18 lets programs of the LWT types call, one row each. Prototypes and flags are those of the kernel's BTF and of
 * its {@code BTF_KFUNCS} sets; the four types have the same set.
 */
public final class KfuncTable {
    private static final List<Kfunc> ROWS;
    private static final Map<String, Kfunc> BY_NAME = new HashMap<>();

    static {
        List<Kfunc> rows = new ArrayList<>();
        Stream.of(
                        DynptrKfuncRows.rows(),
                        IteratorKfuncRows.rows(),
                        RegionKfuncRows.rows(),
                        StringKfuncRows.rows(),
                        MapKfuncRows.rows(),
                        KernelObjectKfuncRows.rows())
                .flatMap(List::stream)
                .forEach(row -> rows.add(withId(row, rows.size() + 1)));
        ROWS = List.copyOf(rows);
        for (Kfunc row : ROWS) {
            if (BY_NAME.put(row.name(), row) != null) {
                throw new IllegalStateException("two rows for " + row.name());
            }
        }
    }

    private KfuncTable() {}

    private static Kfunc withId(Kfunc row, int id) {
        return new Kfunc(
                id,
                row.name(),
                row.returns(),
                row.returnSize(),
                row.args(),
                row.flags(),
                row.support(),
                row.implementation(),
                row.xmitImplementation(),
                row.note());
    }

    /**
     * All rows, ordered by number.
     *
     * @return the rows
     */
    public static List<Kfunc> rows() {
        return ROWS;
    }

    /**
     * The row of a number.
     *
     * @param id the number in a relocated call instruction
     * @return the row, or null if there is none
     */
    public static @Nullable Kfunc byId(int id) {
        return id < 1 || id > ROWS.size() ? null : ROWS.get(id - 1);
    }

    /**
     * The row of a name.
     *
     * @param name the name, such as {@code bpf_dynptr_slice}
     * @return the row, or null if no LWT type may call a kfunc of this name
     */
    public static @Nullable Kfunc byName(String name) {
        return BY_NAME.get(name);
    }

    /**
     * Whether Linux has a kfunc of this name that programs of other types may call and those of the LWT types may not.
     *
     * @param name the name, such as {@code bpf_obj_new_impl}
     * @return whether calling it is refused for the program type rather than for being unknown
     */
    public static boolean isOfOtherTypes(String name) {
        return KfuncNames.OTHERS.contains(name);
    }
}
