/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.HashLayout.COUNT;
import static io.github.bpf4j.runtime.map.HashLayout.FREE;
import static io.github.bpf4j.runtime.map.HashLayout.HASH;
import static io.github.bpf4j.runtime.map.HashLayout.NEXT;

import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.function.LongPredicate;

/**
 * What keeps a hash table right although a process that shared it was killed in the middle of a change. Such a process leaves at worst a
 * lock taken, elements on no list, and a key twice in its chain: the new element linked, the old one not yet unlinked. The lock is taken
 * over by {@link SpinLocks}; twins are passed over and unlinked by whoever meets them; {@link #repair} mends everything at once when
 * nobody else has the map open.
 *
 * <p>An instance belongs to one table; where a lock is needed, its methods say so.
 */
final class HashRepair {
    private final HashTable table;
    private final HashChains chains;
    private final MemorySegment memory;
    private final HashLayout layout;
    private final boolean shared;

    /**
     * For a table.
     *
     * @param shared whether other processes may change the table, or have changed it; others have no twins, and pay nothing
     */
    HashRepair(HashTable table, boolean shared) {
        this.table = table;
        this.chains = table.chains;
        this.memory = table.memory;
        this.layout = table.layout;
        this.shared = shared;
    }

    /**
     * Mends a table that nobody else has open: everything that hangs in a chain stays, and all else is free. The memory may hold
     * anything: what makes no sense is cut off.
     */
    void repair() {
        BitSet used = repairChains();
        memory.set(Words.LONG, FREE, 0);
        memory.set(Words.LONG, COUNT, used.cardinality());
        if (table.lru != null) {
            table.lru.clearFreeLists();
        }
        int stripes = 0;
        for (int i = used.nextClearBit(0); i < layout.elements(); i = used.nextClearBit(i + 1)) {
            long e = layout.element(i);
            table.removed(e);
            if (stripes < layout.stripeCount()) {
                long stripe = chains.stripe(stripes++);
                reset(stripe, e);
            } else {
                table.pushFree(e);
            }
        }
        for (; stripes < layout.stripeCount(); stripes++) {
            reset(chains.stripe(stripes), 0);
        }
        table.setIndices();
    }

    private void reset(long stripe, long spare) {
        chains.keepSpare(stripe, spare);
        memory.set(Words.LONG, stripe + HashLayout.PLACES, 0);
        SpinLocks.unlock(memory, stripe);
    }

    /** Cuts off what no chain can hold, unlinks twins, and tells which elements are in use. */
    private BitSet repairChains() {
        BitSet seen = new BitSet();
        BitSet used = new BitSet();
        for (int chain = 0; chain < layout.chains(); chain++) {
            int bucket = chain >>> 1;
            long at = chains.link(chain);
            long last = 0;
            for (int link = memory.get(Words.INT, at); link != ~chain; link = memory.get(Words.INT, at)) {
                int index = indexOf(link);
                if (index < 0 || seen.get(index)) {
                    memory.set(Words.INT, at, ~chain);
                    break;
                }
                seen.set(index);
                long e = chains.target(link);
                int hash = chains.hash(memory, e + table.headerSize);
                if (chains.bucketOf(hash) != bucket || hasEarlierTwin(bucket, e)) { // of twins the newer comes first
                    memory.set(Words.INT, at, memory.get(Words.INT, e + NEXT));
                    continue;
                }
                used.set(index);
                memory.set(Words.INT, at, chains.index().linkTo(e, hash));
                Words.ATOMIC_INT.setRelease(memory, e + HASH, hash);
                if (table.lru != null) {
                    table.lru.linked(e);
                }
                if (table.copier.hasSpinLock() && table.valueInElement()) {
                    int lock = table.definition().special().spinLock();
                    SpinLocks.unlock(memory, e + table.valueOffset + lock);
                }
                last = at;
                at = e + NEXT;
            }
            if (last != 0) {
                memory.set(Words.INT, last, memory.get(Words.INT, last) | HashIndex.LAST);
            }
        }
        return used;
    }

    /** The number of the element a link leads to, or -1 if it leads to none. */
    private int indexOf(int link) {
        long at = chains.target(link) - layout.elementsAt();
        return link > 0 && at >= 0 && at % layout.stride() == 0 && at / layout.stride() < layout.elements()
                ? (int) (at / layout.stride())
                : -1;
    }

    /**
     * Called when the lock of a stripe was taken over from a process that was killed. It may have linked its spare and not put the
     * replaced element in its place; then the spare is part of the map and must not be used again. Elements that it took from the free
     * list stay lost until the map is opened by nobody else.
     *
     * @param stripe the stripe, whose lock the caller holds
     */
    void checkSpare(long stripe) {
        long spare = HashChains.offset(chains.takeSpare(stripe));
        int first = (int) ((stripe - layout.stripesAt()) / HashLayout.STRIPE);
        for (int bucket = first; bucket < layout.buckets(); bucket += layout.stripeCount()) {
            if (anyBefore(0, bucket, e -> e == spare)) {
                chains.keepSpare(stripe, 0);
                return;
            }
        }
    }

    /**
     * Unlinks older elements with a key. The caller holds the lock of the key's stripe.
     *
     * @param except the element that stays, or 0
     * @return an element that was unlinked, or 0
     */
    long unlinkTwins(MemorySegment key, long keyOffset, int hash, long except) {
        if (!shared) {
            return 0;
        }
        int chain = chains.chainOf(hash);
        long twin = unlinkTwinsIn(chain, key, keyOffset, hash, except);
        long other = unlinkTwinsIn(chain + 1, key, keyOffset, hash, except);
        return twin != 0 ? twin : other;
    }

    private long unlinkTwinsIn(int chain, MemorySegment key, long keyOffset, int hash, long except) {
        long twin = 0;
        for (int link = chains.head(chain); link > 0; link = chains.next(chains.target(link))) {
            long e = chains.target(link);
            if (e != except && chains.matches(e, key, keyOffset, hash)) {
                chains.unlinkFrom(chain, e);
                twin = e;
            }
        }
        return twin;
    }

    /**
     * The first link from {@code link} on whose element's key does not occur earlier in the bucket. A walk from key to key would otherwise
     * come back to the first of two twins, for ever.
     *
     * @return a link, negative at the chain's end
     */
    int pastTwins(int bucket, int link) {
        int found = link;
        while (shared && found > 0 && hasEarlierTwin(bucket, chains.target(found))) {
            found = chains.next(chains.target(found));
        }
        return found;
    }

    private boolean hasEarlierTwin(int bucket, long e) {
        return anyBefore(
                e,
                bucket,
                other -> Words.equal(memory, other + table.headerSize, memory, e + table.headerSize, table.keySize));
    }

    /** Whether a bucket has an element for which something holds, up to but without one, or at all if that is 0. */
    private boolean anyBefore(long end, int bucket, LongPredicate test) {
        for (int chain = 2 * bucket; chain <= 2 * bucket + 1; chain++) {
            for (int link = chains.head(chain); link > 0; link = chains.next(chains.target(link))) {
                long e = chains.target(link);
                if (e == end) {
                    return false;
                }
                if (test.test(e)) {
                    return true;
                }
            }
        }
        return false;
    }
}
