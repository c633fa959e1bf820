/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import io.github.bpf4j.runtime.map.IpPrefix;
import io.github.bpf4j.runtime.map.MapCodec;
import io.github.bpf4j.runtime.map.MapCodecs;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How values of a C type become objects of a Java class and back; whether they can is decided when it is made. */
interface Conversion {
    /** Makes a value of the bits that start at one. */
    Object read(byte[] bytes, long bit);

    /** Makes of a value what {@link BtfEncoder} takes. */
    default Object write(Object value) {
        return value;
    }

    /**
     * Finds a conversion.
     *
     * @param type number of the C type
     * @param bitfield width of a bit-field, 0 if it is none
     * @param target the Java class
     * @param place what is converted, for messages
     * @throws IllegalArgumentException if there is none
     */
    static Conversion of(Btf btf, int type, int bitfield, Class<?> target, String place) {
        if (target == IpPrefix.class) {
            return prefix(btf, type, place);
        }
        @Nullable
        Conversion found = switch (btf.resolve(type)) {
            case BtfType.Int number -> integer(number, bitfield == 0 ? number.bits() : bitfield, target);
            case BtfType.EnumType names ->
                enumeration(names, bitfield == 0 ? 8 * names.size() : bitfield, target, place);
            case BtfType.Ptr _ -> number(0, 64, false, target);
            case BtfType.FloatType number -> real(number, target);
            case BtfType.Array array -> array(btf, array, target, place);
            case BtfType.Composite struct when target.isRecord() -> RecordShape.of(btf, struct, target);
            default -> null;
        };
        int size = (int) Math.min(Integer.MAX_VALUE, btf.sizeOf(type));
        if (found == null && bitfield == 0) {
            found = any(btf, type, size, target);
        }
        if (found == null) {
            throw new IllegalArgumentException(place + " is " + target.getSimpleName() + " in Java, which cannot hold "
                    + described(btf, type) + (bitfield == 0 ? " of " + size + " bytes" : " of " + bitfield + " bits"));
        }
        return found;
    }

    /** The key of an LPM trie, whatever its members are called. */
    private static Conversion prefix(Btf btf, int type, String place) {
        boolean isIpv4 = btf.sizeOf(type) == MapCodecs.IPV4_PREFIX.size();
        if (!isIpv4 && btf.sizeOf(type) != MapCodecs.IPV6_PREFIX.size()) {
            throw new IllegalArgumentException(
                    place + " is IpPrefix in Java, which takes a length of 4 bytes and an address" + " of 4 or 16, not "
                            + described(btf, type) + " of " + btf.sizeOf(type) + " bytes");
        }
        MapCodec<IpPrefix> codec = isIpv4 ? MapCodecs.IPV4_PREFIX : MapCodecs.IPV6_PREFIX;
        return new Conversion() {
            @Override
            public Object read(byte[] bytes, long bit) {
                return codec.decode(MemorySegment.ofArray(bytes), bit / 8);
            }

            @Override
            public Object write(Object value) {
                byte[] bytes = new byte[codec.size()];
                codec.encode((IpPrefix) value, MemorySegment.ofArray(bytes), 0);
                return bytes;
            }
        };
    }

    private static String described(Btf btf, int type) {
        BtfType resolved = btf.resolve(type);
        return resolved.kind().name().toLowerCase(Locale.ROOT)
                + (resolved.name().isEmpty() ? "" : " " + resolved.name());
    }

    /** Conversions that do not depend on the C type. */
    private static @Nullable Conversion any(Btf btf, int type, int size, Class<?> target) {
        boolean isStruct = btf.resolve(type) instanceof BtfType.Composite;
        boolean isList = btf.resolve(type) instanceof BtfType.Array;
        if (target == Object.class || target == Map.class && isStruct || target == List.class && isList) {
            BtfDecoder decoder = new BtfDecoder(btf, ValueForm.JAVA);
            return (bytes, bit) -> decoder.decode(type, bytes, (int) (bit / 8));
        }
        if (target == byte[].class) {
            return (bytes, bit) -> Arrays.copyOfRange(bytes, (int) (bit / 8), (int) (bit / 8) + size);
        }
        return target == InetAddress.class && (size == 4 || size == 16)
                ? (bytes, bit) -> address(bytes, (int) (bit / 8), size)
                : null;
    }

    private static InetAddress address(byte[] bytes, int offset, int size) {
        try {
            byte[] address = Arrays.copyOfRange(bytes, offset, offset + size);
            // InetAddress would turn an IPv6 address that maps an IPv4 one into that
            return size == 4 ? InetAddress.getByAddress(address) : Inet6Address.getByAddress(null, address, -1);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of " + size + " bytes", e);
        }
    }

