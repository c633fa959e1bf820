/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.HashLayout.COUNT;
import static io.github.bpf4j.runtime.map.HashLayout.FREE;
import static io.github.bpf4j.runtime.map.HashLayout.INDEX;
import static io.github.bpf4j.runtime.map.HashLayout.SEED;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.program.BpfCallback;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The map operations of all hash kinds, over {@link HashChains}: updates ({@link ElementUpdate}), deletions, walks and batches. What differs
 * between the kinds is where a value is and how it is filled, overwritten and copied ({@link ElementValues}).
 */
abstract class HashTable extends BpfMap {
    /** How many updates make a table worth code of its own. */
    static final int HOT = 50_000;

    final MemorySegment memory;
    final HashLayout layout;
    final HashIndex index;
    final HashChains chains;
    final int keySize;
    final int headerSize;
    final long valueOffset;
    final ElementValues elementValues;
    final @Nullable LruElements lru;
    private final HashRepair repair;

    /** Replaced by a specialized one without a lock: both do the same. */
    private ElementStore store;

    HashTable(MapDefinition definition, HashLayout layout, MapRegion region) {
        this(definition, layout, region, null);
    }

    /**
     * For kinds that keep values in their own way.
     *
     * @param values how, or null if a value is bytes in its element or in per-CPU memory
     */
    HashTable(MapDefinition definition, HashLayout layout, MapRegion region, @Nullable ElementValues values) {
        super(definition, region.header());
        this.layout = layout;
        this.memory = region.body();
        if (region.state() == MapRegion.State.FRESH && !definition.has(MapFlags.ZERO_SEED)) {
            memory.set(Words.LONG, SEED, ThreadLocalRandom.current().nextLong());
        }
        this.keySize = definition.keySize();
        this.headerSize = layout.headerSize();
        this.valueOffset = layout.valueOffset();
        this.chains = HashChains.of(memory, layout, keySize);
        this.index = chains.index();
        this.lru = layout.partitions() > 0 ? new LruElements(chains, layout.partitions()) : null;
        if (values != null) {
            this.elementValues = values;
        } else if (layout.perCpuAt() == 0) {
            this.elementValues = new ValuesInElements(memory, valueOffset, definition.valueSize(), copier);
        } else {
            this.elementValues = new PerCpuValues(memory, layout, definition.valueSize());
        }
        this.repair = new HashRepair(this, region.state() != MapRegion.State.FRESH || memory.isMapped());
        this.store = new ElementUpdate(parts(lru == null ? null : new LruClock(lruParts(lru))));
        switch (region.state()) {
            case FRESH -> format();
            case ABANDONED -> repair.repair();
            case SHARED -> {}
        }
    }

    private void format() {
        for (int chain = 0; chain < layout.chains(); chain++) {
            memory.set(Words.INT, index.link(chain), ~chain);
        }
        setIndices();
        for (int stripe = 0; stripe < layout.stripeCount(); stripe++) {
            chains.keepSpare(chains.stripe(stripe), layout.element(layout.capacity() + stripe));
        }
        for (long i = layout.capacity() - 1; i >= 0; i--) {
            long e = layout.element(i);
            if (lru != null) {
                lru.assign(e, i);
            }
            pushFree(e);
        }
    }

    /** Writes each element's number into its header, if that has room for it. */
    final void setIndices() {
        for (long i = 0; headerSize > 8 && i < layout.elements(); i++) {
            memory.set(Words.INT, layout.element(i) + INDEX, (int) i);
        }
    }

    private ElementUpdate.Parts parts(@Nullable Eviction eviction) {
        return new ElementUpdate.Parts(
                chains, elementValues, copier.hasSpinLock(), repair, lru, eviction, this::specialize);
    }

    private LruClock.Parts lruParts(LruElements elements) {
        return new LruClock.Parts(elements, elementValues, repair);
    }

    /** Called after {@link #HOT} updates. */
    private void specialize() {
        store = ElementUpdate.specialized(parts(lru == null ? null : LruClock.specialized(lruParts(lru))));
    }

    /** What runs updates: a hidden class if it is specialized. */
    final Class<?> codeOfUpdates() {
        return store.getClass();
    }

    // ---- what the kinds add

    /** Whether the value stands behind the key in the element, and not in per-CPU memory. */
    final boolean valueInElement() {
        return layout.perCpuAt() == 0;
    }

    /** Called for an element that was deleted, before it can be used again. */
    void removed(long element) {
        if (lru != null) {
            lru.removed(element);
        }
    }

    // ---- elements

    final long findElement(MemorySegment key, long offset) {
        return chains.findElement(key, offset);
    }

    final void checkKeySize(int size) {
        if (keySize != size) {
            throw new UnsupportedOperationException(
                    definition().name() + " has keys of " + keySize + " bytes, not " + size);
        }
    }

    /** Gives an element back that nobody uses. */
    final void pushFree(long element) {
        chains.pushFree(lru == null ? FREE : lru.freeList(element), element);
    }

    @Override
    public final MemorySegment values() {
        return memory;
    }

    /** Where an element's value is for a CPU. */
    final long valueOf(long element, int cpu) {
        return elementValues.of(element, cpu);
    }

