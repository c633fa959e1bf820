/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.RegisterType.*;

/** Calls of the program's own functions, and returns from them. */
final class SubprogramCalls {
    private final Analysis a;
    private final Precision precision;
    private final StatePruning pruning;

    SubprogramCalls(Analysis analysis, Precision precision, StatePruning pruning) {
        this.a = analysis;
        this.precision = precision;
        this.pruning = pruning;
    }

    /** Enters a function. Returns its first instruction. */
    int call(int slot, int target) throws VerifierException {
        if (a.state.current + 1 >= VerifierState.MAX_FRAMES) {
            throw a.reject(
                    -1,
                    new Rejection.CallDepth(a.state.current + 2, 0),
                    "the call stack of " + (a.state.current + 2) + " frames is too deep");
        }
        FrameState caller = a.frame();
        FrameState callee = new FrameState(a.state.current + 1, a.graph.subprogramOf[target], slot);
        for (int r = 1; r <= 5; r++) {
            callee.share(r, caller.release(r));
        }
        setFramePointer(callee);
        for (int r = 0; r <= 5; r++) {
            caller.fresh(r).setNotInit();
        }
        a.state.push(callee);
        if (a.log != null) {
            a.log.called();
        }
        return target;
    }

    static void setFramePointer(FrameState frame) {
        RegisterState pointer = frame.fresh(10);
        pointer.setPointer(STACK);
        pointer.frame = frame.number;
    }

    /** Returns to the caller. Returns the instruction behind the call. */
    int exit() throws VerifierException {
        FrameState callee = a.frame();
        RegisterState result = callee.register(0);
        if (result.type == STACK) {
            throw a.reject(
                    0,
                    new Rejection.SubprogramMisuse("returns a pointer to its own stack"),
                    "cannot return stack pointer to the caller");
        }
        int callSite = callee.callSite;
        VerifierLog log = a.log;
        if (callee.callback) {
            checkCallbackResult(callee, "callback");
            if (log != null) {
                log.returning();
            }
            a.state.pop();
            if (log != null) {
                log.returned(callSite);
            }
            // The call may run it again, from any state the turns so far can have led to.
            VerifierState previous = pruning.previousCheckpoint(callSite, a.state.parent);
            if (previous != null) {
                Widening.apply(previous, a.state);
            }
            return callSite;
        }
        if (log != null) {
            log.returning();
        }
        RegisterState shared = callee.release(0);
        a.state.pop();
        FrameState caller = a.frame();
        caller.share(0, shared);
        if (log != null) {
            log.returned(callSite + 1);
        }
        return callSite + 1;
    }

    /**
     * A tail call in a subprogram. If it fails, the function goes on, on a path of its own; if it succeeds, another program runs in the
     * function's place, may move the packet, and its result is the function's. Returns the instruction behind the function's call.
     */
    int tailCall(int slot) throws VerifierException {
        a.push(slot + 1);
        PacketRanges.invalidate(a.state);
        a.frame().fresh(0).setUnknownScalar();
        return exit();
    }

    /** A callback's result decides whether it runs again. */
    void checkCallbackResult(FrameState callee, String kind) throws VerifierException {
        Interpreter.checkReadable(a, 0);
        RegisterState result = callee.register(0);
        if (!result.isScalar()) {
            throw a.reject(0, new Rejection.SubprogramMisuse("result is not a number"), "R0 not a scalar value");
        }
        precision.markRegister(0);
        if (result.smin < callee.returnMin || result.smax > callee.returnMax) {
            StringBuilder message = new StringBuilder("At " + kind + " return the register R0 has");
            if (result.smin > Long.MIN_VALUE) {
                message.append(" smin=").append(result.smin);
            }
            if (result.smax < Long.MAX_VALUE) {
                message.append(" smax=").append(result.smax);
            }
            if (result.smin == Long.MIN_VALUE && result.smax == Long.MAX_VALUE) {
                message.append(" unknown scalar value");
            }
            message.append(" should have been in [" + callee.returnMin + ", " + callee.returnMax + "]");
            throw a.reject(
                    0, new Rejection.SubprogramMisuse("result of a " + kind + " out of range"), message.toString());
        }
    }

    /** Whether the frame is one of a function that is verified on its own. */
    boolean isStandalone(FrameState frame) {
        return frame.subprogram != 0;
    }

    void checkStandaloneResult(FrameState frame) throws VerifierException {
        if (!frame.register(0).isScalar()) {
            throw a.reject(
                    0,
                    new Rejection.SubprogramMisuse("result is not a number"),
                    "At subprogram exit the register R0 is not a scalar value (" + name(frame.register(0).type) + ")");
        }
    }
}
