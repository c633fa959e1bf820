/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import java.util.Arrays;

/**
 * What the program holds beyond registers: acquired references, locks and saved interrupt flags, and the regions it is in. Immutable;
 * states share it.
 *
 * @param entries acquired resources in order
 * @param locks held locks
 * @param preemptDepth nested {@code bpf_preempt_disable}
 * @param rcuDepth nested {@code bpf_rcu_read_lock}
 * @param irqId the innermost saved interrupt flags, 0 for none
 */
record Resources(Entry[] entries, int locks, int preemptDepth, int rcuDepth, int irqId) {
    /** Nothing held. */
    static final Resources NONE = new Resources(new Entry[0], 0, 0, 0, 0);

    /** What kind of resource. */
    enum Kind {
        REFERENCE,
        IRQ,
        LOCK,
        RES_LOCK,
        RES_LOCK_IRQ
    }

    /**
     * A resource.
     *
     * @param kind what it is
     * @param id its identity
     * @param slot where it was acquired
     * @param object for locks, the map or object that contains it
     */
    record Entry(
            Kind kind,
            int id,
            int slot,
            @org.jspecify.annotations.Nullable Object object) {}

    Resources with(Entry entry) {
        Entry[] more = Arrays.copyOf(entries, entries.length + 1);
        more[entries.length] = entry;
        int newLocks = locks + (isLock(entry) ? 1 : 0);
        return new Resources(more, newLocks, preemptDepth, rcuDepth, entry.kind == Kind.IRQ ? entry.id : irqId);
    }

    /** Without the resource, or this if there is none such. */
    Resources without(Kind kind, int id) {
        for (int i = entries.length - 1; i >= 0; i--) {
            if (entries[i].kind == kind && entries[i].id == id) {
                Entry[] fewer = new Entry[entries.length - 1];
                System.arraycopy(entries, 0, fewer, 0, i);
                System.arraycopy(entries, i + 1, fewer, i, fewer.length - i);
                int irq = irqId;
                if (kind == Kind.IRQ) {
                    irq = 0;
                    for (Entry e : fewer) {
                        irq = e.kind == Kind.IRQ ? e.id : irq;
                    }
                }
                return new Resources(fewer, locks - (isLock(entries[i]) ? 1 : 0), preemptDepth, rcuDepth, irq);
            }
        }
        return this;
    }

    boolean holds(Kind kind, int id) {
        for (Entry e : entries) {
            if (e.kind == kind && e.id == id) {
                return true;
            }
        }
        return false;
    }

    Resources withPreempt(int depth) {
        return new Resources(entries, locks, depth, rcuDepth, irqId);
    }

    Resources withRcu(int depth) {
        return new Resources(entries, locks, preemptDepth, depth, irqId);
    }

    private static boolean isLock(Entry entry) {
        return entry.kind == Kind.LOCK || entry.kind == Kind.RES_LOCK || entry.kind == Kind.RES_LOCK_IRQ;
    }
}
