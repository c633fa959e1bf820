/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.RegisterType.*;

/** Whether everything that is safe from an old state on is safe from the current one, because it describes no other values. */
final class StateComparison {
    /** How exact a comparison has to be. */
    enum Exactness {
        /** Scalars that need not be precise are equal whatever they are. */
        NOT_EXACT,
        /** Nothing may differ: to tell that a loop makes no progress. */
        EXACT,
        /** Every scalar must lie in the old one's range: to tell that a loop has converged. */
        RANGE_WITHIN
    }

    private static final RegisterState UNKNOWN = new RegisterState();

    static {
        UNKNOWN.setUnknownScalar();
    }

    private final Analysis a;
    private final IdMap ids = new IdMap();

    StateComparison(Analysis analysis) {
        this.a = analysis;
    }

    boolean equal(VerifierState old, VerifierState current, Exactness exactness) {
        if (old.current != current.current) {
            return false;
        }
        ids.reset();
        if (!sameResources(old.resources, current.resources)) {
            return false;
        }
        for (int f = 0; f <= old.current; f++) {
            if (old.frame(f).callSite != current.frame(f).callSite) {
                return false;
            }
        }
        for (int f = 0; f <= old.current; f++) {
            if (!sameFrame(old, current, f, exactness)) {
                return false;
            }
        }
        return true;
    }

    @SuppressWarnings("ReferenceEquality") // a quick way out
    private boolean sameResources(Resources old, Resources current) {
        if (old == current) {
            return old.entries().length == 0 || matchEntries(old, current);
        }
        return old.entries().length == current.entries().length
                && old.locks() == current.locks()
                && old.preemptDepth() == current.preemptDepth()
                && old.rcuDepth() == current.rcuDepth()
                && ids.matches(old.irqId(), current.irqId())
                && matchEntries(old, current);
    }

    @SuppressWarnings("ReferenceEquality") // locked maps and objects have identity
    private boolean matchEntries(Resources old, Resources current) {
        for (int i = 0; i < old.entries().length; i++) {
            Resources.Entry x = old.entries()[i];
            Resources.Entry y = current.entries()[i];
            if (x.kind() != y.kind() || x.object() != y.object() || !ids.matches(x.id(), y.id())) {
                return false;
            }
        }
        return true;
    }

    private boolean sameFrame(VerifierState old, VerifierState current, int f, Exactness exactness) {
        FrameState o = old.frame(f);
        FrameState c = current.frame(f);
        if (o.callbackDepth > c.callbackDepth) {
            return false;
        }
        int at = f == old.current ? old.slot : old.frame(f + 1).callSite;
        int live = a.liveness.before[at] & 0x3ff;
        int precise = old.preciseRegisters[f];
        while (live != 0) {
            int r = Integer.numberOfTrailingZeros(live);
            live &= live - 1;
            if (!sameRegister(o.register(r), c.register(r), (precise & 1 << r) != 0, exactness)) {
                return false;
            }
        }
        return sameStack(old, o, c, f, exactness);
    }

    private boolean sameRegister(RegisterState o, RegisterState c, boolean precise, Exactness exactness) {
        if (exactness == Exactness.EXACT) {
            return o == c && o.id == 0 && o.refObjId == 0 || identical(o, c);
        }
        if (o.type == NOT_INIT) {
            return true;
        }
        if (o.type != c.type) {
            return false;
        }
        return switch (base(o.type)) {
            case SCALAR -> {
                if (!precise && exactness == Exactness.NOT_EXACT) {
                    yield true;
                }
                if (o.deltaBits != c.deltaBits || (o.deltaBits != 0 && o.off != c.off)) {
                    yield false;
                }
                yield o.containsAll(c) && ids.matchesScalar(o.id, c.id);
            }
            case MAP_VALUE, MAP_KEY, MEM ->
                o.off == c.off
                        && o.map == c.map
                        && o.mapUid == c.mapUid
                        && o.memSize == c.memSize
                        && o.containsAll(c)
                        && ids.matches(o.id, c.id)
                        && ids.matches(o.refObjId, c.refObjId)
                        && ids.matches(o.dynptrId, c.dynptrId);
            case PACKET -> {
                if (o.range < 0 || c.range < 0) {
                    if (o.range != c.range) {
                        yield false;
                    }
                } else if (o.range > c.range) {
                    yield false;
                }
                yield o.off == c.off && ids.matches(o.id, c.id) && o.containsAll(c);
            }
            case STACK -> o.frame == c.frame && identical(o, c);
            case ARENA -> true;
            default -> identical(o, c);
        };
    }

