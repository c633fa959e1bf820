/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes Java values of bytes by their BTF type. Immutable and thread-safe.
 *
 * <table>
 * <caption>What becomes of a type</caption>
 * <tr><td>integers, bit-fields, pointers</td><td>{@link BigInteger}</td></tr>
 * <tr><td>{@code bool}</td><td>{@link Boolean}</td></tr>
 * <tr><td>{@code float}, {@code double}</td><td>{@link Double}</td></tr>
 * <tr><td>enums</td><td>{@link String}, the enumerator's name; {@link BigInteger} if there is none</td></tr>
 * <tr><td>arrays of {@code char} with printable ASCII up to a NUL or the end</td><td>{@link String}</td></tr>
 * <tr><td>other arrays</td><td>{@link List}</td></tr>
 * <tr><td>structs and unions</td><td>{@link Map} from names to values, in the order of the members</td></tr>
 * <tr><td>anything else</td><td>{@link String}, hexadecimal bytes</td></tr>
 * </table>
 *
 * <p>Time and memory are proportional to the bytes, whatever the types claim: of unions in unions that show the same bytes
 * thousands of times, members are left out.
 */
public final class BtfDecoder {
    private final Btf btf;
    private final ValueForm form;

    /**
     * Creates a decoder.
     *
     * @param btf the types
     * @param form what is made of values that readers see differently
     */
    public BtfDecoder(Btf btf, ValueForm form) {
        this.btf = btf;
        this.form = form;
    }

    /**
     * Decodes a value.
     *
     * @param type number of its type
     * @param bytes holds it, in memory order
     * @param offset where it starts, in bytes
     * @return the value; hexadecimal if the type is longer than the bytes
     */
    public Object decode(int type, byte[] bytes, int offset) {
        return new Walk(bytes).decode(type, 8L * offset);
    }

    /**
     * Bits as a number.
     *
     * @param bytes little-endian memory
     * @param bit the first, least significant bit
     * @param bits how many
     * @param signed whether the last bit is a sign
     * @return the number
     */
    static BigInteger number(byte[] bytes, long bit, int bits, boolean signed) {
        if (bits == 0) {
            return BigInteger.ZERO;
        }
        int first = (int) (bit >>> 3);
        int last = (int) (bit + bits - 1 >>> 3);
        byte[] bigEndian = new byte[last - first + 1];
        for (int i = first; i <= last; i++) {
            bigEndian[last - i] = bytes[i];
        }
        BigInteger value = new BigInteger(1, bigEndian)
                .shiftRight((int) (bit & 7))
                .and(BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE));
        return signed && value.testBit(bits - 1) ? value.subtract(BigInteger.ONE.shiftLeft(bits)) : value;
    }

    /** One pass over the bytes. */
    private final class Walk {
        private final byte[] bytes;
        private long budget; // values that may still be made: in crafted unions their number may be exponential

        Walk(byte[] bytes) {
            this.bytes = bytes;
            this.budget = 4096 + 16L * bytes.length;
        }

        Object decode(int id, long bit) {
            long size = btf.sizeOf(id);
            long left = bytes.length - bit / 8;
            if (size > left || budget-- <= 0) {
                return hex(bit, left);
            }
            return switch (btf.resolve(id)) {
                case BtfType.Int type -> integer(type, bit + type.bitOffset(), type.bits());
                case BtfType.EnumType type -> enumerator(type, number(bytes, bit, 8 * type.size(), type.isSigned()));
                case BtfType.FloatType type
                when type.size() == 4 ->
                    (double) Float.intBitsToFloat(number(bytes, bit, 32, true).intValue());
                case BtfType.FloatType type
                when type.size() == 8 ->
                    Double.longBitsToDouble(number(bytes, bit, 64, true).longValue());
                case BtfType.Ptr _ -> form.pointer(number(bytes, bit, 64, false));
                case BtfType.Var variable -> decode(variable.type(), bit);
                case BtfType.Array type -> array(type, bit);
                case BtfType.Composite type -> {
                    Map<String, Object> values = new LinkedHashMap<>();
                    members(type, bit, values);
                    yield values;
                }
                default -> hex(bit, size);
            };
        }

        private Object integer(BtfType.Int type, long bit, int bits) {
            if (bit + bits > 8L * bytes.length) { // bit-fields of old compilers may claim so
                return hex(bit, bytes.length - bit / 8);
            }
            BigInteger number = number(bytes, bit, bits, type.isSigned());
            if ((type.encoding() & BtfType.Int.BOOL) != 0) {
                return number.signum() != 0;
            }
            return bits > Long.SIZE ? form.wide(number) : number;
        }

        private static Object enumerator(BtfType.EnumType type, BigInteger number) {
            for (BtfType.Enumerator each : type.values()) {
                if (each.value() == number.longValue()) {
                    return each.name();
                }
            }
            return number;
        }

        private Object array(BtfType.Array type, long bit) {
            long size = btf.sizeOf(type.element());
            if (size == 0) {
                return List.of(); // elements without contents: there may be four billion
            }
            int length = (int) type.length();
            int offset = (int) (bit / 8);
            if (isChar(btf, type.element())) {
                int end = offset;
                while (end < offset + length && bytes[end] >= 0x20 && bytes[end] < 0x7f) {
                    end++;
                }
                boolean printable = end == offset + length || bytes[end] == 0;
                if (printable && form.isText(end - offset, length)) {
                    return new String(bytes, offset, end - offset, StandardCharsets.US_ASCII);
                }
            }
            List<Object> values = new ArrayList<>(length);
            for (int i = 0; i < length; i++) {
                values.add(decode(type.element(), bit + 8 * size * i));
            }
            return values;
        }

        private void members(BtfType.Composite type, long start, Map<String, Object> values) {
            int unnamed = 0;
            for (BtfType.Member member : type.members()) {
                if (budget <= 0) {
                    return;
                }
                long bit = start + member.bitOffset();
                String name = member.name().isEmpty() ? form.unnamed(unnamed++) : member.name();
                if (name != null) {
                    Object value = member.bitfieldSize() == 0 ? decode(member.type(), bit) : bitfield(member, bit);
                    values.put(name, value);
                } else if (btf.resolve(member.type()) instanceof BtfType.Composite inner) {
                    budget--;
                    members(inner, bit, values);
                } // else padding
            }
        }

        private Object bitfield(BtfType.Member member, long bit) {
            budget--;
            int bits = member.bitfieldSize();
            Object value = switch (btf.resolve(member.type())) {
                case BtfType.Int type -> integer(type, bit, bits);
                case BtfType.EnumType type -> enumerator(type, number(bytes, bit, bits, type.isSigned()));
                default -> number(bytes, bit, bits, false);
            };
            return form.bitfield(value, number(bytes, bit, bits, false));
        }

        private String hex(long bit, long length) {
            int offset = (int) (bit / 8);
            return HexFormat.of().formatHex(bytes, offset, offset + (int) Math.max(0, length));
        }
    }

    /** Whether an array's elements are characters: C's {@code char}, not a type of another name. */
    static boolean isChar(Btf btf, int element) {
        return btf.resolve(element) instanceof BtfType.Int type
                && type.size() == 1
                && ((type.encoding() & BtfType.Int.CHAR) != 0 || type.name().equals("char"));
    }
}
