/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import io.github.bpf4j.runtime.program.ProgramType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All helpers that Linux 6.18 offers to programs of the LWT types, one row each, and the names of all other helpers. Prototypes are
 * those of the kernel's {@code struct bpf_func_proto}.
 *
 * @see <a href="https://docs.kernel.org/bpf/helpers.html">Helper functions</a>
 */
public final class HelperTable {
    private static final @Nullable Helper[] BY_ID = new Helper[HelperNames.count()];
    private static final Map<String, Helper> BY_NAME = new HashMap<>();
    private static final List<Helper> ROWS;

    static {
        Stream.of(
                        PacketHelperRows.rows(),
                        ChecksumHelperRows.rows(),
                        ForwardingHelperRows.rows(),
                        LwtHelperRows.rows(),
                        MapHelperRows.rows(),
                        RingBufferHelperRows.rows(),
                        SynchronizationHelperRows.rows(),
                        ControlHelperRows.rows(),
                        TimeHelperRows.rows(),
                        SystemHelperRows.rows(),
                        TextHelperRows.rows(),
                        DynptrHelperRows.rows(),
                        StorageHelperRows.rows(),
                        KernelObjectHelperRows.rows())
                .flatMap(List::stream)
                .forEach(HelperTable::add);
        ROWS = Stream.of(BY_ID)
                .filter(java.util.Objects::nonNull)
                .map(java.util.Objects::requireNonNull)
                .toList();
    }

    private HelperTable() {}

    private static void add(Helper row) {
        if (!row.name().equals(HelperNames.get(row.id()))) {
            throw new IllegalStateException("helper " + row.id() + " is not " + row.name());
        }
        if (BY_ID[row.id()] != null) {
            throw new IllegalStateException("two rows for " + row.name());
        }
        BY_ID[row.id()] = row;
        BY_NAME.put(row.name(), row);
    }

    /**
     * All rows, ordered by number.
     *
     * @return the rows
     */
    public static List<Helper> rows() {
        return ROWS;
    }

    /**
     * The row of a helper number.
     *
     * @param id the number, as in a call instruction
     * @return the row, or null if no LWT type may call a helper of this number
     */
    public static @Nullable Helper byId(int id) {
        return id < 0 || id >= BY_ID.length ? null : BY_ID[id];
    }

    /**
     * The row of a helper that a program of a type may call.
     *
     * @param id the number
     * @param type the program's type
     * @return the row, or null if the type may not call it
     */
    public static @Nullable Helper byId(int id, ProgramType type) {
        Helper row = byId(id);
        return row != null && row.programTypes().contains(type) ? row : null;
    }

    /**
     * The row of a helper name.
     *
     * @param name the name, such as {@code bpf_skb_load_bytes}
     * @return the row, or null if no LWT type may call a helper of this name
     */
    public static @Nullable Helper byName(String name) {
        return BY_NAME.get(name);
    }

    /**
     * The name of any helper of Linux, of whatever program type.
     *
     * @param id the number
     * @return the name, {@code bpf_unspec} for 0, or null if Linux 6.18 has no helper of this number
     */
    public static @Nullable String nameOf(int id) {
        return id < 0 || id >= HelperNames.count() ? null : HelperNames.get(id);
    }
}
