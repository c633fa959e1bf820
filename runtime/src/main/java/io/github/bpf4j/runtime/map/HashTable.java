/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.HashLayout.COUNT;
import static io.github.bpf4j.runtime.map.HashLayout.FREE;
import static io.github.bpf4j.runtime.map.HashLayout.HASH;
import static io.github.bpf4j.runtime.map.HashLayout.INDEX;
import static io.github.bpf4j.runtime.map.HashLayout.NEXT;
import static io.github.bpf4j.runtime.map.HashLayout.SEED;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.BitSet;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The hash table behind all hash kinds, whole in the map's memory (see {@link HashLayout}): chained buckets, elements allocated
 * beforehand, never a resize.
 *
 * <p>Lookups take no lock. Updates lock one stripe of buckets. As in Linux, a new element goes to the head of its chain and then the
 * element it replaces is unlinked, and an unlinked element keeps its {@code next}, so a reader that stands on it finds its way; the
 * chain's end names the bucket, by which a reader notices that it was led to another chain. A reader that found nothing looks again if
 * the head has changed, so an element that is always present is never missed. An unlinked element may be used for another key at once,
 * as in Linux.
 *
 * <p>A lookup that matches a key sees the whole value stored with it: the key (for long keys, the hash) is stored last.
 */
abstract class HashTable extends BpfMap {
    final MemorySegment memory;
    final HashLayout layout;
    final int keySize;
    final long valueOffset;
    final int headerSize;
    private final long bucketsAt;
    private final int mask;
    private final int shift;
    private final long seed;
    private final long factor;
    private final boolean shared;

    HashTable(MapDefinition definition, HashLayout layout, MapRegion region) {
        super(definition, region.header());
        this.layout = layout;
        this.memory = region.body();
        this.keySize = definition.keySize();
        this.headerSize = layout.headerSize();
        this.valueOffset = layout.valueOffset();
        this.bucketsAt = layout.bucketsAt();
        this.mask = layout.buckets() - 1;
        this.shift = Integer.numberOfLeadingZeros(mask);
        // A killed process leaves at worst an element twice in its chain; then removal must look at the whole chain.
        this.shared = region.state() != MapRegion.State.FRESH || memory.isMapped();
        if (region.state() == MapRegion.State.FRESH && !definition.has(MapFlags.ZERO_SEED)) {
            memory.set(Words.LONG, SEED, ThreadLocalRandom.current().nextLong());
        }
        this.seed = memory.get(Words.LONG, SEED);
        this.factor = seed == 0 ? 0x9E3779B97F4A7C15L : seed | 1;
        switch (region.state()) {
            case FRESH -> format();
            case ABANDONED -> repair();
            case SHARED -> {}
        }
    }

    private void format() {
        for (int bucket = 0; bucket <= mask; bucket++) {
            memory.set(Words.INT, bucketsAt + 4L * bucket, ~bucket);
        }
        for (long i = 0; i < layout.elements(); i++) {
            if (headerSize > 8) {
                memory.set(Words.INT, layout.element(i) + INDEX, (int) i);
            }
        }
        for (int stripe = 0; stripe < layout.stripeCount(); stripe++) {
            setSpare(stripe, layout.element(layout.capacity() + stripe));
        }
        freeAll();
    }

    /** Puts all elements but the spares on free lists. */
    void freeAll() {
        for (long i = layout.capacity() - 1; i >= 0; i--) {
            pushFree(layout.element(i));
        }
    }