    @Override
    public final int update(
            int cpu, MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return store.store(cpu, key, keyOffset, value, valueOffset, flags, false);
    }

    @Override
    int writeElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return store.store(0, key, keyOffset, value, valueOffset, flags, true);
    }

    @Override
    public final int delete(MemorySegment key, long keyOffset) {
        return remove(key, keyOffset, null, 0, 0);
    }

    @Override
    int takeElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return remove(key, keyOffset, value, valueOffset, flags);
    }

    private int remove(MemorySegment key, long keyOffset, @Nullable MemorySegment value, long valueOffset, long flags) {
        int hash = chains.hash(key, keyOffset);
        long stripe = chains.stripeOf(hash);
        long e;
        chains.lock(stripe, repair);
        try {
            e = chains.findLocked(key, keyOffset, hash);
            if (e == 0) {
                return -Errno.ENOENT;
            }
            if (value != null) {
                elementValues.copyOut(e, value, valueOffset, flags);
            }
            chains.unlink(e, hash);
            free(e);
            repair.unlinkTwins(key, keyOffset, hash, 0);
        } finally {
            chains.unlock(stripe);
        }
        countRemoval();
        pushFree(e);
        return 0;
    }

    @Override
    public final int userValueSize() {
        return elementValues.userSize();
    }

    @Override
    public final long lookupPerCpu(MemorySegment key, long keyOffset, int cpu) {
        return elementValues.isPerCpu(cpu) ? lookup(cpu, key, keyOffset) : NOT_FOUND;
    }

    @Override
    int readElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        long e = findElement(key, keyOffset);
        if (e == 0) {
            return -Errno.ENOENT;
        }
        elementValues.copyOut(e, value, valueOffset, flags);
        return 0;
    }

    @Override
    int followingKey(@Nullable MemorySegment key, long keyOffset, MemorySegment next, long nextOffset) {
        int chain = 0;
        if (key != null) {
            long e = findElement(key, keyOffset);
            if (e != 0) {
                int bucket = chains.bucketOf(chains.hash(key, keyOffset));
                int link = repair.pastTwins(bucket, chains.next(e));
                if (link > 0) {
                    Words.copy(memory, chains.target(link) + headerSize, next, nextOffset, keySize);
                    return 0;
                }
                // A chain of another bucket: the element has been taken away meanwhile.
                chain = ~link >>> 1 == bucket ? ~link + 1 : 2 * bucket + 2;
            }
        }
        for (; chain < layout.chains(); chain++) {
            int link = repair.pastTwins(chain >>> 1, chains.head(chain));
            if (link > 0) {
                Words.copy(memory, chains.target(link) + headerSize, next, nextOffset, keySize);
                return 0;
            }
        }
        return -Errno.ENOENT;
    }

    @Override
    public final long forEach(
            ExecutionContext context, BpfCallback callback, long argument, @Nullable Object argumentBase) {
        long visited = 0;
        for (int chain = 0; chain < layout.chains(); chain++) {
            int link = chains.head(chain);
            while (link > 0) {
                long e = chains.target(link);
                link = chains.next(e); // before the call, which may delete the element
                visited++;
                long value = valueOf(e, context.cpu());
                if (callback.call(context, 0, this, e + headerSize, memory, value, memory, argument, argumentBase)
                        != 0) {
                    return visited;
                }
            }
        }
        return visited;
    }

    @Override
    public final long elementCount() {
        return (long) Words.ATOMIC_LONG.getAcquire(memory, COUNT);
    }

    /** What must happen to an element that was unlinked, before it can be used again. */
    private void free(long element) {
        removed(element);
        elementValues.free(element);
    }

    private void countRemoval() {
        Words.add(memory, COUNT, -1L);
    }

    @Override
    final MemorySegment keyMemory(long value) {
        return memory;
    }

    @Override
    final long keyOffset(long value) {
        return value - valueOffset + headerSize;
    }

    /**
     * Copies all elements of a chain out, and removes them if asked to.
     *
     * @return how many there were, or {@code -ENOSPC} if they are more than {@code limit}; then nothing has happened
     */
    final int copyChain(
            int chain,
            MemorySegment keys,
            long keysOffset,
            MemorySegment values,
            long valuesOffset,
            int limit,
            boolean delete) {
        long stripe = chains.stripeOfChain(chain);
        int size = userValueSize();
        int count = 0;
        chains.lock(stripe, repair);
        try {
            for (int link = chains.head(chain); link > 0; link = chains.next(chains.target(link))) {
                if (count++ == limit) {
                    return -Errno.ENOSPC;
                }
            }
            int i = 0;
            for (int link = chains.head(chain); link > 0; link = chains.next(chains.target(link))) {
                long e = chains.target(link);
                Words.copy(memory, e + headerSize, keys, keysOffset + (long) i * keySize, keySize);
                elementValues.copyOut(e, values, valuesOffset + (long) i * size, 0);
                i++;
            }
            if (delete) {
                for (int link = chains.head(chain); link > 0; link = chains.head(chain)) {
                    long e = chains.target(link);
                    chains.unlinkFrom(chain, e);
                    free(e);
                    countRemoval();
                    pushFree(e);
                }
            }
        } finally {
            chains.unlock(stripe);
        }
        return count;
    }
}
