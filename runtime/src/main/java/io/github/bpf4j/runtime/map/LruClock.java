/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.HashLayout.HASH;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/**
 * Eviction by the clock algorithm, an approximation of least recently used as Linux's own: a hand goes round the elements, takes away
 * marks, and evicts the first live element it finds without one.
 *
 * <p>In a large table a stripe takes several places of the hand at once and keeps them. So the address of what an update evicts does not come
 * from an atomic operation, which the processor finishes only after all loads before it, and the cache misses of all those elements
 * are under way together. Hot tables have it {@linkplain Specialization specialized}.
 */
final class LruClock implements Eviction {
    /**
     * What it works on.
     *
     * @param values where values are
     */
    record Parts(LruElements elements, ElementValues values, HashRepair repair) {}

    /** How far to look while other threads wait for a lock. */
    private static final int MOST_STEPS = 64;

    private static final @Nullable Parts CONSTANT = Specialization.constant(MethodHandles.lookup(), Parts.class);

    private final Parts parts;

    LruClock(Parts parts) {
        this.parts = parts;
    }

    /** One whose code is compiled for these parts alone. */
    static Eviction specialized(Parts parts) {
        return Specialization.of(MethodHandles.lookup(), Eviction.class, parts, LruClock::new);
    }

    private Parts parts() {
        return CONSTANT != null ? CONSTANT : parts;
    }

    @Override
    public long evict(int cpu) {
        LruElements elements = parts().elements;
        HashLayout layout = elements.chains().layout();
        int share = elements.shareOf(cpu);
        long rounds = 4 * layout.elements() / layout.places() + 1;
        for (long round = 0; round < rounds; round++) {
            long first = advance(share);
            for (long i = first; i < Math.min(first + layout.places(), layout.elements()); i++) {
                long e = layout.element(i);
                // Rather another element than waiting for a lock; but some time.
                if (elements.mayGo(e, share) && takeOut(e, 0, round > rounds / 2)) {
                    return e;
                }
            }
        }
        return 0;
    }

    @Override
    public long evictLocked(int cpu, long stripe) {
        LruElements elements = parts().elements;
        HashLayout layout = elements.chains().layout();
        int share = elements.shareOf(cpu);
        for (int step = 0; step < MOST_STEPS; step++) {
            long i = layout.places() == 1 ? advance(share) : nextPlace(stripe);
            if (Long.compareUnsigned(i, layout.elements()) >= 0) {
                continue; // the last places are not all elements
            }
            long e = layout.element(i);
            if (elements.mayGo(e, share) && takeOut(e, stripe, false)) {
                return e;
            }
        }
        return 0;
    }

    /** The number of an element that the stripe has taken from the hand, perhaps one that does not exist. */
    private long nextPlace(long stripe) {
        MemorySegment memory = parts().elements.chains().memory();
        long next = memory.get(Words.LONG, stripe + HashLayout.PLACES);
        if (next >>> 32 == 0) {
            next = takePlaces();
        }
        memory.set(Words.LONG, stripe + HashLayout.PLACES, next + 1 - (1L << 32));
        return next & 0xffff_ffffL;
    }

    /** Takes places of the one hand: the first's number, and in the upper half how many. */
    private long takePlaces() {
        HashChains chains = parts().elements.chains();
        HashLayout layout = chains.layout();
        long first = advance(0);
        long last = Math.min(first + layout.places(), layout.elements());
        long heads = 0;
        for (long i = first; i < last; i++) {
            int hash = chains.memory().get(Words.INT, layout.element(i) + HASH);
            heads |= chains.index().heads(hash); // now they are all fetched
        }
        int places = heads == 0 ? 1 : layout.places(); // no sound table has such heads
        return (long) places << 32 | first;
    }

    /**
     * Moves a share's hand on by as many places as are taken at once. Atomic: of two threads at one element, the second could evict what
     * the first has just put there.
     *
     * @return the number of the first element that it passed
     */
    private long advance(int share) {
        LruElements elements = parts().elements;
        HashLayout layout = elements.chains().layout();
        long steps = Words.add(elements.chains().memory(), elements.hand(share), 1L);
        long round = (layout.elements() + layout.places() - 1) / layout.places();
        return Long.remainderUnsigned(steps, round) * layout.places();
    }

    /**
     * Takes an element out of its chain, unless another thread was faster, or has the lock.
     *
     * @param held the stripe whose lock the caller holds, or 0
     * @param wait whether to wait for the lock, which a caller that holds another must not
     */
    private boolean takeOut(long e, long held, boolean wait) {
        HashChains chains = parts().elements.chains();
        int hash = chains.memory().get(Words.INT, e + HASH);
        long stripe = chains.stripeOf(hash);
        if (wait) {
            chains.lock(stripe, parts().repair);
        } else if (stripe != held && !SpinLocks.tryLock(chains.memory(), stripe)) {
            return false;
        }
        try {
            return takeOutLocked(e, hash);
        } finally {
            if (stripe != held) {
                unlock(stripe);
            }
        }
    }

    private void unlock(long stripe) {
        parts().elements.chains().unlock(stripe);
    }

    private boolean takeOutLocked(long e, int hash) {
        Parts p = parts();
        HashChains chains = p.elements.chains();
        if (!chains.unlink(e, hash)) { // under the lock of the right stripe a live element's hash cannot change
            return false;
        }
        p.elements.removed(e);
        p.values.free(e);
        return true;
    }
}
