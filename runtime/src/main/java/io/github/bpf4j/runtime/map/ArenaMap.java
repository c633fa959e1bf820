/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code BPF_MAP_TYPE_ARENA}: up to {@code max_entries} pages of memory that programs and Java share. At first no page is there: programs
 * read zeroes and write into the void. {@link #map} makes pages appear, as in Linux user space does by touching them (or a sleepable
 * program, which LWT programs never are); from then on they stay. Only pages that are there take memory.
 *
 * <p>A program's pointers into an arena are numbers: user addresses, or their low halves. {@link #offsetOf} tells which byte one means.
 *
 * <p>Thread-safe. The body starts with a byte per page, not zero if the page is there, rounded up to pages; then the pages.
 */
public final class ArenaMap extends BpfMap {
    /**
     * User address of an arena whose {@code map_extra} names none. In Linux {@code mmap(2)} chooses one; programs can only tell that the
     * first page does not start at 0 in 64 bits.
     */
    public static final long DEFAULT_ADDRESS = 0x7000_0000_0000L;

    private static final long LOW_HALF = 0xffff_ffffL;

    private final ArenaMemory memory;

    ArenaMap(MapDefinition definition, MapEnvironment environment) throws MapException {
        this(
                definition,
                environment.pageSize(),
                environment
                        .memory()
                        .allocate(
                                definition,
                                presenceSize(definition, environment.pageSize())
                                        + size(definition, environment.pageSize())));
    }

    private ArenaMap(MapDefinition definition, int pageSize, MapRegion region) {
        super(definition, region.header());
        this.memory = new ArenaMemory(
                region.body().asSlice(presenceSize(definition, pageSize), size(definition, pageSize)),
                region.body().asSlice(0, Integer.toUnsignedLong(definition.maxEntries())),
                Integer.numberOfTrailingZeros(pageSize),
                definition.extra() == 0 ? DEFAULT_ADDRESS : definition.extra());
    }

    private static long size(MapDefinition definition, int pageSize) {
        return Integer.toUnsignedLong(definition.maxEntries()) * pageSize;
    }

    private static long presenceSize(MapDefinition definition, int pageSize) {
        return Words.roundUp(Integer.toUnsignedLong(definition.maxEntries()), pageSize);
    }

    /**
     * The arena as programs reach it.
     *
     * @return the same object always, for generated code to keep as a constant
     */
    public ArenaMemory memory() {
        return memory;
    }

    /**
     * Size of the arena, whether its pages are there or not.
     *
     * @return bytes, a multiple of the page size, at most 4 GiB
     */
    public long byteSize() {
        return memory.pages().byteSize();
    }

    /**
     * The address of the first byte to programs: {@code map_extra}, or {@link #DEFAULT_ADDRESS}.
     *
     * @return the address, a multiple of the page size
     */
    public long userAddress() {
        return memory.userAddress();
    }

    /**
     * Makes all pages of a range appear, if they are not there yet, and gives the range's memory.
     *
     * @param offset where the range starts, in bytes from the start of the arena
     * @param bytes how long it is
     * @return the memory of exactly that range, valid as long as it is reachable
     * @throws IndexOutOfBoundsException if the range is not inside of the arena
     */
    public MemorySegment map(long offset, long bytes) {
        Objects.checkFromIndexSize(offset, bytes, byteSize());
        int shift = memory.pageShift();
        for (long page = offset >>> shift; page << shift < offset + bytes; page++) {
            if ((byte) Words.ATOMIC_BYTE.getAcquire(memory.presence(), page) == 0) {
                Words.add(memory.pages(), page << shift, 0L); // memory is committed here and not in a program
                Words.ATOMIC_BYTE.setRelease(memory.presence(), page, (byte) 1);
            }
        }
        return memory.pages().asSlice(offset, bytes);
    }

    /**
     * Whether the page of a byte is there.
     *
     * @param offset the byte, from the start of the arena
     * @return whether programs see what {@link #map} gives
     * @throws IndexOutOfBoundsException if the byte is not inside of the arena
     */
    public boolean isPresent(long offset) {
        Objects.checkIndex(offset, byteSize());
        return (byte) Words.ATOMIC_BYTE.getAcquire(memory.presence(), offset >>> memory.pageShift()) != 0;
    }

    /**
     * Which byte a pointer means that a program has stored or returned.
     *
     * @param pointer a user address, or a program's pointer; only the low halves of both count
     * @return bytes from the start of the arena, or -1 if it points elsewhere
     */
    public long offsetOf(long pointer) {
        long offset = (pointer & LOW_HALF) - (userAddress() & LOW_HALF);
        return offset < byteSize() ? Math.max(offset, -1) : -1;
    }

    /**
     * The user address of a byte, to be stored in the arena for programs to follow.
     *
     * @param offset the byte, from the start of the arena
     * @return the address
     * @throws IndexOutOfBoundsException if the byte is not inside of the arena
     */
    public long addressOf(long offset) {
        return memory.addressOf(Objects.checkIndex(offset, byteSize()));
    }

    /** All pages in a row. Those that are not there, programs do not see: {@link #map} is for users. */
    @Override
    public MemorySegment values() {
        return memory.pages();
    }

    @Override
    public long lookup(int cpu, MemorySegment key, long keyOffset) {
        return NOT_FOUND;
    }

    @Override
    public int update(int cpu, MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return -Errno.EOPNOTSUPP;
    }

    @Override
    public int delete(MemorySegment key, long keyOffset) {
        return -Errno.EOPNOTSUPP;
    }

    @Override
    int readElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return -Errno.EINVAL;
    }

    @Override
    int followingKey(@Nullable MemorySegment key, long keyOffset, MemorySegment next, long nextOffset) {
        return -Errno.EOPNOTSUPP;
    }
}
