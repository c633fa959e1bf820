/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.SpecialFields;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The type information that makes Linux find spin locks, timers and work queues in the values of a map: a struct with these members only
 * (kernel documentation, bpf/btf.rst).
 */
final class ValueTypes {
    static final int KEY_ID = 1;
    static final int VALUE_ID = 8;

    private static final int KIND_INT = 1 << 24;
    private static final int KIND_ARRAY = 3 << 24;
    private static final int KIND_STRUCT = 4 << 24;

    private final StringBuilder strings = new StringBuilder("\0");
    private final ByteBuffer types = ByteBuffer.allocate(1024).order(ByteOrder.nativeOrder());

    private ValueTypes() {}

    /** A {@code .BTF} section for a map with special fields. */
    static byte[] of(MapDefinition definition) {
        ValueTypes builder = new ValueTypes();
        builder.integer("key", definition.keySize());
        builder.integer("u64", 8);
        builder.array(2, 2);
        builder.struct("bpf_spin_lock", 4, new int[][] {{9, 0}});
        builder.struct("bpf_res_spin_lock", 8, new int[][] {{2, 0}});
        builder.struct("bpf_timer", 16, new int[][] {{3, 0}});
        builder.struct("bpf_wq", 16, new int[][] {{3, 0}});
        SpecialFields fields = definition.special();
        int[][] all = {{4, fields.spinLock()}, {5, fields.resSpinLock()}, {6, fields.timer()}, {7, fields.workQueue()}};
        builder.struct(
                "value",
                definition.valueSize(),
                java.util.Arrays.stream(all)
                        .filter(member -> member[1] >= 0)
                        .sorted(java.util.Comparator.comparingInt(member -> member[1]))
                        .toArray(int[][]::new));
        builder.integer("u32", 4);
        return builder.section();
    }

    private int name(String name) {
        int offset = strings.length();
        strings.append(name).append('\0');
        return offset;
    }

    private void integer(String name, int size) {
        types.putInt(name(name)).putInt(KIND_INT).putInt(size).putInt(size * Byte.SIZE);
    }

    private void array(int element, int count) {
        types.putInt(0).putInt(KIND_ARRAY).putInt(0).putInt(element).putInt(1).putInt(count);
    }

    /** Members are pairs of type id and offset in bytes. */
    private void struct(String name, int size, int[][] members) {
        types.putInt(name(name)).putInt(KIND_STRUCT | members.length).putInt(size);
        for (int[] member : members) {
            types.putInt(name("m" + member[1])).putInt(member[0]).putInt(member[1] * Byte.SIZE);
        }
    }

    private byte[] section() {
        byte[] text = strings.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer btf =
                ByteBuffer.allocate(24 + types.position() + text.length).order(ByteOrder.nativeOrder());
        btf.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(24);
        btf.putInt(0).putInt(types.position()).putInt(types.position()).putInt(text.length);
        btf.put(types.array(), 0, types.position()).put(text);
        return btf.array();
    }
}