    private static @Nullable Conversion integer(BtfType.Int type, int bits, Class<?> target) {
        boolean isTruth = (type.encoding() & BtfType.Int.BOOL) != 0 || bits == 1;
        return isTruth && (target == boolean.class || target == Boolean.class)
                ? (bytes, bit) -> BtfDecoder.number(bytes, bit + type.bitOffset(), bits, false)
                                .signum()
                        != 0
                : number(type.bitOffset(), bits, type.isSigned(), target);
    }

    /** An integer in a class of at least as many bits; of as many, an unsigned one keeps its bits. */
    private static @Nullable Conversion number(int bitOffset, int bits, boolean signed, Class<?> target) {
        if ((target == long.class || target == Long.class) && bits <= Long.SIZE) {
            return (bytes, bit) ->
                    BtfDecoder.number(bytes, bit + bitOffset, bits, signed).longValue();
        }
        if ((target == int.class || target == Integer.class) && bits <= Integer.SIZE) {
            return (bytes, bit) ->
                    BtfDecoder.number(bytes, bit + bitOffset, bits, signed).intValue();
        }
        if ((target == short.class || target == Short.class) && bits <= Short.SIZE) {
            return (bytes, bit) ->
                    BtfDecoder.number(bytes, bit + bitOffset, bits, signed).shortValue();
        }
        if ((target == byte.class || target == Byte.class) && bits <= Byte.SIZE) {
            return (bytes, bit) ->
                    BtfDecoder.number(bytes, bit + bitOffset, bits, signed).byteValue();
        }
        return target == BigInteger.class || target == Number.class || target == Object.class
                ? (bytes, bit) -> BtfDecoder.number(bytes, bit + bitOffset, bits, signed)
                : null;
    }

    private static @Nullable Conversion enumeration(BtfType.EnumType type, int bits, Class<?> target, String place) {
        if (!target.isEnum() && target != String.class) {
            return number(0, bits, type.isSigned(), target);
        }
        Object[] constants = target.getEnumConstants();
        return (bytes, bit) -> {
            BigInteger number = BtfDecoder.number(bytes, bit, bits, type.isSigned());
            String name = type.values().stream()
                    .filter(each -> each.value() == number.longValue())
                    .map(BtfType.Enumerator::name)
                    .findFirst()
                    .orElse(number.toString());
            if (constants == null) {
                return name;
            }
            return Arrays.stream(constants)
                    .filter(each -> ((Enum<?>) each).name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            place + ": " + target.getSimpleName() + " has no constant " + name));
        };
    }

    private static @Nullable Conversion real(BtfType.FloatType type, Class<?> target) {
        boolean isDouble = target == double.class || target == Double.class;
        if (type.size() == 8 && isDouble) {
            return (bytes, bit) -> Double.longBitsToDouble(
                    BtfDecoder.number(bytes, bit, 64, true).longValue());
        }
        if (type.size() == 4 && isDouble) {
            return (bytes, bit) -> (double)
                    Float.intBitsToFloat(BtfDecoder.number(bytes, bit, 32, true).intValue());
        }
        return type.size() == 4 && (target == float.class || target == Float.class)
                ? (bytes, bit) -> Float.intBitsToFloat(
                        BtfDecoder.number(bytes, bit, 32, true).intValue())
                : null;
    }

    private static @Nullable Conversion array(Btf btf, BtfType.Array type, Class<?> target, String place) {
        int length = (int) Math.min(Integer.MAX_VALUE, type.length());
        if (target == String.class && BtfDecoder.isChar(btf, type.element())) {
            return (bytes, bit) -> text(bytes, (int) (bit / 8), length);
        }
        if (!target.isArray() || target == byte[].class) {
            return null;
        }
        Class<?> component = target.componentType();
        Conversion element = of(btf, type.element(), 0, component, place + "[]");
        long stride = 8 * btf.sizeOf(type.element());
        if (stride == 0) {
            return null;
        }
        return new Conversion() {
            @Override
            public Object read(byte[] bytes, long bit) {
                Object values = Array.newInstance(component, length);
                for (int i = 0; i < length; i++) {
                    Array.set(values, i, element.read(bytes, bit + i * stride));
                }
                return values;
            }

            @Override
            public Object write(Object value) {
                List<Object> values = new ArrayList<>();
                for (int i = 0; i < Array.getLength(value); i++) {
                    values.add(element.write(Array.get(value, i)));
                }
                return values;
            }
        };
    }

    private static String text(byte[] bytes, int offset, int length) {
        int end = offset;
        while (end < offset + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, offset, end - offset, StandardCharsets.UTF_8);
    }
}
