/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.program.BpfCallback;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A map as programs and Java see it. Program-side methods take a key as (segment, offset) and return a value's offset in
 * {@link #values()}, so that nothing is allocated. Results that are negative are {@code -errno} as in Linux. All methods are
 * thread-safe.
 *
 * <p>The methods whose names end in {@code Element}, {@link #nextKey} and {@link #freeze} are the commands of {@code bpf(2)}: they honour
 * {@code BPF_F_RDONLY}, {@code BPF_F_WRONLY} and freezing, and a value of a per-CPU kind is the values of all CPUs in a row, each
 * rounded up to 8 bytes.
 */
public abstract class BpfMap implements KeyLookup {
    /** What {@link #lookup} returns when there is no such element. */
    public static final long NOT_FOUND = -1;

    private static final AtomicInteger NEXT_ID = new AtomicInteger(1);
    private static final long FROZEN = 0; // offset in the header

    private final MapDefinition definition;
    private final int id = NEXT_ID.getAndIncrement();
    private final MemorySegment header;
    final ValueCopier copier;

    /**
     * For the map kinds.
     *
     * @param definition what the map was created from
     */
    protected BpfMap(MapDefinition definition) {
        this(definition, Arena.ofAuto().allocate(MapRegion.HEADER_SIZE, 8));
    }

    /** For kinds that live in a region: its header holds what the map has in common with its other openers. */
    BpfMap(MapDefinition definition, MemorySegment header) {
        this.definition = definition;
        this.header = header;
        this.copier = ValueCopier.of(definition.valueSize(), definition.special());
    }

    /**
     * A number that no other map of this process has, as the id of a map in Linux.
     *
     * @return the number, from 1
     */
    public final int id() {
        return id;
    }

    /**
     * What the map was created from.
     *
     * @return the definition
     */
    public final MapDefinition definition() {
        return definition;
    }

    /**
     * The memory that holds all values, of all CPUs. It never moves during the map's life, so generated code keeps it as a constant.
     *
     * @return a native segment; empty, as here, for kinds whose values have no address
     */
    public MemorySegment values() {
        return MemorySegment.NULL;
    }

    /**
     * {@code bpf_map_lookup_elem} of a program.
     *
     * @param cpu the calling worker, for per-CPU kinds
     * @param key memory of the key
     * @param keyOffset where the key starts, in bytes
     * @return offset of the value in {@link #values()}, or {@link #NOT_FOUND}, as here, for kinds in which programs find nothing by key
     */
    public long lookup(int cpu, MemorySegment key, long keyOffset) {
        return NOT_FOUND;
    }

    /**
     * The lookup of keys that are numbers, as an object for generated code.
     *
     * @return the map's own methods, or something faster that does the same
     */
    public KeyLookup keyLookup() {
        return this;
    }

    @Override
    public long lookupInt(int cpu, int key) {
        throw new UnsupportedOperationException(definition.type() + " has no 4-byte key fast path");
    }

    @Override
    public long lookupLong(int cpu, long key) {
        throw new UnsupportedOperationException(definition.type() + " has no 8-byte key fast path");
    }

    /**
     * {@code bpf_map_update_elem} of a program; for per-CPU kinds it sets the calling worker's value.
     *
     * @param cpu the calling worker
     * @param key memory of the key
     * @param keyOffset where the key starts
     * @param value memory of the value
     * @param valueOffset where the value starts
     * @param flags {@code BPF_ANY}, {@code BPF_NOEXIST}, {@code BPF_EXIST}, {@code BPF_F_LOCK}
     * @return 0 or {@code -errno}
     */
    public abstract int update(
            int cpu, MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags);

    /**
     * {@code bpf_map_delete_elem}.
     *
     * @param key memory of the key
     * @param keyOffset where the key starts
     * @return 0 or {@code -errno}
     */
    public abstract int delete(MemorySegment key, long keyOffset);

    /**
     * The map that an element of a map of maps holds.
     *
     * @param key memory of the key
     * @param keyOffset where the key starts
     * @return the inner map, or null if the element is empty
     * @throws UnsupportedOperationException if this is not a map of maps
     */
    public @Nullable BpfMap lookupInner(MemorySegment key, long keyOffset) {
        throw new UnsupportedOperationException(definition.type() + " holds no maps");
    }

    /**
     * The program that an element of a program array holds.
     *
     * @param index the element, an unsigned number
     * @return the program, or null if the element is empty, the index out of range or this is not a program array
     */
    public @Nullable BpfProgram program(int index) {
        return null;
    }

    /**
     * {@code bpf_map_push_elem}: adds to a queue, a stack or a bloom filter.
     *
     * @param value memory of the value
     * @param offset where the value starts
     * @param flags {@code BPF_ANY}, or {@code BPF_EXIST} to make room by dropping the oldest element
     * @return 0 or {@code -errno}
     */
    public int push(MemorySegment value, long offset, long flags) {
        return -Errno.ENOTSUPP;
    }

    /**
     * {@code bpf_map_pop_elem}: takes from a queue or a stack.
     *
     * @param value receives the value; zeroed on failure
     * @param offset where it is stored
     * @return 0 or {@code -errno}
     */
    public int pop(MemorySegment value, long offset) {
        return -Errno.ENOTSUPP;
    }

    /**
     * {@code bpf_map_peek_elem}: reads the next element of a queue or a stack, or asks a bloom filter.
     *
     * @param value receives the value; for a bloom filter, the value that is asked for
     * @param offset where it starts
     * @return 0 or {@code -errno}
     */
    public int peek(MemorySegment value, long offset) {
        return -Errno.ENOTSUPP;
    }

    /**
     * {@code bpf_map_lookup_percpu_elem}.
     *
     * @param key memory of the key
     * @param keyOffset where the key starts
     * @param cpu whose value, an unsigned number
     * @return offset of the value in {@link #values()}, or {@link #NOT_FOUND} if there is none or no such CPU
     */
    public long lookupPerCpu(MemorySegment key, long keyOffset, int cpu) {
        return NOT_FOUND;
    }

    /**
     * {@code bpf_for_each_map_elem}: calls {@code callback(map, &key, &value, ctx)} until it returns nonzero. Elements that come or go
     * meanwhile may or may not be visited.
     *
     * @param context the calling worker
     * @param callback the subprogram
     * @param argument number of its fourth argument
     * @param argumentBase base of its fourth argument
     * @return how many elements were visited, or {@code -errno}
     */
    public long forEach(ExecutionContext context, BpfCallback callback, long argument, @Nullable Object argumentBase) {
        return -Errno.EINVAL;
    }

    /**
     * How many elements there are now ({@code bpf_map_sum_elem_count}).
     *
     * @return the count; 0 for kinds that do not count
     */
    public long elementCount() {
        return 0;
    }

    /**
     * Bytes in a value as {@code bpf(2)} sees it.
     *
     * @return {@code valueSize}; for per-CPU kinds, rounded up to 8 and times the number of CPUs
     */
    public int userValueSize() {
        return definition.valueSize();
    }

    /**
     * {@code BPF_MAP_LOOKUP_ELEM}.
     *
     * @param key memory of the key
     * @param keyOffset where the key starts
     * @param value receives {@link #userValueSize()} bytes
     * @param valueOffset where it is stored
     * @param flags 0 or {@code BPF_F_LOCK}
     * @return 0 or {@code -errno}
     */
    public final int lookupElement(
            MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        if ((flags & ~MapFlags.BPF_F_LOCK) != 0) {
            return -Errno.EINVAL;
        }
        if (!mayRead()) {
            return -Errno.EPERM;
        }
        if (flags != 0 && !copier.hasSpinLock()) {
            return -Errno.EINVAL;
        }
        return readElement(key, keyOffset, value, valueOffset, flags);
    }

    /**
     * {@code BPF_MAP_UPDATE_ELEM}.
     *
     * @param key memory of the key
     * @param keyOffset where the key starts
     * @param value {@link #userValueSize()} bytes
     * @param valueOffset where they start
     * @param flags {@code BPF_ANY}, {@code BPF_NOEXIST}, {@code BPF_EXIST}, {@code BPF_F_LOCK}
     * @return 0 or {@code -errno}
     */
    public final int updateElement(
            MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        if (!mayWrite()) {
            return -Errno.EPERM;
        }
        if ((flags & MapFlags.BPF_F_LOCK) != 0 && !copier.hasSpinLock()) {
            return -Errno.EINVAL;
        }
        return writeElement(key, keyOffset, value, valueOffset, flags);
    }

    /**
     * {@code BPF_MAP_DELETE_ELEM}.
     *
     * @param key memory of the key
     * @param keyOffset where the key starts
     * @return 0 or {@code -errno}
     */
    public final int deleteElement(MemorySegment key, long keyOffset) {
        return mayWrite() ? delete(key, keyOffset) : -Errno.EPERM;
    }

    /**
     * {@code BPF_MAP_LOOKUP_AND_DELETE_ELEM}.
     *
     * @param key memory of the key
     * @param keyOffset where the key starts
     * @param value receives {@link #userValueSize()} bytes
     * @param valueOffset where it is stored
     * @param flags 0 or {@code BPF_F_LOCK}
     * @return 0 or {@code -errno}
     */
    public final int lookupAndDeleteElement(
            MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        if ((flags & ~MapFlags.BPF_F_LOCK) != 0) {
            return -Errno.EINVAL;
        }
        if (!mayRead() || !mayWrite()) {
            return -Errno.EPERM;
        }
        boolean hasNoKey = definition.type() == MapType.QUEUE || definition.type() == MapType.STACK;
        if (flags != 0 && (hasNoKey || !copier.hasSpinLock())) {
            return -Errno.EINVAL;
        }
        return takeElement(key, keyOffset, value, valueOffset, flags);
    }

    /**
     * {@code BPF_MAP_GET_NEXT_KEY}. An iteration sees every element that is there from its start to its end; after a deletion of the key
     * it stands on, a hash map's iteration starts again.
     *
     * @param key memory of the key that the iteration stands on, or null to start
     * @param keyOffset where the key starts
     * @param next receives the next key
     * @param nextOffset where it is stored
     * @return 0, {@code -ENOENT} at the end, or another {@code -errno}
     */
    public final int nextKey(@Nullable MemorySegment key, long keyOffset, MemorySegment next, long nextOffset) {
        return mayRead() ? followingKey(key, keyOffset, next, nextOffset) : -Errno.EPERM;
    }

    /**
     * {@code BPF_MAP_FREEZE}: from now on only programs may change the map.
     *
     * @return 0 or {@code -errno}: {@code EPERM} if it is frozen already or was created with {@code BPF_F_RDONLY}, {@code ENOTSUPP} if its
     *     values have special fields
     */
    public final int freeze() {
        if (!definition.special().isEmpty()) {
            return -Errno.ENOTSUPP;
        }
        if (definition.has(MapFlags.RDONLY)) {
            return -Errno.EPERM;
        }
        return Words.ATOMIC_INT.compareAndSet(header, FROZEN, 0, 1) ? 0 : -Errno.EPERM;
    }

    /**
     * Whether {@link #freeze} was called.
     *
     * @return whether Java may no longer change the map
     */
    public final boolean isFrozen() {
        return (int) Words.ATOMIC_INT.getAcquire(header, FROZEN) != 0;
    }

    final boolean mayRead() {
        return !definition.has(MapFlags.WRONLY);
    }

    final boolean mayWrite() {
        return !definition.has(MapFlags.RDONLY) && !isFrozen();
    }

    /** Memory that holds the key of a value; only the kinds that may have timers have it. */
    MemorySegment keyMemory(long value) {
        throw new UnsupportedOperationException(definition.type() + " values have no timers");
    }

    /** Where the key starts in {@link #keyMemory}. */
    long keyOffset(long value) {
        return 0;
    }

    /** Finds a value for Java, without the side effects of a program's lookup. */
    long find(MemorySegment key, long keyOffset) {
        return lookup(0, key, keyOffset);
    }

    int readElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        long found = find(key, keyOffset);
        if (found == NOT_FOUND) {
            return -Errno.ENOENT;
        }
        if (flags == 0) {
            copier.load(values(), found, value, valueOffset);
        } else {
            copier.loadLocked(values(), found, value, valueOffset);
        }
        return 0;
    }

    int writeElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return update(0, key, keyOffset, value, valueOffset, flags);
    }

    int takeElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return -Errno.ENOTSUPP;
    }

    int followingKey(@Nullable MemorySegment key, long keyOffset, MemorySegment next, long nextOffset) {
        return -Errno.ENOTSUPP;
    }
}
