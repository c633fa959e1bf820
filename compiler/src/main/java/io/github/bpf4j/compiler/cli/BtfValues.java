/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import io.github.bpf4j.compiler.btf.ValueForm;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decoded values as text and JSON. */
final class BtfValues {
    /** For people: addresses are hexadecimal. */
    static final ValueForm TEXT = new ValueForm() {
        @Override
        public Object pointer(BigInteger address) {
            return "0x" + address.toString(16);
        }
    };

    /**
     * As in the JSON of {@code bpftool}: wide integers and bit-fields are hexadecimal, text ends with a NUL. Where bpftool gives several members of a
     * struct the empty name, all but the first get one of their own, so that none is lost.
     */
    static final ValueForm BPFTOOL = new ValueForm() {
        @Override
        public Object wide(BigInteger number) {
            return "0x"
                    + number.and(BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE))
                            .toString(16);
        }

        @Override
        public Object bitfield(Object value, BigInteger bits) {
            return "0x" + bits.toString(16);
        }

        @Override
        public boolean isText(int length, int capacity) {
            return length < capacity;
        }

        @Override
        public String unnamed(int ordinal) {
            return ordinal == 0 ? "" : "(anon" + (ordinal + 1) + ")";
        }
    };

    private BtfValues() {}

    /** Bytes of which no type is known: a number if they can be one, else hexadecimal. */
    static Object untyped(byte[] bytes, int offset, int length) {
        return length <= 8 && Integer.bitCount(length) == 1
                ? number(bytes, offset, length)
                : HexFormat.of().formatHex(bytes, offset, offset + length);
    }

    /** The sum of values that are numbers, or null if they are none. */
    static @Nullable BigInteger sum(List<Object> values) {
        BigInteger sum = BigInteger.ZERO;
        for (Object value : values) {
            if (!(value instanceof BigInteger number)) {
                return null;
            }
            sum = sum.add(number);
        }
        return sum;
    }

    private static BigInteger number(byte[] bytes, int offset, int length) {
        byte[] bigEndian = new byte[length];
        for (int i = 0; i < length; i++) {
            bigEndian[length - 1 - i] = bytes[offset + i];
        }
        return new BigInteger(1, bigEndian);
    }

    /** Writes a decoded value as JSON. */
    static void write(JsonWriter json, Object value) {
        switch (value) {
            case BigInteger number -> json.number(number);
            case Double number when !Double.isFinite(number) -> json.value(number.toString());
            case Double number -> json.value(number);
            case Boolean bool -> json.value(bool);
            case List<?> list -> {
                json.beginArray();
                list.forEach(each -> write(json, each));
                json.endArray();
            }
            case Map<?, ?> map -> {
                json.beginObject();
                map.forEach((name, each) -> {
                    json.name(String.valueOf(name));
                    write(json, each);
                });
                json.endObject();
            }
            default -> json.value(value.toString());
        }
    }

    /** A decoded value as text on one line. */
    static String text(Object value) {
        return switch (value) {
            case List<?> list ->
                "[" + String.join(", ", list.stream().map(BtfValues::text).toList()) + "]";
            case Map<?, ?> map ->
                "{"
                        + String.join(
                                ", ",
                                map.entrySet().stream()
                                        .map(e -> e.getKey() + ": " + text(e.getValue()))
                                        .toList())
                        + "}";
            default -> value.toString();
        };
    }
}
