/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.HashLayout.COUNT;
import static io.github.bpf4j.runtime.map.HashLayout.FREE;
import static io.github.bpf4j.runtime.map.HashLayout.NEXT;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** The update of a hash table, under the lock of the key's stripe. Hot tables have it {@linkplain Specialization specialized}. */
final class ElementUpdate implements ElementStore {
    /**
     * What an update works on.
     *
     * @param values where values are
     * @param hasSpinLock whether values have a {@code bpf_spin_lock}
     * @param lru the elements of a table that evicts, else null
     * @param eviction how, if it evicts
     * @param whenHot what to call after {@link HashTable#HOT} updates
     */
    record Parts(
            HashChains chains,
            ElementValues values,
            boolean hasSpinLock,
            HashRepair repair,
            @Nullable LruElements lru,
            @Nullable Eviction eviction,
            Runnable whenHot) {}

    private static final int FULL = 1;
    private static final @Nullable Parts CONSTANT = Specialization.constant(MethodHandles.lookup(), Parts.class);

    private final Parts parts;
    private int count;

    ElementUpdate(Parts parts) {
        this.parts = parts;
    }

    /** One whose code is compiled for these parts alone. */
    static ElementStore specialized(Parts parts) {
        return Specialization.of(MethodHandles.lookup(), ElementStore.class, parts, ElementUpdate::new);
    }

    private Parts parts() {
        return CONSTANT != null ? CONSTANT : parts;
    }

    @Override
    public int store(
            int cpu,
            MemorySegment key,
            long keyOffset,
            MemorySegment value,
            long valueOffset,
            long flags,
            boolean fromUser) {
        Parts p = parts();
        if (CONSTANT == null && ++count == HashTable.HOT) {
            p.whenHot.run();
        }
        HashChains chains = p.chains;
        boolean inPlace = chains.layout().perCpuAt() == 0 && p.lru == null;
        long exist = inPlace ? flags & ~MapFlags.BPF_F_LOCK : flags;
        if (exist < 0 || exist > MapFlags.BPF_EXIST) {
            return -Errno.EINVAL;
        }
        if ((flags & MapFlags.BPF_F_LOCK) != 0 && !p.hasSpinLock) {
            return -Errno.EINVAL;
        }
        int hash = chains.hash(key, keyOffset);
        long evicted = 0;
        for (; ; ) {
            long stripe = chains.stripeOf(hash);
            int result;
            chains.lock(stripe, p.repair);
            try {
                result = storeLocked(
                        stripe, cpu, key, keyOffset, hash, value, valueOffset, flags, exist, fromUser, evicted);
            } finally {
                unlock(stripe);
            }
            if (result != FULL) {
                return result;
            }
            evicted = p.eviction == null ? 0 : p.eviction.evict(cpu); // without the lock, since it takes another
            if (evicted == 0) {
                return p.eviction == null ? -Errno.E2BIG : -Errno.ENOMEM;
            }
        }
    }

    /** With an element that was evicted for it, or 0. */
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
        Parts p = parts();
        long old = p.chains.findLocked(key, keyOffset, hash);
        if (old != 0) {
            if (evicted != 0) { // another thread was faster
                giveBack(evicted);
            }
            if (exist == MapFlags.BPF_NOEXIST) {
                return -Errno.EEXIST;
            }
            if (p.values.overwrite(old, cpu, value, valueOffset, flags, fromUser)) {
                if (p.lru != null) {
                    p.lru.touch(old);
                }
            } else {
                replace(old, stripe, cpu, key, keyOffset, hash, value, valueOffset, fromUser);
            }
            return 0;
        }
        if (exist == MapFlags.BPF_EXIST) {
            return -Errno.ENOENT;
        }
        boolean isCounted = evicted != 0; // what was evicted counts until it is given back
        long fresh = isCounted ? evicted : popFree(cpu);
        if (fresh == 0 && p.eviction != null) {
            fresh = p.eviction.evictLocked(cpu, stripe);
            isCounted = true;
        }
        if (fresh == 0) {
            return FULL;
        }
        insert(fresh, cpu, key, keyOffset, hash, value, valueOffset, fromUser);
        if (!isCounted) {
            Words.add(p.chains.memory(), COUNT, 1L);
        }
        return 0;
    }

    private void insert(
            long fresh,
            int cpu,
            MemorySegment key,
            long keyOffset,
            int hash,
            MemorySegment value,
            long valueOffset,
            boolean fromUser) {
        Parts p = parts();
        fill(fresh, cpu, value, valueOffset, fromUser);
        long heads = p.chains.index().heads(hash);
        int which = HashIndex.chainForNew(heads);
        publish(fresh, key, keyOffset, hash, p.chains.chainOf(hash) + which, (int) (heads >> 32 * which));
    }

    /** Gives an element that nobody sees its value and marks. */
    private void fill(long fresh, int cpu, MemorySegment value, long valueOffset, boolean fromUser) {
        Parts p = parts();
        p.values.fill(fresh, cpu, value, valueOffset, fromUser);
        if (p.lru != null) {
            p.lru.linked(fresh);
        }
    }

    /** Stores the key of an element whose value is complete, and makes it visible as the first of a chain. */
    private void publish(long fresh, MemorySegment key, long keyOffset, int hash, int chain, int head) {
        HashIndex index = parts().chains.index();
        MemorySegment memory = index.memory();
        VarHandle.releaseFence(); // who finds the key finds its value
        Words.copy(key, keyOffset, memory, fresh + index.keyAt(), index.keySize());
        VarHandle.releaseFence(); // who finds the hash finds the key
        memory.set(Words.LONG, fresh + NEXT, Words.pair((long) hash << 32 | Integer.toUnsignedLong(head)));
        VarHandle.releaseFence(); // who comes by the link finds all
        memory.set(
                Words.INT, index.link(chain), index.linkTo(fresh, hash) | head >>> 31); // LAST if the chain was empty
    }

    private void unlock(long stripe) {
        parts().chains.unlock(stripe);
    }

    private long popFree(int cpu) {
        Parts p = parts();
        long list = p.lru == null ? FREE : p.lru.freeListOf(cpu);
        return p.chains.isEmpty(list) ? 0 : p.chains.popFree(list);
    }

    private void giveBack(long evicted) {
        Parts p = parts();
        Words.add(p.chains.memory(), COUNT, -1L);
        p.chains.pushFree(p.lru == null ? FREE : p.lru.freeList(evicted), evicted);
    }

    /** Puts a new element in the place of one with the same key, whose value programs may be reading. */
    private void replace(
            long old,
            long stripe,
            int cpu,
            MemorySegment key,
            long keyOffset,
            int hash,
            MemorySegment value,
            long valueOffset,
            boolean fromUser) {
        Parts p = parts();
        int spare = p.chains.takeSpare(stripe);
        long fresh = spare != 0 ? HashChains.offset(spare) : popFree(cpu);
        if (fresh == 0) { // only after a process was killed
            p.values.fill(old, cpu, value, valueOffset, fromUser);
            p.chains.keepSpare(stripe, p.repair.unlinkTwins(key, keyOffset, hash, old));
            return;
        }
        fill(fresh, cpu, value, valueOffset, fromUser);
        if (p.lru != null) {
            p.lru.replaced(old, fresh);
        }
        int chain = p.chains.chainFrom(old); // whose readers find the one or the other
        publish(fresh, key, keyOffset, hash, chain, p.chains.head(chain));
        p.chains.unlinkFrom(chain, old);
        p.repair.unlinkTwins(key, keyOffset, hash, fresh);
        p.values.free(old);
        p.chains.keepSpare(stripe, old);
    }
}
