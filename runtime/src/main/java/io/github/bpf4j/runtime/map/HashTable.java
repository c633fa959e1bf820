/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.HashLayout.COUNT;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.program.BpfCallback;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The map operations of all hash kinds, over {@link HashChains}: updates with their flags, deletions, walks and batches. What differs
 * between the kinds is where a value is and how it is filled, overwritten and copied.
 */
abstract class HashTable extends HashChains {
    private static final int FULL = 1;

    final ElementValues elementValues;

    HashTable(MapDefinition definition, HashLayout layout, MapRegion region) {
        super(definition, layout, region);
        this.elementValues = layout.perCpuAt() == 0
                ? new ValuesInElements(memory, valueOffset, definition.valueSize(), copier)
                : new PerCpuValues(memory, layout, definition.valueSize());
    }

    @Override
    public final MemorySegment values() {
        return memory;
    }

    /** Where an element's value is for a CPU. */
    final long valueOf(long element, int cpu) {
        return elementValues.of(element, cpu);
    }

    /** Fills the value of an element that nobody sees. */
    void fill(long element, int cpu, MemorySegment value, long offset, boolean fromUser) {
        elementValues.fill(element, cpu, value, offset, fromUser);
    }

    /** Overwrites the value of a live element in place; false if the element must be replaced by a new one. */
    boolean overwrite(long element, int cpu, MemorySegment value, long offset, long flags, boolean fromUser) {
        return elementValues.overwrite(element, cpu, value, offset, flags, fromUser);
    }

    @Override
    public final int update(
            int cpu, MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return store(cpu, key, keyOffset, value, valueOffset, flags, false);
    }