    /**
     * After a crash: nobody else has the map open, so everything that hangs in a chain stays, and all else is free. The memory may hold
     * anything: what makes no sense is cut off.
     */
    private void repair() {
        BitSet seen = new BitSet();
        BitSet used = new BitSet();
        for (int bucket = 0; bucket <= mask; bucket++) {
            long link = bucketsAt + 4L * bucket;
            for (int ref = memory.get(Words.INT, link); ref != ~bucket; ref = memory.get(Words.INT, link)) {
                int index = indexOf(ref);
                if (index < 0 || seen.get(index)) {
                    memory.set(Words.INT, link, ~bucket);
                    break;
                }
                seen.set(index);
                long e = offset(ref);
                if (bucketOf(hash(memory, e + headerSize)) != bucket || firstWithSameKey(bucket, e) != e) {
                    memory.set(
                            Words.INT,
                            link,
                            memory.get(Words.INT, e + NEXT)); // of two with a key the newer comes first
                    continue;
                }
                used.set(index);
                Words.ATOMIC_INT.setRelease(memory, e + HASH, hash(memory, e + headerSize));
                linked(e);
                if (copier.hasSpinLock() && valueInElement()) {
                    SpinLocks.unlock(
                            memory, e + valueOffset + definition().special().spinLock());
                }
                link = e + NEXT;
            }
        }
        memory.set(Words.LONG, FREE, 0);
        memory.set(Words.LONG, COUNT, used.cardinality());
        clearFreeLists();
        int stripes = 0;
        for (int i = used.nextClearBit(0); i < layout.elements(); i = used.nextClearBit(i + 1)) {
            long e = layout.element(i);
            removed(e);
            if (stripes < layout.stripeCount()) {
                setSpare(stripes, e);
                SpinLocks.unlock(memory, stripe(stripes++));
            } else {
                pushFree(e);
            }
        }
        for (; stripes < layout.stripeCount(); stripes++) {
            memory.set(Words.INT, stripe(stripes) + 4, 0);
            SpinLocks.unlock(memory, stripe(stripes));
        }
        if (headerSize > 8) {
            for (long i = 0; i < layout.elements(); i++) {
                memory.set(Words.INT, layout.element(i) + INDEX, (int) i);
            }
        }
    }

    /** The number of the element a reference names, or -1 if it names none. */
    private int indexOf(int ref) {
        long at = offset(ref) - layout.elementsAt();
        return ref > 0 && at >= 0 && at % layout.stride() == 0 && at / layout.stride() < layout.elements()
                ? (int) (at / layout.stride())
                : -1;
    }

    private long firstWithSameKey(int bucket, long e) {
        for (int ref = memory.get(Words.INT, bucketsAt + 4L * bucket); ref > 0; ) {
            long other = offset(ref);
            if (other == e || Words.equal(memory, other + headerSize, memory, e + headerSize, keySize)) {
                return other;
            }
            ref = memory.get(Words.INT, other + NEXT);
        }
        return e;
    }

    boolean valueInElement() {
        return true;
    }

    // ---- references
    // ---------------------------------------------------------------------------------------------------------------

    static long offset(int ref) {
        return (long) ref << 3;
    }

    static int ref(long element) {
        return (int) (element >>> 3);
    }

    private long stripe(int stripe) {
        return layout.stripesAt() + HashLayout.STRIPE * stripe;
    }

    final long stripeOf(int hash) {
        return stripe(bucketOf(hash) & (layout.stripeCount() - 1));
    }

    private void setSpare(int stripe, long element) {
        memory.set(Words.INT, stripe(stripe) + 4, ref(element));
    }

    private int head(int bucket) {
        return (int) Words.ATOMIC_INT.getAcquire(memory, bucketsAt + ((long) bucket << 2));
    }

    private int next(long element) {
        return (int) Words.ATOMIC_INT.getAcquire(memory, element + NEXT);
    }

    // ---- hashing
    // ------------------------------------------------------------------------------------------------------------------

    /** Multiply-shift hashing with a random odd factor: a universal family, whose upper bits choose the bucket. */
    final int hashLong(long key) {
        return (int) (key * factor >>> 32);
    }

    private int bucketOf(int hash) {
        return hash >>> shift;
    }

    final int hash(MemorySegment key, long offset) {
        if (keySize == 8) {
            return hashLong(key.get(Words.LONG, offset));
        }
        if (keySize == 4) {
            return hashLong(Integer.toUnsignedLong(key.get(Words.INT, offset)));
        }
        long h = seed ^ keySize;
        int i = 0;
        for (; i + 8 <= keySize; i += 8) {
            h = (h ^ key.get(Words.LONG, offset + i)) * 0x9E3779B97F4A7C15L;
            h ^= h >>> 29;
        }
        long tail = 0;
        for (; i < keySize; i++) {
            tail = tail << 8 | Byte.toUnsignedLong(key.get(Words.BYTE, offset + i));
        }
        h = (h ^ tail) * 0xD6E8FEB86659FD93L;
        h = (h ^ (h >>> 32)) * 0x9E3779B97F4A7C15L;
        return (int) (h >>> 32);
    }

