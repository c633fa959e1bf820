/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

/** Objects that live on the stack and that programs handle through functions only: dynptrs, iterators and saved interrupt flags. */
final class StackObjects {
    /** State of an iterator that may have another element. */
    static final int ACTIVE = 1;
    /** State of an iterator that has none left. */
    static final int DRAINED = 2;

    private final Analysis a;

    StackObjects(Analysis analysis) {
        this.a = analysis;
    }

    /** The program writes over a slot. */
    void overwritten(FrameState frame, int slot) throws VerifierException {
        if (frame.byteType(slot, 0) == FrameState.DYNPTR) {
            throw a.reject(
                    -1,
                    new Rejection.StackObjectMisuse(-1, "cannot overwrite referenced dynptr"),
                    "cannot overwrite referenced dynptr");
        }
    }
}