    @Override
    int writeElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return store(0, key, keyOffset, value, valueOffset, flags, true);
    }

    private int store(
            int cpu,
            MemorySegment key,
            long keyOffset,
            MemorySegment value,
            long valueOffset,
            long flags,
            boolean fromUser) {
        long exist = valueInElement() && !isLru() ? flags & ~MapFlags.BPF_F_LOCK : flags;
        if (exist < 0 || exist > MapFlags.BPF_EXIST) {
            return -Errno.EINVAL;
        }
        if ((flags & MapFlags.BPF_F_LOCK) != 0 && !copier.hasSpinLock()) {
            return -Errno.EINVAL;
        }
        int hash = hash(key, keyOffset);
        long stripe = stripeOf(hash);
        long evicted = exist == MapFlags.BPF_EXIST ? 0 : makeRoom(cpu, hash);
        int result;
        lockStripe(stripe);
        try {
            result =
                    storeLocked(stripe, cpu, key, keyOffset, hash, value, valueOffset, flags, exist, fromUser, evicted);
        } finally {
            unlockStripe(stripe);
        }
        if (result != FULL) {
            return result;
        }
        evicted = evict(cpu); // without the lock, since it takes another
        if (evicted == 0) {
            return -Errno.ENOMEM;
        }
        lockStripe(stripe);
        try {
            return storeLocked(stripe, cpu, key, keyOffset, hash, value, valueOffset, flags, exist, fromUser, evicted);
        } finally {
            unlockStripe(stripe);
        }
    }

    private int storeLocked(
            long stripe,
            int cpu,
            MemorySegment key,
            long keyOffset,
            int hash,
            MemorySegment value,
            long valueOffset,
            long flags,
            long exist,
            boolean fromUser,
            long evicted) {
        long old = findLocked(key, keyOffset, hash);
        if (old != 0) {
            if (evicted != 0) { // another thread was faster
                countRemoval();
                pushFree(evicted);
            }
            if (exist == MapFlags.BPF_NOEXIST) {
                return -Errno.EEXIST;
            }
            if (!overwrite(old, cpu, value, valueOffset, flags, fromUser)) {
                int spare = takeSpare(stripe);
                long fresh = spare != 0 ? offset(spare) : popFree(cpu);
                if (fresh == 0) { // only after a process was killed
                    fill(old, cpu, value, valueOffset, fromUser);
                    keepSpare(stripe, repair.unlinkTwins(key, keyOffset, hash, old));
                    return 0;
                }
                fill(fresh, cpu, value, valueOffset, fromUser);
                linked(fresh);
                replaced(old, fresh);
                int chain = chainFrom(old); // whose readers find the one or the other
                publish(fresh, key, keyOffset, hash, chain);
                unlinkFrom(chain, old);
                repair.unlinkTwins(key, keyOffset, hash, fresh);
                freeFields(old);
                keepSpare(stripe, old);
            } else {
                touched(old);
            }
            return 0;
        }
        if (exist == MapFlags.BPF_EXIST) {
            return -Errno.ENOENT;
        }
        long fresh = evicted != 0 ? evicted : popFree(cpu);
        if (fresh == 0) {
            return isLru() ? FULL : -Errno.E2BIG;
        }
        fill(fresh, cpu, value, valueOffset, fromUser);
        linked(fresh);
        publish(fresh, key, keyOffset, hash, chainForNew(hash));
        if (evicted == 0) {
            Words.add(memory, COUNT, 1L);
        }
        return 0;
    }

    /** Called when an element is about to take the place of another with the same key. */
    void replaced(long old, long fresh) {}

    final void countRemoval() {
        Words.add(memory, COUNT, -1L);
    }

    boolean isLru() {
        return false;
    }

    /** As {@link #evict}, before the lock is taken, if it is plain that the key with the hash will need it; 0 if not. */
    long makeRoom(int cpu, int hash) {
        return 0;
    }

    /** Takes an element out of the map, still counted, for a new key; 0 if nothing can be evicted. */
    long evict(int cpu) {
        return 0;
    }

    /** Notes that a live element was used. */
    void touched(long element) {}

    @Override
    public final int delete(MemorySegment key, long keyOffset) {
        return remove(key, keyOffset, null, 0, 0);
    }

    @Override
    int takeElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return remove(key, keyOffset, value, valueOffset, flags);
    }

    private int remove(MemorySegment key, long keyOffset, @Nullable MemorySegment value, long valueOffset, long flags) {
        int hash = hash(key, keyOffset);
        long stripe = stripeOf(hash);
        long e;
        lockStripe(stripe);
        try {
            e = findLocked(key, keyOffset, hash);
            if (e == 0) {
                return -Errno.ENOENT;
            }
            if (value != null) {
                copyOut(e, value, valueOffset, flags);
            }
            unlink(e, hash);
            free(e);
            repair.unlinkTwins(key, keyOffset, hash, 0);
        } finally {
            unlockStripe(stripe);
        }
        countRemoval();
        pushFree(e);
        return 0;
    }

    /** Copies a value for Java. */
    void copyOut(long element, MemorySegment value, long offset, long flags) {
        elementValues.copyOut(element, value, offset, flags);
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
        copyOut(e, value, valueOffset, flags);
        return 0;
    }

    @Override
    int followingKey(@Nullable MemorySegment key, long keyOffset, MemorySegment next, long nextOffset) {
        int chain = 0;
        if (key != null) {
            long e = findElement(key, keyOffset);
            if (e != 0) {
                int bucket = bucketOf(hash(key, keyOffset));
                int link = repair.pastTwins(bucket, next(e));
                if (link > 0) {
                    Words.copy(memory, target(link) + headerSize, next, nextOffset, keySize);
                    return 0;
                }
                // A chain of another bucket: the element has been taken away meanwhile.
                chain = ~link >>> 1 == bucket ? ~link + 1 : 2 * bucket + 2;
            }
        }
        for (; chain < layout.chains(); chain++) {
            int link = repair.pastTwins(chain >>> 1, head(chain));
            if (link > 0) {
                Words.copy(memory, target(link) + headerSize, next, nextOffset, keySize);
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
            int link = head(chain);
            while (link > 0) {
                long e = target(link);
                link = next(e); // before the call, which may delete the element
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
    final void free(long element) {
        removed(element);
        freeFields(element);
    }

    private void freeFields(long element) {
        if (valueInElement() && !definition().special().isEmpty()) {
            DeferredCalls.free(memory, element + valueOffset, definition().special());
        }
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
        long stripe = stripeOfChain(chain);
        int size = userValueSize();
        int count = 0;
        lockStripe(stripe);
        try {
            for (int link = head(chain); link > 0; link = next(target(link))) {
                if (count++ == limit) {
                    return -Errno.ENOSPC;
                }
            }
            int i = 0;
            for (int link = head(chain); link > 0; link = next(target(link))) {
                long e = target(link);
                Words.copy(memory, e + headerSize, keys, keysOffset + (long) i * keySize, keySize);
                copyOut(e, values, valuesOffset + (long) i * size, 0);
                i++;
            }
            if (delete) {
                for (int link = head(chain); link > 0; link = head(chain)) {
                    long e = target(link);
                    unlinkFrom(chain, e);
                    free(e);
                    countRemoval();
                    pushFree(e);
                }
            }
        } finally {
            unlockStripe(stripe);
        }
        return count;
    }
}
