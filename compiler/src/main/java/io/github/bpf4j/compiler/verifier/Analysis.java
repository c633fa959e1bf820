/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the parts of one verification share: the program, the state of the current path and the paths still to be explored. */
final class Analysis {
    /** Decisions kept for a rejection's path. */
    private static final int MAX_PATH = 4096;

    /** A path to continue later. */
    private record Pending(
            VerifierState state,
            int slot,
            int previousSlot,
            @Nullable Pending next) {}

    final Program program;
    final VerifierOptions options;
    final Code code;
    final ControlFlowGraph graph;
    final FunctionTable functions;
    final Liveness liveness;
    final MapObject[] maps;
    final boolean raw;
    /** Functions found to run later and elsewhere, on a stack of their own. */
    final BitSet asyncCallbacks = new BitSet();
    /** Instructions that some path reaches with an arena pointer for address or operand. */
    final BitSet arenaInstructions;
    /** 64-bit arithmetic that some path reaches without an arena pointer. */
    final BitSet wideArithmetic = new BitSet();
    /** Null if nobody wants to read it. */
    final @Nullable VerifierLog log;

    VerifierState state = new VerifierState();
    /** The instruction being interpreted, and the one before it on this path (-1 at the start). */
    int slot;

    int previousSlot = -1;

    private @Nullable Pending pending;
    private int pendingCount;
    private int lastId;
    long processed;

    /**
     * Prepares a verification.
     *
     * @param narrow slots of 64-bit arithmetic that is done in 32 bits
     */
    Analysis(Program program, VerifierOptions options, @Nullable Consumer<String> log, BitSet narrow)
            throws VerifierException {
        this.program = program;
        this.options = options;
        this.raw = program.type() == ProgramType.RAW;
        code = new Code(program, narrow);
        arenaInstructions = (BitSet) narrow.clone();
        maps = new MapObject[program.maps().size()];
        for (int i = 0; i < maps.length; i++) {
            BpfMap map = program.maps().get(i);
            maps[i] = new MapObject(i, map.definition(), map);
        }
        checkArenas();
        MapConstants.check(code, maps);
        graph = new ControlFlowGraph(code);
        functions = new FunctionTable(code);
        for (int i = 0; i < code.length; i++) {
            if (functions.callsBack(i) || functions.isIteratorNext(i)) {
                graph.forceCheckpoint(i);
            }
        }
        liveness = new Liveness(code, graph, functions);
        this.log = log == null ? null : new VerifierLog(this, log);
    }

    private void checkArenas() throws VerifierException {
        int arenas = 0;
        for (MapObject map : maps) {
            if (map.definition.type() == MapType.ARENA && ++arenas > 1) {
                String message = "Only one arena per program";
                throw new VerifierException(
                        new Rejection.MapMisuse(map.definition.name(), "", message),
                        -1,
                        -1,
                        "",
                        message,
                        List.of(),
                        -1);
            }
        }
    }

    /** 64-bit arithmetic with an arena pointer on some paths only. Linux does it in 32 bits on all of them. */
    BitSet mixedArithmetic() {
        BitSet mixed = (BitSet) wideArithmetic.clone();
        mixed.and(arenaInstructions);
        return mixed;
    }

    int newId() {
        return ++lastId;
    }

    FrameState frame() {
        return state.frame();
    }

    /** Remembers another way to go on and returns its state, to be adjusted by the caller. */
    VerifierState push(int target) throws VerifierException {
        VerifierState other = state.fork();
        pushState(other, target, slot);
        return other;
    }

    void pushState(VerifierState other, int target, int from) throws VerifierException {
        if (++pendingCount > options.pendingBranches()) {
            throw reject(
                    -1,
                    new Rejection.BudgetExhausted("pending branches", options.pendingBranches()),
                    "The sequence of " + pendingCount + " jumps is too complex.");
        }
        pending = new Pending(other, target, from, pending);
        if (other.parent != null) {
            other.parent.branches++;
        }
    }

    /** Continues with the path remembered last. Returns false if none is left. */
    boolean pop() {
        Pending next = pending;
        if (next == null) {
            return false;
        }
        pending = next.next;
        pendingCount--;
        state = next.state;
        slot = next.slot;
        previousSlot = next.previousSlot;
        return true;
    }

    /** A rejection at the current instruction. */
    VerifierException reject(int register, Rejection reason, String message) {
        String description = "";
        if (register >= 0 && register <= 10 && state.frames[state.current] != null) {
            description = StateText.register(frame().register(register), state.current);
        }
        Path path = path();
        return new VerifierException(reason, slot, register, description, message, path.steps, path.start);
    }

    private record Path(List<VerifierException.PathStep> steps, int start) {}

    /** The conditional jumps, calls and exits on the current path, oldest first. */
    private Path path() {
        ArrayDeque<VerifierException.PathStep> steps = new ArrayDeque<>();
        VerifierState segment = state;
        HistoryStep step = state.history;
        int i = slot;
        int later = -1;
        int start = -1;
        while (steps.size() < MAX_PATH) {
            if (later >= 0) {
                byte kind = code.kinds[i];
                if (kind == Code.BRANCH || kind == Code.MAY_GOTO) {
                    steps.addFirst(new VerifierException.PathStep(i, later != i + 1));
                } else if (kind == Code.CALL_SUBPROGRAM || kind == Code.EXIT) {
                    steps.addFirst(new VerifierException.PathStep(i, true));
                }
            }
            later = i;
            if (i == segment.firstSlot && (step == null || (step.previous() == null && step.slot() == i))) {
                VerifierState parent = segment.parent;
                if (parent == null) {
                    start = i;
                    break;
                }
                i = parent.lastSlot;
                segment = parent;
                step = parent.history;
                if (i < 0) {
                    break;
                }
                continue;
            }
            if (step != null && step.slot() == i) {
                i = step.previousSlot();
                step = step.previous();
            } else {
                i--;
            }
            while (i > 0 && code.kinds[i] == Code.SECOND_SLOT) {
                i--;
            }
            if (i < 0) {
                break;
            }
        }
        return new Path(List.copyOf(steps), start);
    }
}