    private boolean identical(RegisterState o, RegisterState c) {
        return o.type == c.type
                && o.off == c.off
                && o.map == c.map
                && o.struct.equals(c.struct)
                && o.range == c.range
                && o.memSize == c.memSize
                && o.frame == c.frame
                && o.subprogram == c.subprogram
                && o.deltaBits == c.deltaBits
                && o.objectKind == c.objectKind
                && o.firstSlot == c.firstSlot
                && o.sameRange(c)
                && ids.matches(o.id, c.id)
                && ids.matches(o.refObjId, c.refObjId)
                && ids.matches(o.dynptrId, c.dynptrId);
    }

    private boolean sameStack(VerifierState old, FrameState o, FrameState c, int f, Exactness exactness) {
        boolean exact = exactness == Exactness.EXACT;
        // Once an old state is fully explored, it is known which slots are read later.
        long relevant = old.branches > 0 || exactness != Exactness.NOT_EXACT ? -1 : old.readSlots[f];
        for (int s = 0; s < o.allocatedSlots(); s++) {
            if ((relevant & 1L << s) == 0) {
                continue;
            }
            long ot = o.slotType(s);
            long ct = c.slotType(s);
            if (exact && (s >= c.allocatedSlots() || ot != ct)) {
                return false;
            }
            if (ot == 0 || ot == FrameState.ALL * FrameState.MISC) {
                continue;
            }
            if (s >= c.allocatedSlots()) {
                if (!onlyMiscOrInvalid(ot)) {
                    return false;
                }
                continue;
            }
            RegisterState os = scalarOf(o, s);
            RegisterState cs = scalarOf(c, s);
            if (os != null && cs != null) {
                boolean precise = os != UNKNOWN && (old.preciseSlots[f] & 1L << s) != 0;
                if (!sameRegister(os, cs, precise, exactness)) {
                    return false;
                }
                continue;
            }
            if (!sameTypes(ot, ct)) {
                return false;
            }
            switch ((int) ot & 0xff) {
                case FrameState.SPILL -> {
                    if (!sameRegister(o.slot(s), c.slot(s), (old.preciseSlots[f] & 1L << s) != 0, exactness)) {
                        return false;
                    }
                }
                case FrameState.DYNPTR -> {
                    RegisterState x = o.slot(s);
                    RegisterState y = c.slot(s);
                    if (x.objectKind != y.objectKind
                            || x.firstSlot != y.firstSlot
                            || x.type != y.type
                            || !ids.matches(x.refObjId, y.refObjId)) {
                        return false;
                    }
                }
                case FrameState.ITER -> {
                    RegisterState x = o.slot(s);
                    RegisterState y = c.slot(s);
                    // How far the iterator is does not matter.
                    if (x.objectKind != y.objectKind
                            || x.objectState != y.objectState
                            || !ids.matches(x.refObjId, y.refObjId)) {
                        return false;
                    }
                }
                case FrameState.IRQ_FLAG -> {
                    RegisterState x = o.slot(s);
                    RegisterState y = c.slot(s);
                    if (!ids.matches(x.refObjId, y.refObjId) || x.objectKind != y.objectKind) {
                        return false;
                    }
                }
                default -> {}
            }
        }
        return true;
    }

    private static boolean onlyMiscOrInvalid(long types) {
        for (int i = 0; i < 8; i++) {
            int type = (int) (types >>> (i * 8)) & 0xff;
            if (type != FrameState.MISC && type != FrameState.INVALID) {
                return false;
            }
        }
        return true;
    }

    /** Bytes that were unset or arbitrary before may be anything now; zeros do for arbitrary bytes. */
    private static boolean sameTypes(long old, long current) {
        for (int i = 0; i < 8; i++) {
            int o = (int) (old >>> (i * 8)) & 0xff;
            int c = (int) (current >>> (i * 8)) & 0xff;
            if (o != FrameState.INVALID && o != FrameState.MISC && o != c) {
                return false;
            }
        }
        return true;
    }

    /** Eight bytes as one scalar: a saved one, or arbitrary bytes. */
    private static @org.jspecify.annotations.Nullable RegisterState scalarOf(FrameState frame, int s) {
        long types = frame.slotType(s);
        if (types == FrameState.ALL * FrameState.SPILL) {
            return frame.slot(s).isScalar() ? frame.slot(s) : null;
        }
        return onlyMiscOrInvalid(types) ? UNKNOWN : null;
    }
}
