/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import io.github.bpf4j.runtime.map.MapCodec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/**
 * Keys and values by their BTF type: wherever clang put the members, whatever their order and padding. Slower than
 * {@link io.github.bpf4j.runtime.map.MapCodecs}, which trust the Java side to know the layout. Immutable, thread-safe.
 *
 * <table>
 * <caption>Java classes for C types</caption>
 * <tr><td>integers, pointers, bit-fields, enums</td>
 *     <td>{@code byte}, {@code short}, {@code int}, {@code long} or their boxes, if they have as many bits (unsigned numbers of as many
 *     bits keep their bits), {@link java.math.BigInteger}, {@link Number}</td></tr>
 * <tr><td>{@code bool}, bit-fields of one bit</td><td>{@code boolean}</td></tr>
 * <tr><td>{@code float}, {@code double}</td><td>{@code float}, {@code double}</td></tr>
 * <tr><td>enums</td><td>a Java enum with constants of the same names, {@link String}</td></tr>
 * <tr><td>arrays of {@code char}</td><td>{@link String}: UTF-8 up to the first NUL</td></tr>
 * <tr><td>arrays</td><td>an array of what its elements can be, {@link java.util.List}</td></tr>
 * <tr><td>structs and unions</td><td>a record with components named as members, or as members in Java's style ({@code srcPort} for
 *     {@code src_port}), or {@link Map} from names to values. Members of unnamed members count as the struct's own. A record may leave
 *     members out if it is only read; of a map, what is left out is written as zero. Of a union, write one member, or several that
 *     agree</td></tr>
 * <tr><td>keys of LPM tries for IPv4 or IPv6</td><td>{@link io.github.bpf4j.runtime.map.IpPrefix}</td></tr>
 * <tr><td>4 or 16 bytes of whatever type</td><td>{@link java.net.InetAddress}, in network byte order</td></tr>
 * <tr><td>anything</td><td>{@code byte[]}, or {@link Object}: what {@link BtfDecoder} makes of it</td></tr>
 * </table>
 *
 * @param <T> the Java class
 */
public final class BtfCodec<T> implements MapCodec<T> {
    private final Btf btf;
    private final int type;
    private final int size;
    private final Conversion conversion;

    private BtfCodec(Btf btf, int type, int size, Conversion conversion) {
        this.btf = btf;
        this.type = type;
        this.size = size;
        this.conversion = conversion;
    }

    /**
     * A codec for a type.
     *
     * @param btf the types
     * @param type number of a type with a size
     * @param target the Java class
     * @param <T> the Java class
     * @return the codec
     * @throws IllegalArgumentException if the type has no size, or values of it cannot be of the class; the message names the record's component
     */
    public static <T> BtfCodec<T> of(Btf btf, int type, Class<T> target) {
        if (!btf.contains(type) || btf.sizeOf(type) < 0 || btf.sizeOf(type) > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("type " + type + " has no size, or is too large");
        }
        Conversion conversion = Conversion.of(btf, type, 0, target, target.getSimpleName());
        return new BtfCodec<>(btf, type, (int) btf.sizeOf(type), conversion);
    }

    /**
     * A codec for a type by its name.
     *
     * @param btf the types
     * @param name a name such as {@code struct event} or {@code event_t}
     * @param target the Java class
     * @param <T> the Java class
     * @return the codec
     * @throws IllegalArgumentException if there is no such type, or values of it cannot be of the class
     */
    public static <T> BtfCodec<T> of(Btf btf, String name, Class<T> target) {
        String bare = name.replaceFirst("^(struct|union|enum)\\s+", "");
        for (int id : btf.candidates(bare)) {
            if (btf.name(id).equals(bare) && btf.sizeOf(id) >= 0) {
                return of(btf, id, target);
            }
        }
        throw new IllegalArgumentException("the object has no type " + name
                + "; clang keeps only types that something uses: declare a variable, const struct " + bare
                + " *unused __attribute__((unused));");
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int alignment() {
        return btf.alignOf(type);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the value does not fit the type; the message names the member
     * @throws UnsupportedOperationException if a record leaves members out
     */
    @Override
    public void encode(T value, MemorySegment memory, long offset) {
        byte[] bytes = BtfEncoder.encode(btf, type, conversion.write(value));
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, offset, size);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if an enum's number has no constant, or a record refuses its components
     */
    @Override
    @SuppressWarnings("unchecked") // the conversion is to T's class
    public T decode(MemorySegment memory, long offset) {
        return (T) conversion.read(memory.asSlice(offset, size).toArray(ValueLayout.JAVA_BYTE), 0);
    }
}
