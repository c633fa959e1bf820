/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import io.github.bpf4j.compiler.btf.BtfBuilder;
import io.github.bpf4j.compiler.btf.BtfType.Member;
import io.github.bpf4j.compiler.load.PointerField;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.SpecialFields;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The type information that makes Linux find spin locks, timers, work queues and pointers in the values of a map: a struct with these
 * members only (kernel documentation, bpf/btf.rst).
 */
final class ValueTypes {
    static final int KEY_ID = 1;
    static final int VALUE_ID = 2;

    private final BtfBuilder types = new BtfBuilder();
    private final List<Member> members = new ArrayList<>();

    private ValueTypes() {}

    /** A {@code .BTF} section for a map with special fields. */
    static byte[] of(MapDefinition definition) {
        return of(definition, List.of());
    }

    /** A {@code .BTF} section for a map with special fields, of which these are the pointers. */
    static byte[] of(MapDefinition definition, List<PointerField> pointers) {
        ValueTypes builder = new ValueTypes();
        BtfBuilder types = builder.types;
        SpecialFields fields = definition.special();
        // The value comes second, and its members behind it.
        types.addInt("key", definition.keySize(), 0);
        int next = VALUE_ID + 1;
        next = builder.member(next, fields.spinLock());
        next = builder.member(next, fields.resSpinLock());
        next = builder.member(next, fields.timer());
        next = builder.member(next, fields.workQueue());
        for (PointerField pointer : pointers) {
            next = builder.member(next, pointer.offset()) + 3;
        }
        builder.members.sort(Comparator.comparingLong(Member::bitOffset));
        types.addStruct("value", definition.valueSize(), builder.members);
        builder.struct("bpf_spin_lock", 4, fields.spinLock());
        builder.struct("bpf_res_spin_lock", 8, fields.resSpinLock());
        builder.struct("bpf_timer", 16, fields.timer());
        builder.struct("bpf_wq", 16, fields.workQueue());
        for (PointerField pointer : pointers) {
            int tag = types.nextId() + 1;
            types.addPointer(tag);
            types.addTypeTag(pointer.kind().tag(), tag + 1);
            Member first = new Member("first", tag + 2, 0, 0);
            types.addStruct(pointer.struct(), (int) pointer.size(), pointer.size() == 0 ? List.of() : List.of(first));
            types.addInt("first", Math.clamp(Long.highestOneBit(pointer.size()), 1, 8), 0);
        }
        return types.toByteArray();
    }

    /** Adds a member of the value, if there is one. Returns the number of the next member's type. */
    private int member(int type, int offset) {
        if (offset < 0) {
            return type;
        }
        members.add(new Member("m" + offset, type, offset * (long) Byte.SIZE, 0));
        return type + 1;
    }

    private void struct(String name, int size, int offset) {
        if (offset >= 0) {
            types.addStruct(name, size, List.of());
        }
    }
}