    final void checkKeySize(int size) {
        if (keySize != size) {
            throw new UnsupportedOperationException(
                    definition().name() + " has keys of " + keySize + " bytes, not " + size);
        }
    }

    // ---- lock-free search: an element's offset, or 0
    // ------------------------------------------------------------------------------

    final long findLong(long key) {
        MemorySegment m = memory;
        int bucket = bucketOf(hashLong(key));
        for (; ; ) {
            // Plain loads: each address comes from the load before, which orders them; the fence orders the value's
            // loads after the key's.
            int first = m.get(Words.INT, bucketsAt + ((long) bucket << 2));
            int ref = first;
            while (ref > 0) {
                long e = (long) ref << 3;
                if (m.get(Words.LONG, e + headerSize) == key) {
                    VarHandle.loadLoadFence();
                    return e;
                }
                ref = m.get(Words.INT, e);
            }
            if (ref == ~bucket && first == head(bucket)) {
                return 0;
            }
        }
    }

    final long findInt(int key) {
        MemorySegment m = memory;
        int bucket = bucketOf(hashLong(Integer.toUnsignedLong(key)));
        for (; ; ) {
            // Plain loads: each address comes from the load before, which orders them; the fence orders the value's
            // loads after the key's.
            int first = m.get(Words.INT, bucketsAt + ((long) bucket << 2));
            int ref = first;
            while (ref > 0) {
                long e = (long) ref << 3;
                if (m.get(Words.INT, e + headerSize) == key) {
                    VarHandle.loadLoadFence();
                    return e;
                }
                ref = m.get(Words.INT, e);
            }
            if (ref == ~bucket && first == head(bucket)) {
                return 0;
            }
        }
    }

    final long findElement(MemorySegment key, long offset) {
        if (keySize == 8) {
            return findLong(key.get(Words.LONG, offset));
        }
        if (keySize == 4) {
            return findInt(key.get(Words.INT, offset));
        }
        return findBytes(key, offset, hash(key, offset));
    }

    private long findBytes(MemorySegment key, long offset, int hash) {
        int bucket = bucketOf(hash);
        for (; ; ) {
            int first = head(bucket);
            int ref = first;
            while (ref > 0) {
                long e = (long) ref << 3;
                if (matches(e, key, offset, hash)) {
                    return e;
                }
                ref = next(e);
            }
            if (ref == ~bucket && first == head(bucket)) {
                return 0;
            }
        }
    }

    private boolean matches(long e, MemorySegment key, long offset, int hash) {
        return switch (keySize) {
            case 8 -> memory.get(Words.LONG, e + headerSize) == key.get(Words.LONG, offset);
            case 4 -> memory.get(Words.INT, e + headerSize) == key.get(Words.INT, offset);
            default ->
                (int) Words.ATOMIC_INT.getAcquire(memory, e + HASH) == hash
                        && Words.equal(memory, e + headerSize, key, offset, keySize);
        };
    }

    // ---- changes, under the stripe's lock
    // -----------------------------------------------------------------------------------------

    final void lockStripe(long stripe) {
        if (SpinLocks.lock(memory, stripe)) {
            checkSpare(stripe);
        }
    }

    /**
     * The lock was taken over from a process that was killed. It may have linked its spare and not put the replaced element in its
     * place; then the spare is part of the map and must not be used again. Elements that it took from the free list stay lost until the
     * map is opened by nobody else.
     */
    private void checkSpare(long stripe) {
        int spare = takeSpare(stripe);
        int first = (int) ((stripe - layout.stripesAt()) / HashLayout.STRIPE);
        for (int bucket = first; bucket <= mask; bucket += layout.stripeCount()) {
            for (int ref = head(bucket); ref > 0; ref = next(offset(ref))) {
                if (ref == spare) {
                    memory.set(Words.INT, stripe + 4, 0);
                    return;
                }
            }
        }
    }

    final void unlockStripe(long stripe) {
        SpinLocks.unlock(memory, stripe);
    }

    /** Searches a chain that cannot change. */
    final long findLocked(MemorySegment key, long offset, int hash) {
        for (int ref = head(bucketOf(hash)); ref > 0; ref = next(offset(ref))) {
            if (matches(offset(ref), key, offset, hash)) {
                return offset(ref);
            }
        }
        return 0;
    }

    final int takeSpare(long stripe) {
        return memory.get(Words.INT, stripe + 4);
    }

