/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import java.util.Arrays;

/** A correspondence of identities in two states: equal pointers and scalars of one must be equal in the other. */
final class IdMap {
    private int[] olds = new int[16];
    private int[] currents = new int[16];
    private int size;
    /** Stands for values without identity, each different from all others. */
    private int fresh;

    void reset() {
        size = 0;
        fresh = Integer.MIN_VALUE;
    }

    /** Whether {@code current} plays the part of {@code old}, and no other. */
    boolean matches(int old, int current) {
        if ((old == 0) != (current == 0)) {
            return false;
        }
        if (old == 0) {
            return true;
        }
        for (int i = 0; i < size; i++) {
            if (olds[i] == old) {
                return currents[i] == current;
            }
            if (currents[i] == current) {
                return false;
            }
        }
        if (size == olds.length) {
            olds = Arrays.copyOf(olds, size * 2);
            currents = Arrays.copyOf(currents, size * 2);
        }
        olds[size] = old;
        currents[size++] = current;
        return true;
    }

    /** For scalars: an old scalar without links is matched by any; a current one without links is equal to itself only. */
    boolean matchesScalar(int old, int current) {
        if (old == 0) {
            return true;
        }
        return matches(old, current == 0 ? ++fresh : current);
    }
}
