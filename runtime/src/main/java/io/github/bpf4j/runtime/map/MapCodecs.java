/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The codecs for the usual types. */
public final class MapCodecs {
    private MapCodecs() {}

    /** {@code __u8} or {@code __s8}. */
    public static final MapCodec<Byte> INT8 = new ScalarCodec<>(
            1, (m, o) -> m.get(ValueLayout.JAVA_BYTE, o), (v, m, o) -> m.set(ValueLayout.JAVA_BYTE, o, v));

    /** {@code bool}. */
    public static final MapCodec<Boolean> BOOL = new ScalarCodec<>(
            1,
            (m, o) -> m.get(ValueLayout.JAVA_BYTE, o) != 0,
            (v, m, o) -> m.set(ValueLayout.JAVA_BYTE, o, (byte) (v ? 1 : 0)));

    /** {@code __u16} or {@code __s16} in host order. */
    public static final MapCodec<Short> INT16 =
            new ScalarCodec<>(2, (m, o) -> m.get(Words.SHORT, o), (v, m, o) -> m.set(Words.SHORT, o, v));

    /** {@code __u32} or {@code __s32} in host order. */
    public static final MapCodec<Integer> INT32 =
            new ScalarCodec<>(4, (m, o) -> m.get(Words.INT, o), (v, m, o) -> m.set(Words.INT, o, v));

    /** {@code __u32} in host order, as a number that is never negative. */
    public static final MapCodec<Long> UINT32 = new ScalarCodec<>(
            4, (m, o) -> Integer.toUnsignedLong(m.get(Words.INT, o)), (v, m, o) -> m.set(Words.INT, o, v.intValue()));

    /** {@code __u64} or {@code __s64} in host order. */
    public static final MapCodec<Long> INT64 =
            new ScalarCodec<>(8, (m, o) -> m.get(Words.LONG, o), (v, m, o) -> m.set(Words.LONG, o, v));

    /** {@code __be16}: a port. */
    public static final MapCodec<Integer> BE16 = new ScalarCodec<>(
            2,
            (m, o) -> Short.toUnsignedInt(m.get(Words.SHORT.withOrder(ByteOrder.BIG_ENDIAN), o)),
            (v, m, o) -> m.set(Words.SHORT.withOrder(ByteOrder.BIG_ENDIAN), o, v.shortValue()));

    /** An IPv4 address: {@code __be32}. */
    public static final MapCodec<InetAddress> IPV4 = address(4, 4);

    /** An IPv6 address: {@code struct in6_addr}. */
    public static final MapCodec<InetAddress> IPV6 = address(16, 4);

    /** An IPv4 prefix as the key of an LPM trie. */
    public static final MapCodec<IpPrefix> IPV4_PREFIX = prefix(IPV4);

    /** An IPv6 prefix as the key of an LPM trie. */
    public static final MapCodec<IpPrefix> IPV6_PREFIX = prefix(IPV6);

    /**
     * Raw bytes.
     *
     * @param size how many
     * @return the codec; encoding an array of another length throws {@link IllegalArgumentException}
     */
    public static MapCodec<byte[]> bytes(int size) {
        return new ScalarCodec<>(size, 1, (m, o) -> m.asSlice(o, size).toArray(ValueLayout.JAVA_BYTE), (v, m, o) -> {
            if (v.length != size) {
                throw new IllegalArgumentException(v.length + " bytes instead of " + size);
            }
            MemorySegment.copy(v, 0, m, ValueLayout.JAVA_BYTE, o, size);
        });
    }

    /**
     * A {@code char} array with a string that ends at the first NUL or the array's end.
     *
     * @param size bytes in the array
     * @return the codec; encoding a longer string throws {@link IllegalArgumentException}
     */
    public static MapCodec<String> string(int size) {
        MapCodec<byte[]> bytes = bytes(size);
        return new ScalarCodec<>(
                size,
                1,
                (m, o) -> {
                    byte[] all = bytes.decode(m, o);
                    int end = 0;
                    while (end < size && all[end] != 0) {
                        end++;
                    }
                    return new String(all, 0, end, StandardCharsets.UTF_8);
                },
                (v, m, o) -> {
                    byte[] text = v.getBytes(StandardCharsets.UTF_8);
                    if (text.length > size) {
                        throw new IllegalArgumentException("'" + v + "' has more than " + size + " bytes");
                    }
                    bytes.encode(Arrays.copyOf(text, size), m, o);
                });
    }

    /**
     * A C struct as a record: components in order, each at its natural alignment, padding zero. Components may be {@code byte},
     * {@code short}, {@code int}, {@code long}, {@code boolean}, their boxes, and records of these.
     *
     * @param type the record
     * @param <R> the record's type
     * @return the codec
     * @throws IllegalArgumentException if a component has another type, or the record cannot be reached by reflection
     */
    public static <R extends Record> MapCodec<R> record(Class<R> type) {
        return RecordCodec.of(type);
    }

    private static MapCodec<InetAddress> address(int size, int alignment) {
        MapCodec<byte[]> bytes = bytes(size);
        return new ScalarCodec<>(
                size,
                alignment,
                (m, o) -> {
                    try {
                        byte[] raw = bytes.decode(m, o);
                        // InetAddress would turn an IPv6 address that maps an IPv4 one into that
                        return size == 4 ? InetAddress.getByAddress(raw) : Inet6Address.getByAddress(null, raw, -1);
                    } catch (UnknownHostException e) {
                        throw new AssertionError("an address of " + size + " bytes", e);
                    }
                },
                (v, m, o) -> bytes.encode(v.getAddress(), m, o));
    }

    private static MapCodec<IpPrefix> prefix(MapCodec<InetAddress> address) {
        return new ScalarCodec<>(
                4 + address.size(),
                4,
                (m, o) -> new IpPrefix(address.decode(m, o + 4), m.get(Words.INT, o)),
                (v, m, o) -> {
                    m.set(Words.INT, o, v.length());
                    address.encode(v.address(), m, o + 4);
                });
    }
}
