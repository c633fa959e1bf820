/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.util.Arrays;

/**
 * The types of a map's keys and values as {@code BPF_MAP_CREATE} takes them, so that whoever finds the map can decode it. The runtime keeps
 * them and does not look inside. Immutable, thread-safe.
 */
public final class ElementTypes {
    /** Most bytes of types, those of a kernel included. */
    public static final int MOST_BYTES = 16 << 20;

    private final byte[] btf;
    private final int keyType;
    private final int valueType;

    /**
     * Creates the types.
     *
     * @param btf BTF as in an object's {@code .BTF} section; copied
     * @param keyType number of the key's type in it, 0 if there is none
     * @param valueType number of the value's type in it, 0 if there is none
     * @throws IllegalArgumentException if there are more than {@link #MOST_BYTES} bytes
     */
    public ElementTypes(byte[] btf, int keyType, int valueType) {
        if (btf.length > MOST_BYTES) {
            throw new IllegalArgumentException(btf.length + " bytes of types, more than " + MOST_BYTES);
        }
        this.btf = btf.clone();
        this.keyType = keyType;
        this.valueType = valueType;
    }

    /**
     * The types ({@code btf_fd}).
     *
     * @return BTF; a copy
     */
    public byte[] btf() {
        return btf.clone();
    }

    /**
     * The key's type ({@code btf_key_type_id}).
     *
     * @return its number, 0 if there is none
     */
    public int keyType() {
        return keyType;
    }

    /**
     * The value's type ({@code btf_value_type_id}).
     *
     * @return its number, 0 if there is none
     */
    public int valueType() {
        return valueType;
    }

    /** How many bytes {@link #btf} has. */
    int size() {
        return btf.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ElementTypes types
                && types.keyType == keyType
                && types.valueType == valueType
                && Arrays.equals(types.btf, btf);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Arrays.hashCode(btf) + keyType) + valueType;
    }

    @Override
    public String toString() {
        return "key type " + keyType + ", value type " + valueType + " of " + btf.length + " bytes of BTF";
    }
}
