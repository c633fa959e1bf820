/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import java.lang.reflect.Array;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes bytes of Java values by a BTF type: what {@link BtfDecoder} makes of bytes, and whatever else holds the same. What a value leaves
 * out is zero.
 */
final class BtfEncoder {
    private static final int MOST_STRUCTS = 1 << 20;

    private final Btf btf;
    private final byte[] bytes;
    private final byte[] written; // a bit for each bit of bytes: members of a union must not contradict each other
    private int structs; // how many were visited: in crafted types their number may be exponential

    private BtfEncoder(Btf btf, int size) {
        this.btf = btf;
        this.bytes = new byte[size];
        this.written = new byte[size];
    }

    /**
     * Encodes a value.
     *
     * @param btf the types
     * @param type number of the type, whose size is that of an array
     * @param value the value
     * @return its bytes
     * @throws IllegalArgumentException if the value is not of the type; the message names the member
     */
    static byte[] encode(Btf btf, int type, Object value) {
        BtfEncoder encoder = new BtfEncoder(btf, (int) btf.sizeOf(type));
        encoder.put(type, 0, value, "");
        return encoder.bytes;
    }

    private void put(int id, long bit, Object value, String path) {
        switch (btf.resolve(id)) {
            case BtfType.Composite type when value instanceof Map<?, ?> members -> putMembers(type, bit, members, path);
            case BtfType.Array type
            when value instanceof String text && BtfDecoder.isChar(btf, type.element()) ->
                putRaw(bit, padded(text.getBytes(StandardCharsets.UTF_8), type.length(), path));
            case BtfType.Array type when !(value instanceof byte[]) -> putElements(type, bit, list(value, path), path);
            case BtfType.Int type -> putNumber(bit + type.bitOffset(), type.bits(), integer(value, path), path);
            case BtfType.EnumType type -> putNumber(bit, 8 * type.size(), enumerator(type, value, path), path);
            case BtfType.Ptr _ when !(value instanceof byte[]) -> putNumber(bit, 64, integer(value, path), path);
            case BtfType.FloatType type
            when value instanceof Number number && type.size() == 4 ->
                putNumber(bit, 32, BigInteger.valueOf(Float.floatToRawIntBits(number.floatValue())), path);
            case BtfType.FloatType type
            when value instanceof Number number && type.size() == 8 ->
                putNumber(bit, 64, BigInteger.valueOf(Double.doubleToRawLongBits(number.doubleValue())), path);
            default -> putRaw(bit, raw(value, btf.sizeOf(id), path));
        }
    }

