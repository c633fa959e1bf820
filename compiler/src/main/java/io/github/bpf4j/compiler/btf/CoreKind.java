/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import org.jspecify.annotations.Nullable;

/** What a CO-RE relocation computes: {@code enum bpf_core_relo_kind} in {@code linux/bpf.h}. */
public enum CoreKind {
    /** Offset of a field in bytes. */
    FIELD_BYTE_OFFSET("byte_off"),
    /** Size of a field in bytes. */
    FIELD_BYTE_SIZE("byte_sz"),
    /** Whether a field exists. */
    FIELD_EXISTS("field_exists"),
    /** Whether a field is signed. */
    FIELD_SIGNED("signed"),
    /** Left shift that moves a bitfield to the top of 64 bits. */
    FIELD_LSHIFT_U64("lshift_u64"),
    /** Right shift that then moves it to the bottom. */
    FIELD_RSHIFT_U64("rshift_u64"),
    /** Type number in the program's own BTF. */
    TYPE_ID_LOCAL("local_type_id"),
    /** Type number in the target's BTF. */
    TYPE_ID_TARGET("target_type_id"),
    /** Whether a type exists. */
    TYPE_EXISTS("type_exists"),
    /** Size of a type in bytes. */
    TYPE_SIZE("type_size"),
    /** Whether an enumerator exists. */
    ENUMVAL_EXISTS("enumval_exists"),
    /** Value of an enumerator. */
    ENUMVAL_VALUE("enumval_value"),
    /** Whether a type matches the target's, members and all. */
    TYPE_MATCHES("type_matches");

    private static final CoreKind[] BY_NUMBER = values();

    private final String text;

    CoreKind(String text) {
        this.text = text;
    }

    static @Nullable CoreKind of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }

    /**
     * The name that libbpf and the kernel print.
     *
     * @return such as {@code byte_off}
     */
    public String text() {
        return text;
    }

    /**
     * Whether a field is meant.
     *
     * @return true for {@code FIELD_…}
     */
    public boolean isField() {
        return ordinal() <= FIELD_RSHIFT_U64.ordinal();
    }

    /**
     * Whether an enumerator is meant.
     *
     * @return true for {@code ENUMVAL_…}
     */
    public boolean isEnumerator() {
        return this == ENUMVAL_EXISTS || this == ENUMVAL_VALUE;
    }
}
