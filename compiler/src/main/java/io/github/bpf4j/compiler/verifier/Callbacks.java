/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.RegisterType.*;

import org.jspecify.annotations.Nullable;

/**
 * Functions of the program that helpers call. A callback that runs during the call is explored as if the call were a loop: each time it
 * returns, the call is met again, and either runs it once more or goes on. One that runs later is explored on its own.
 */
final class Callbacks {
    private final Analysis a;
    private final Precision precision;

    Callbacks(Analysis analysis, Precision precision) {
        this.a = analysis;
        this.precision = precision;
    }

    /** Explores one run of a callback during the call at hand, before the registers of the call are destroyed. */
    void during(String helper, int callbackRegister, @Nullable MapObject map) throws VerifierException {
        FrameState caller = a.frame();
        int subprogram = caller.register(callbackRegister).subprogram;
        requireStatic(subprogram);
        if (helper.equals("bpf_loop")) {
            // The number of turns decides how often the body is explored.
            precision.markRegister(1);
            RegisterState turns = caller.register(1);
            if (turns.isScalar() && Long.compareUnsigned(caller.callbackDepth, turns.umax) >= 0) {
                a.frame().callbackDepth = 0;
                return;
            }
        }
        if (a.state.current + 1 >= VerifierState.MAX_FRAMES) {
            throw a.reject(
                    -1,
                    new Rejection.CallDepth(a.state.current + 2, 0),
                    "the call stack of " + (a.state.current + 2) + " frames is too deep");
        }
        int start = a.graph.subprograms.get(subprogram).start();
        VerifierState body = a.push(start);
        FrameState outer = body.frame();
        FrameState callee = new FrameState(body.current + 1, subprogram, a.slot);
        callee.callback = true;
        callee.returnMin = 0;
        callee.returnMax = 1;
        SubprogramCalls.setFramePointer(callee);
        switch (helper) {
            case "bpf_loop" -> {
                callee.fresh(1).setUnknownScalar();
                callee.share(2, outer.release(3));
            }
            case "bpf_for_each_map_elem" -> {
                callee.share(1, outer.release(1));
                mapElement(callee, map);
                callee.share(4, outer.release(3));
            }
            case "bpf_user_ringbuf_drain" -> {
                RegisterState sample = callee.fresh(1);
                sample.setPointer(DYNPTR);
                sample.objectKind = StackObjects.DYNPTR_LOCAL;
                sample.id = a.newId();
                callee.share(2, outer.release(3));
            }
            default -> throw new AssertionError(helper);
        }
        body.callbackUnrollDepth++;
        outer.callbackDepth++;
        body.push(callee);
        a.frame().callbackDepth = 0;
    }

    private static void mapElement(FrameState callee, @Nullable MapObject map) {
        RegisterState key = callee.fresh(2);
        key.setPointer(MAP_KEY);
        key.map = map;
        RegisterState value = callee.fresh(3);
        value.setPointer(MAP_VALUE);
        value.map = map;
    }

    /** Explores a callback that a timer or work queue runs later, with nothing but its element. */
    void later(int callbackRegister, MapObject map) throws VerifierException {
        int subprogram = a.frame().register(callbackRegister).subprogram;
        requireStatic(subprogram);
        a.asyncCallbacks.set(subprogram);
        FrameState frame = new FrameState(0, subprogram, -1);
        frame.asyncCallback = true;
        frame.returnMin = 0;
        frame.returnMax = 0;
        SubprogramCalls.setFramePointer(frame);
        RegisterState self = frame.fresh(1);
        self.setPointer(MAP);
        self.map = map;
        mapElement(frame, map);
        VerifierState state = new VerifierState();
        state.begin(frame);
        state.asyncEntries = a.state.asyncEntries + 1;
        state.firstSlot = a.graph.subprograms.get(subprogram).start();
        if (state.asyncEntries > a.graph.subprograms.size()) {
            // A timer that sets itself again: its callback has been explored from this very state.
            return;
        }
        a.pushState(state, state.firstSlot, -1);
    }

    private void requireStatic(int subprogram) throws VerifierException {
        if (a.graph.subprograms.get(subprogram).global()) {
            throw a.reject(
                    -1,
                    new Rejection.SubprogramMisuse("callback is a global function"),
                    "callback function not static");
        }
    }
}