    final void keepSpare(long stripe, long element) {
        memory.set(Words.INT, stripe + 4, ref(element));
    }

    /** Stores the key of an element whose value is complete, and makes it visible as the first of its chain. */
    final void publish(long e, MemorySegment key, long offset, int hash) {
        switch (keySize) {
            case 8 -> Words.ATOMIC_LONG.setRelease(memory, e + headerSize, key.get(Words.LONG, offset));
            case 4 -> Words.ATOMIC_INT.setRelease(memory, e + headerSize, key.get(Words.INT, offset));
            default -> Words.copy(key, offset, memory, e + headerSize, keySize);
        }
        Words.ATOMIC_INT.setRelease(memory, e + HASH, hash);
        int bucket = bucketOf(hash);
        Words.ATOMIC_INT.setRelease(memory, e + NEXT, head(bucket));
        Words.ATOMIC_INT.setRelease(memory, bucketsAt + ((long) bucket << 2), ref(e));
    }

    /** Takes an element out of its chain. It keeps its {@code next} for readers that stand on it. */
    final boolean unlink(long e, int hash) {
        return unlinkFrom(bucketOf(hash), e);
    }

    private boolean unlinkFrom(int bucket, long e) {
        long link = bucketsAt + ((long) bucket << 2);
        for (int ref = head(bucket); ref > 0; ref = next(offset(ref))) {
            if (offset(ref) == e) {
                Words.ATOMIC_INT.setRelease(memory, link, next(e));
                return true;
            }
            link = offset(ref) + NEXT;
        }
        return false;
    }

    // ---- the free list: a stack with a counter against reuse of its head
    // ----------------------------------------------------------

    /** Gives an element back. Its hash field links the list; its {@code next} stays. */
    void pushFree(long e) {
        pushFree(FREE, e);
    }

    /** An element for a new key, or 0 if the map is full. */
    long popFree(int cpu) {
        return popFree(FREE);
    }

    void clearFreeLists() {}

    final void pushFree(long list, long e) {
        for (; ; ) {
            long head = (long) Words.ATOMIC_LONG.getAcquire(memory, list);
            Words.ATOMIC_INT.setRelease(memory, e + HASH, (int) head);
            long next = ((head >>> 32) + 1) << 32 | ref(e);
            if (Words.ATOMIC_LONG.compareAndSet(memory, list, head, next)) {
                return;
            }
        }
    }

    final long popFree(long list) {
        for (; ; ) {
            long head = (long) Words.ATOMIC_LONG.getAcquire(memory, list);
            if ((int) head == 0) {
                return 0;
            }
            long e = offset((int) head);
            int below = (int) Words.ATOMIC_INT.getAcquire(memory, e + HASH);
            long next = ((head >>> 32) + 1) << 32 | Integer.toUnsignedLong(below);
            if (Words.ATOMIC_LONG.compareAndSet(memory, list, head, next)) {
                return e;
            }
        }
    }

    // ---- the map's operations
    // -----------------------------------------------------------------------------------------------------

    @Override
    public final MemorySegment values() {
        return memory;
    }

    /** Where an element's value is for a CPU. */
    abstract long valueOf(long element, int cpu);

    /** Fills the value of an element that nobody sees. */
    abstract void fill(long element, int cpu, MemorySegment value, long valueOffset, boolean fromUser);

    /** Overwrites the value of a live element in place; false if the element must be replaced by a new one. */
    abstract boolean overwrite(
            long element, int cpu, MemorySegment value, long valueOffset, long flags, boolean fromUser);

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
        int result;
        lockStripe(stripe);
        try {
            result = storeLocked(stripe, cpu, key, keyOffset, hash, value, valueOffset, flags, exist, fromUser, 0);
        } finally {
            unlockStripe(stripe);
        }
        if (result != FULL) {
            return result;
        }
        long evicted = evict(cpu); // without the lock, since it takes another
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

