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

/**
 * What keeps a hash table right although a process that shared it was killed in the middle of a change. Such a process leaves at worst a
 * lock taken, elements on no list, and a key twice in its chain: the new element linked, the old one not yet unlinked. The lock is taken
 * over by {@link SpinLocks}; twins are passed over and unlinked by whoever meets them; {@link #repair} mends everything at once when
 * nobody else has the map open.
 *
 * <p>An instance belongs to one table; where a lock is needed, its methods say so.
 */
final class HashRepair {
    private final HashChains table;
    private final MemorySegment memory;
    private final HashLayout layout;
    private final boolean shared;

    /**
     * For a table.
     *
     * @param shared whether other processes may change the table, or have changed it; others have no twins, and pay nothing
     */
    HashRepair(HashChains table, boolean shared) {
        this.table = table;
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
        table.clearFreeLists();
        int stripes = 0;
        for (int i = used.nextClearBit(0); i < layout.elements(); i = used.nextClearBit(i + 1)) {
            long e = layout.element(i);
            table.removed(e);
            if (stripes < layout.stripeCount()) {
                long stripe = table.stripe(stripes++);
                table.keepSpare(stripe, e);
                SpinLocks.unlock(memory, stripe);
            } else {
                table.pushFree(e);
            }
        }
        for (; stripes < layout.stripeCount(); stripes++) {
            long stripe = table.stripe(stripes);
            table.keepSpare(stripe, 0);
            SpinLocks.unlock(memory, stripe);
        }
        table.setIndices();
    }

    /** Cuts off what no chain can hold, unlinks twins, and tells which elements are in use. */
    private BitSet repairChains() {
        BitSet seen = new BitSet();
        BitSet used = new BitSet();
        for (int bucket = 0; bucket < table.bucketCount(); bucket++) {
            long link = table.link(bucket);
            for (int ref = memory.get(Words.INT, link); ref != ~bucket; ref = memory.get(Words.INT, link)) {
                int index = indexOf(ref);
                if (index < 0 || seen.get(index)) {
                    memory.set(Words.INT, link, ~bucket);
                    break;
                }
                seen.set(index);
                long e = HashChains.offset(ref);
                int hash = table.hash(memory, e + table.headerSize);
                if (table.bucketOf(hash) != bucket || hasEarlierTwin(bucket, e)) { // of twins the newer comes first
                    memory.set(Words.INT, link, memory.get(Words.INT, e + NEXT));
                    continue;
                }
                used.set(index);
                Words.ATOMIC_INT.setRelease(memory, e + HASH, hash);
                table.linked(e);
                if (table.copier.hasSpinLock() && table.valueInElement()) {
                    int lock = table.definition().special().spinLock();
                    SpinLocks.unlock(memory, e + table.valueOffset + lock);
                }
                link = e + NEXT;
            }
        }
        return used;
    }

    /** The number of the element a reference names, or -1 if it names none. */
    private int indexOf(int ref) {
        long at = HashChains.offset(ref) - layout.elementsAt();
        return ref > 0 && at >= 0 && at % layout.stride() == 0 && at / layout.stride() < layout.elements()
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
        int spare = table.takeSpare(stripe);
        int first = (int) ((stripe - layout.stripesAt()) / HashLayout.STRIPE);
        for (int bucket = first; bucket < table.bucketCount(); bucket += layout.stripeCount()) {
            for (int ref = table.head(bucket); ref > 0; ref = table.next(HashChains.offset(ref))) {
                if (ref == spare) {
                    table.keepSpare(stripe, 0);
                    return;
                }
            }
        }
    }

    /**
     * Unlinks older elements with a key. The caller holds the lock of the key's stripe.
     *
     * @param except the element that stays, or 0
     */
    void unlinkTwins(MemorySegment key, long keyOffset, int hash, long except) {
        if (!shared) {
            return;
        }
        for (int ref = table.head(table.bucketOf(hash)); ref > 0; ref = table.next(HashChains.offset(ref))) {
            long e = HashChains.offset(ref);
            if (e != except && table.matches(e, key, keyOffset, hash)) {
                table.unlink(e, hash);
            }
        }
    }

    /**
     * The first element from {@code ref} on whose key does not occur earlier in the chain. A walk from key to key would otherwise come
     * back to the first of two twins, for ever.
     */
    int pastTwins(int bucket, int ref) {
        int found = ref;
        while (shared && found > 0 && hasEarlierTwin(bucket, HashChains.offset(found))) {
            found = table.next(HashChains.offset(found));
        }
        return found;
    }

    private boolean hasEarlierTwin(int bucket, long e) {
        int keySize = table.keySize;
        for (int ref = table.head(bucket); ref > 0; ref = table.next(HashChains.offset(ref))) {
            long other = HashChains.offset(ref);
            if (other == e) {
                return false;
            }
            if (Words.equal(memory, other + table.headerSize, memory, e + table.headerSize, keySize)) {
                return true;
            }
        }
        return false;
    }
}
