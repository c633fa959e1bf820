/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.RegisterType.*;

import io.github.bpf4j.compiler.load.PointerField;
import io.github.bpf4j.runtime.map.SpecialFields;
import java.util.List;

/** Fields of map values that the runtime looks after: locks, timers, work queues and pointers to kernel objects. */
final class MapFields {
    private final Analysis a;
    private final PointerFieldAccess pointers;

    MapFields(Analysis analysis, PointerFieldAccess pointers) {
        this.a = analysis;
        this.pointers = pointers;
    }

    private VerifierException misuse(MapObject map, String message) {
        return a.reject(-1, new Rejection.MapMisuse(map.definition.name(), "", message), message);
    }

    /**
     * Loads and stores must keep away from special fields, but for pointers.
     *
     * @param direct whether it is an instruction that accesses the value, and not a function
     */
    void checkAccess(RegisterState pointer, long at, int size, boolean direct) throws VerifierException {
        MapObject map = MemoryAccess.mapOf(pointer);
        SpecialFields special = map.definition.special();
        if (special.isEmpty()) {
            return;
        }
        check(map, pointer, at, size, special.spinLock(), 4, "bpf_spin_lock");
        check(map, pointer, at, size, special.resSpinLock(), 8, "bpf_res_spin_lock");
        check(map, pointer, at, size, special.timer(), 16, "bpf_timer");
        check(map, pointer, at, size, special.workQueue(), 16, "bpf_wq");
        for (int kptr : special.kptrs()) {
            if (overlaps(pointer, at, size, kptr, PointerField.BYTES)) {
                pointers.check(map, pointer, kptr, at, size, direct);
            }
        }
    }

    private void check(MapObject map, RegisterState pointer, long at, int size, int field, int width, String name)
            throws VerifierException {
        if (field >= 0 && overlaps(pointer, at, size, field, width)) {
            throw misuse(map, name + " cannot be accessed directly by load/store");
        }
    }

    private static boolean overlaps(RegisterState pointer, long at, int size, int field, int width) {
        return pointer.smin + at < field + width && field < pointer.umax + at + size;
    }

    /** A pointer to a special field of a map value, as functions take it. */
    MapObject require(int register, int field, String name) throws VerifierException {
        RegisterState pointer = a.frame().register(register);
        MapObject map = MemoryAccess.mapOf(pointer);
        if (!pointer.hasConstantOffset()) {
            throw misuse(
                    map,
                    "R" + register + " doesn't have constant offset. " + name + " has to be at the constant offset");
        }
        if (field < 0) {
            throw misuse(map, "map '" + map.definition.name() + "' has no valid " + name);
        }
        long off = pointer.off + pointer.bits.value();
        if (off != field) {
            throw misuse(map, "off " + off + " doesn't point to 'struct " + name + "' that is at " + field);
        }
        return map;
    }

    /** A pointer to a place in a map value for a reference to an object. */
    PointerField requireReference(int register) throws VerifierException {
        RegisterState pointer = a.frame().register(register);
        MapObject map = MemoryAccess.mapOf(pointer);
        List<PointerField> known = a.program.pointersOf(map.index);
        if (known.stream().allMatch(field -> field.kind() == PointerField.Kind.USER)) {
            throw misuse(map, "R" + register + " has no valid kptr");
        }
        if (!pointer.isConstant()) {
            throw misuse(map, "R" + register + " doesn't have constant offset. kptr has to be at the constant offset");
        }
        long off = pointer.off + pointer.bits.value();
        PointerField field = a.program.pointerAt(map.index, off);
        if (field == null || field.kind() == PointerField.Kind.USER) {
            throw misuse(map, "off=" + off + " doesn't point to kptr");
        }
        if (field.kind() == PointerField.Kind.UNTRUSTED) {
            throw misuse(map, "off=" + off + " kptr isn't referenced kptr");
        }
        return field;
    }

    // ---- locks ----

    void lock(int register, boolean resilient, boolean irq) throws VerifierException {
        MapObject map = requireLock(register, resilient);
        RegisterState pointer = a.frame().register(register);
        Resources held = a.state.resources;
        for (Resources.Entry entry : held.entries()) {
            boolean isLock = entry.kind() != Resources.Kind.REFERENCE && entry.kind() != Resources.Kind.IRQ;
            if (!isLock) {
                continue;
            }
            if (!resilient) {
                throw region("Locking two bpf_spin_locks are not allowed");
            }
            if (entry.id() == pointer.id && java.util.Objects.equals(entry.object(), map)) {
                throw region("Acquiring the same lock again, AA deadlock detected");
            }
            if (entry.kind() == Resources.Kind.LOCK) {
                throw region("Locking two bpf_spin_locks are not allowed");
            }
        }
        a.state.resources = held.with(new Resources.Entry(kind(resilient, irq), pointer.id, a.slot, map));
    }

    void unlock(int register, boolean resilient, boolean irq) throws VerifierException {
        MapObject map = requireLock(register, resilient);
        RegisterState pointer = a.frame().register(register);
        String name = resilient ? "bpf_res_spin_unlock" : "bpf_spin_unlock";
        Resources held = a.state.resources;
        Resources.Kind kind = kind(resilient, irq);
        if (held.locks() == 0) {
            throw region(name + " without taking a lock");
        }
        Resources.Entry innermost = null;
        for (Resources.Entry entry : held.entries()) {
            if (entry.kind() != Resources.Kind.REFERENCE && entry.kind() != Resources.Kind.IRQ) {
                innermost = entry;
            }
        }
        boolean found = false;
        for (Resources.Entry entry : held.entries()) {
            found |= entry.kind() == kind && entry.id() == pointer.id && java.util.Objects.equals(entry.object(), map);
        }
        if (!found) {
            throw region(name + " of different lock");
        }
        if (innermost == null || innermost.id() != pointer.id) {
            throw region("bpf_spin_unlock cannot be out of order");
        }
        a.state.resources = held.without(kind, pointer.id);
    }

    private MapObject requireLock(int register, boolean resilient) throws VerifierException {
        SpecialFields special =
                MemoryAccess.mapOf(a.frame().register(register)).definition.special();
        return require(
                register,
                resilient ? special.resSpinLock() : special.spinLock(),
                resilient ? "bpf_res_spin_lock" : "bpf_spin_lock");
    }

    private static Resources.Kind kind(boolean resilient, boolean irq) {
        return irq ? Resources.Kind.RES_LOCK_IRQ : resilient ? Resources.Kind.RES_LOCK : Resources.Kind.LOCK;
    }

    private VerifierException region(String message) {
        return a.reject(-1, new Rejection.RegionMisuse("lock", message), message);
    }
}