    private void putMembers(BtfType.Composite type, long start, Map<?, ?> values, String path) {
        List<Object> unknown = new ArrayList<>(values.keySet());
        putMembers(type, start, values, path, unknown);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(where(path) + "struct " + type.name() + " has no member " + unknown);
        }
    }

    private void putMembers(BtfType.Composite type, long start, Map<?, ?> values, String path, List<Object> unknown) {
        if (++structs > MOST_STRUCTS) {
            throw new IllegalArgumentException(where(path) + "more than " + MOST_STRUCTS + " structs in a value");
        }
        for (BtfType.Member member : type.members()) {
            long bit = start + member.bitOffset();
            if (member.name().isEmpty()) {
                if (btf.resolve(member.type()) instanceof BtfType.Composite inner) {
                    putMembers(inner, bit, values, path, unknown);
                }
                continue;
            }
            Object value = values.get(member.name());
            if (value == null) {
                continue;
            }
            unknown.remove(member.name());
            String place = path.isEmpty() ? member.name() : path + "." + member.name();
            if (member.bitfieldSize() != 0) {
                BigInteger number = btf.resolve(member.type()) instanceof BtfType.EnumType names
                        ? enumerator(names, value, place)
                        : integer(value, place);
                putNumber(bit, member.bitfieldSize(), number, place);
            } else {
                put(member.type(), bit, value, place);
            }
        }
    }

    private void putElements(BtfType.Array type, long bit, List<?> values, String path) {
        if (values.size() > type.length()) {
            throw new IllegalArgumentException(
                    where(path) + values.size() + " elements for an array of " + type.length());
        }
        long size = btf.sizeOf(type.element());
        for (int i = 0; i < values.size(); i++) {
            put(type.element(), bit + 8 * size * i, values.get(i), path + "[" + i + "]");
        }
    }

    private void putNumber(long bit, int bits, BigInteger number, String path) {
        BigInteger limit = BigInteger.ONE.shiftLeft(bits);
        if (number.compareTo(limit) >= 0 || number.compareTo(limit.shiftRight(1).negate()) < 0) {
            throw new IllegalArgumentException(where(path) + number + " does not fit " + bits + " bits");
        }
        for (int i = 0; i < bits; i++) {
            putBit(bit + i, number.testBit(i), path);
        }
    }

    private void putRaw(long bit, byte[] raw) {
        for (int i = 0; i < 8 * raw.length; i++) {
            putBit(bit + i, (raw[i / 8] >> i % 8 & 1) != 0, "");
        }
    }

    private void putBit(long bit, boolean set, String path) {
        int at = (int) (bit >>> 3);
        int mask = 1 << (bit & 7);
        if ((written[at] & mask) != 0 && (bytes[at] & mask) != 0 != set) {
            throw new IllegalArgumentException(
                    where(path) + "members of a union contradict each other: give one of them");
        }
        written[at] |= (byte) mask;
        bytes[at] = (byte) (set ? bytes[at] | mask : bytes[at] & ~mask);
    }

    private static BigInteger integer(Object value, String path) {
        return switch (value) {
            case BigInteger number -> number;
            case Boolean truth -> truth ? BigInteger.ONE : BigInteger.ZERO;
            case Character letter -> BigInteger.valueOf(letter);
            case Byte number -> BigInteger.valueOf(number);
            case Short number -> BigInteger.valueOf(number);
            case Integer number -> BigInteger.valueOf(number);
            case Long number -> BigInteger.valueOf(number);
            case InetAddress address -> { // in network order, whatever the machine's order is
                byte[] bigEndian = address.getAddress().clone();
                byte[] littleEndian = new byte[bigEndian.length];
                for (int i = 0; i < bigEndian.length; i++) {
                    littleEndian[i] = bigEndian[bigEndian.length - 1 - i];
                }
                yield new BigInteger(1, littleEndian);
            }
            default -> throw new IllegalArgumentException(where(path) + shown(value) + " is no integer");
        };
    }

    private static BigInteger enumerator(BtfType.EnumType type, Object value, String path) {
        String name = value instanceof Enum<?> constant ? constant.name() : value instanceof String text ? text : null;
        if (name == null) {
            return integer(value, path);
        }
        return type.values().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .map(each -> BigInteger.valueOf(each.value()))
                .orElseThrow(() -> new IllegalArgumentException(
                        where(path) + "enum " + type.name() + " has no enumerator " + name));
    }

    private static byte[] padded(byte[] text, long length, String path) {
        if (text.length > length) {
            throw new IllegalArgumentException(where(path) + text.length + " bytes of text for an array of " + length);
        }
        return text;
    }

    private static List<?> list(Object value, String path) {
        if (value instanceof List<?> list) {
            return list;
        }
        if (value instanceof InetAddress address) {
            return list(address.getAddress(), path);
        }
        if (!value.getClass().isArray()) {
            throw new IllegalArgumentException(where(path) + shown(value) + " is no array");
        }
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < Array.getLength(value); i++) {
            list.add(Array.get(value, i));
        }
        return list;
    }

    private static byte[] raw(Object value, long size, String path) {
        byte[] raw = switch (value) {
            case byte[] given -> given;
            case InetAddress address -> address.getAddress();
            default -> throw new IllegalArgumentException(where(path) + shown(value) + " is not of its type");
        };
        if (raw.length != size) {
            throw new IllegalArgumentException(where(path) + raw.length + " bytes instead of " + size);
        }
        return raw;
    }

    private static String where(String path) {
        return path.isEmpty() ? "" : path + ": ";
    }

    private static String shown(Object value) {
        return value + " (" + value.getClass().getSimpleName() + ")";
    }
}