    private static final int FULL = 1;

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
                    return 0;
                }
                fill(fresh, cpu, value, valueOffset, fromUser);
                linked(fresh);
                replaced(old, fresh);
                publish(fresh, key, keyOffset, hash);
                unlink(old, hash);
                unlinkTwins(key, keyOffset, hash, fresh);
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
        publish(fresh, key, keyOffset, hash);
        if (evicted == 0) {
            Words.add(memory, COUNT, 1L);
        }
        return 0;
    }

    /** Called for an element that is about to be linked. */
    void linked(long element) {}

    /** Called when an element is about to take the place of another with the same key. */
    void replaced(long old, long fresh) {}

    final void countRemoval() {
        Words.add(memory, COUNT, -1L);
    }

    /** Takes out older elements with a key, left by a process that was killed between linking and unlinking. */
    private void unlinkTwins(MemorySegment key, long keyOffset, int hash, long except) {
        if (!shared) {
            return;
        }
        for (int ref = head(bucketOf(hash)); ref > 0; ref = next(offset(ref))) {
            if (offset(ref) != except && matches(offset(ref), key, keyOffset, hash)) {
                unlink(offset(ref), hash);
            }
        }
    }

    boolean isLru() {
        return false;
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
            unlinkTwins(key, keyOffset, hash, 0);
        } finally {
            unlockStripe(stripe);
        }
        countRemoval();
        pushFree(e);
        return 0;
    }

    /** Called for an element that was deleted, before it can be used again. */
    void removed(long element) {}

    /** Copies a value for Java. */
    abstract void copyOut(long element, MemorySegment value, long valueOffset, long flags);

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
        int bucket = 0;
        if (key != null) {
            int hash = hash(key, keyOffset);
            long e = findBytes(key, keyOffset, hash);
            if (e != 0) {
                int ref = pastTwins(bucketOf(hash), next(e));
                if (ref > 0) {
                    Words.copy(memory, offset(ref) + headerSize, next, nextOffset, keySize);
                    return 0;
                }
                bucket = bucketOf(hash) + 1;
            }
        }
        for (; bucket <= mask; bucket++) {
            int ref = head(bucket);
            if (ref > 0) {
                Words.copy(memory, offset(ref) + headerSize, next, nextOffset, keySize);
                return 0;
            }
        }
        return -Errno.ENOENT;
    }

    /**
     * The first element from {@code ref} on whose key does not occur earlier in the chain. Where a killed process left an element twice,
     * a walk from key to key would otherwise come back to the first of the two, for ever.
     */
    private int pastTwins(int bucket, int ref) {
        while (shared && ref > 0 && hasEarlierTwin(bucket, offset(ref))) {
            ref = next(offset(ref));
        }
        return ref;
    }

    private boolean hasEarlierTwin(int bucket, long e) {
        for (int ref = head(bucket); ref > 0 && offset(ref) != e; ref = next(offset(ref))) {
            if (Words.equal(memory, offset(ref) + headerSize, memory, e + headerSize, keySize)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public final long forEach(
            io.github.bpf4j.runtime.program.ExecutionContext context,
            io.github.bpf4j.runtime.program.BpfCallback callback,
            long argument,
            @Nullable Object argumentBase) {
        long visited = 0;
        for (int bucket = 0; bucket <= mask; bucket++) {
            int ref = head(bucket);
            while (ref > 0) {
                long e = offset(ref);
                ref = next(e); // before the call, which may delete the element
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

    final int bucketCount() {
        return mask + 1;
    }

    /**
     * Copies all elements of a bucket out, and removes them if asked to.
     *
     * @return how many there were, or {@code -ENOSPC} if they are more than {@code limit}; then nothing has happened
     */
    final int copyBucket(
            int bucket,
            MemorySegment keys,
            long keysOffset,
            MemorySegment values,
            long valuesOffset,
            int limit,
            boolean delete) {
        long stripe = stripe(bucket & (layout.stripeCount() - 1));
        int size = userValueSize();
        int count = 0;
        lockStripe(stripe);
        try {
            for (int ref = head(bucket); ref > 0; ref = next(offset(ref))) {
                if (count++ == limit) {
                    return -Errno.ENOSPC;
                }
            }
            int i = 0;
            for (int ref = head(bucket); ref > 0; ref = next(offset(ref))) {
                long e = offset(ref);
                Words.copy(memory, e + headerSize, keys, keysOffset + (long) i * keySize, keySize);
                copyOut(e, values, valuesOffset + (long) i * size, 0);
                i++;
            }
            if (delete) {
                for (int ref = head(bucket); ref > 0; ref = head(bucket)) {
                    long e = offset(ref);
                    unlinkFrom(bucket, e);
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
