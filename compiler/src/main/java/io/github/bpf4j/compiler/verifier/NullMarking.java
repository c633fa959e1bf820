/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.RegisterType.*;

import io.github.bpf4j.runtime.map.MapType;

/** A comparison with NULL settles every pointer that came from the same place. */
final class NullMarking {
    private NullMarking() {}

    static void mark(VerifierState state, int id, int refObjId, boolean isNull) {
        if (isNull && refObjId != 0 && refObjId == id) {
            // There is nothing to release.
            state.resources = state.resources.without(Resources.Kind.REFERENCE, id);
        }
        for (int f = 0; f <= state.current; f++) {
            FrameState frame = state.frame(f);
            for (int r = 0; r < 10; r++) {
                RegisterState pointer = frame.register(r);
                if (pointer.maybeNull() && pointer.id == id) {
                    frame = state.ownFrame(f);
                    settle(frame.own(r), isNull);
                }
            }
            for (int s = 0; s < frame.allocatedSlots(); s++) {
                RegisterState pointer = frame.slot(s);
                if (frame.isSpill(s) && pointer.maybeNull() && pointer.id == id) {
                    frame = state.ownFrame(f);
                    settle(frame.ownSlot(s), isNull);
                }
            }
        }
    }

    private static void settle(RegisterState pointer, boolean isNull) {
        if (isNull) {
            pointer.setKnownScalar(0);
            return;
        }
        pointer.type &= ~MAYBE_NULL;
        MapObject map = pointer.map;
        if (pointer.baseType() == MAP_VALUE && map != null && map.inner != null) {
            int uid = pointer.id;
            MapObject inner = map.inner;
            pointer.setPointer(MAP);
            pointer.map = inner;
            pointer.mapUid = uid;
            return;
        }
        boolean lockInside = map != null && map.hasLock;
        if (!lockInside) {
            pointer.id = 0;
        }
    }

    /** Whether values of the map are maps. */
    static boolean holdsMaps(MapObject map) {
        return map.definition.type() == MapType.ARRAY_OF_MAPS || map.definition.type() == MapType.HASH_OF_MAPS;
    }
}
