/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfType;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes readable values of bytes, by their BTF type: numbers become {@link BigInteger} or {@link Double}, truth values {@link Boolean}, names of enumerators
 * and text {@link String}, arrays {@link List}, structs and unions {@link Map}. What has no such form becomes a hexadecimal string.
 */
final class BtfValues {
    /** Types nest no deeper than the verifier of the kernel's BTF allows. */
    private static final int DEEPEST = 32;

    private final Btf btf;

    BtfValues(Btf btf) {
        this.btf = btf;
    }

    /** The value of a type that stands at an offset. Bytes beyond the array's end make it hexadecimal. */
    Object decode(int type, byte[] bytes, int offset) {
        return decode(type, bytes, offset, 0);
    }

    /** Bytes of which no type is known: a number if they can be one, else hexadecimal. */
    static Object untyped(byte[] bytes, int offset, int length) {
        return length <= 8 && Integer.bitCount(length) == 1
                ? number(bytes, offset * 8L, length * 8, false)
                : hex(bytes, offset, length);
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

    private Object decode(int id, byte[] bytes, int offset, int depth) {
        long size = btf.sizeOf(id);
        if (depth > DEEPEST || size > bytes.length - offset) {
            return hex(bytes, offset, bytes.length - offset);
        }
        return switch (btf.resolve(id)) {
            case BtfType.Int type -> integer(type, bytes, offset * 8L + type.bitOffset(), type.bits());
            case BtfType.EnumType type ->
                enumerator(type, number(bytes, offset * 8L, type.size() * 8, type.isSigned()));
            case BtfType.FloatType type
            when type.size() == 4 ->
                (double) Float.intBitsToFloat(
                        number(bytes, offset * 8L, 32, true).intValue());
            case BtfType.FloatType type
            when type.size() == 8 ->
                Double.longBitsToDouble(number(bytes, offset * 8L, 64, true).longValue());
            case BtfType.Ptr _ -> "0x" + number(bytes, offset * 8L, 64, false).toString(16);
            case BtfType.Var variable -> decode(variable.type(), bytes, offset, depth + 1);
            case BtfType.Array type -> array(type, bytes, offset, depth);
            case BtfType.Composite type -> members(type, bytes, offset, depth);
            default -> hex(bytes, offset, (int) size);
        };
    }

    private Object integer(BtfType.Int type, byte[] bytes, long bit, int bits) {
        BigInteger number = number(bytes, bit, bits, type.isSigned());
        return (type.encoding() & BtfType.Int.BOOL) != 0 ? (Object) (number.signum() != 0) : number;
    }

    private static Object enumerator(BtfType.EnumType type, BigInteger number) {
        for (BtfType.Enumerator each : type.values()) {
            if (each.value() == number.longValue()) {
                return each.name();
            }
        }
        return number;
    }

    private Object array(BtfType.Array type, byte[] bytes, int offset, int depth) {
        int length = (int) type.length();
        if (btf.resolve(type.element()) instanceof BtfType.Int element
                && element.size() == 1
                && isText(btf.name(type.element()), bytes, offset, length)) {
            int end = offset;
            while (end < offset + length && bytes[end] != 0) {
                end++;
            }
            return new String(bytes, offset, end - offset, StandardCharsets.US_ASCII);
        }
        int size = (int) btf.sizeOf(type.element());
        List<Object> values = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            values.add(decode(type.element(), bytes, offset + i * size, depth + 1));
        }
        return values;
    }

    /** An array of char that holds printable characters, then zeros. */
    private static boolean isText(String elementName, byte[] bytes, int offset, int length) {
        if (!elementName.equals("char")) {
            return false;
        }
        int i = offset;
        while (i < offset + length && bytes[i] >= 0x20 && bytes[i] < 0x7f) {
            i++;
        }
        boolean printable = i > offset;
        while (i < offset + length && bytes[i] == 0) {
            i++;
        }
        return printable && i == offset + length;
    }

    private Map<String, Object> members(BtfType.Composite type, byte[] bytes, int offset, int depth) {
        Map<String, Object> values = new LinkedHashMap<>();
        int unnamed = 0;
        for (BtfType.Member member : type.members()) {
            String name = member.name().isEmpty() ? "(anon" + (unnamed++ == 0 ? "" : unnamed) + ")" : member.name();
            values.put(
                    name,
                    member.bitfieldSize() == 0
                            ? decode(member.type(), bytes, offset + (int) (member.bitOffset() / 8), depth + 1)
                            : bitfield(member, bytes, offset));
        }
        return values;
    }

    private Object bitfield(BtfType.Member member, byte[] bytes, int offset) {
        long bit = offset * 8L + member.bitOffset();
        return switch (btf.resolve(member.type())) {
            case BtfType.Int type -> integer(type, bytes, bit, member.bitfieldSize());
            case BtfType.EnumType type -> enumerator(type, number(bytes, bit, member.bitfieldSize(), type.isSigned()));
            default -> number(bytes, bit, member.bitfieldSize(), false);
        };
    }

    /** Bits of little-endian memory as a number. */
    private static BigInteger number(byte[] bytes, long firstBit, int bits, boolean signed) {
        BigInteger value = BigInteger.ZERO;
        for (int i = bits - 1; i >= 0; i--) {
            long at = firstBit + i;
            int bit = bytes[(int) (at >>> 3)] >>> (at & 7) & 1;
            value = value.shiftLeft(1).or(BigInteger.valueOf(bit));
        }
        return signed && bits > 0 && value.testBit(bits - 1) ? value.subtract(BigInteger.ONE.shiftLeft(bits)) : value;
    }

    static String hex(byte[] bytes, int offset, int length) {
        return HexFormat.of().formatHex(bytes, offset, offset + length);
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
