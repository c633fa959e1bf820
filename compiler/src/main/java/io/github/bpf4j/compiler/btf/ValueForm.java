/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** What a {@link BtfDecoder} makes of values for which readers want different things. Implementations are stateless. */
public interface ValueForm {
    /** For Java: all numbers are {@link BigInteger}, and members of unnamed members are members of the outer struct, as in C. */
    ValueForm JAVA = new ValueForm() {};

    /**
     * A pointer.
     *
     * @param address the address, never negative
     * @return the value to show
     */
    default Object pointer(BigInteger address) {
        return address;
    }

    /**
     * An integer of more than 64 bits.
     *
     * @param number the number
     * @return the value to show
     */
    default Object wide(BigInteger number) {
        return number;
    }

    /**
     * A bit-field.
     *
     * @param value a number, a truth value or the name of an enumerator
     * @param bits the same as bits, never negative
     * @return the value to show
     */
    default Object bitfield(Object value, BigInteger bits) {
        return value;
    }

    /**
     * Whether an array of char is text, if it holds printable ASCII characters up to a NUL or its end.
     *
     * @param length characters before the first NUL
     * @param capacity length of the array
     * @return whether it becomes a {@link String}; otherwise it becomes a list of numbers
     */
    default boolean isText(int length, int capacity) {
        return true;
    }

    /**
     * The name for an unnamed struct or union in a struct.
     *
     * @param ordinal how many unnamed ones come before it in the same struct
     * @return a name, or null if its members are to stand in the outer struct
     */
    default @Nullable String unnamed(int ordinal) {
        return null;
    }
}
