/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The abstract state at one point of one path: the call frames and what the program holds. A state kept for pruning is a checkpoint; the
 * states that were reached from it point to it as their parent, and carry to it which stack slots they read and which scalars must be precise.
 */
final class VerifierState {
    static final int MAX_FRAMES = 8;

    final @Nullable FrameState[] frames;
    int current;
    private int sharedFrames;
    Resources resources = Resources.NONE;

    /** The checkpoint this path went through last. */
    @Nullable
    VerifierState parent;
    /** Steps since the parent. */
    @Nullable
    HistoryStep history;
    /** First and last instruction executed since the parent. */
    int firstSlot;

    int lastSlot;
    /** Where a checkpoint was taken. */
    int slot;
    /** Paths that went through this checkpoint and are not finished. */
    int branches;

    int mayGotoDepth;
    int callbackUnrollDepth;
    int asyncEntries;
    /** A checkpoint this state was found equal to, while that was still being explored. */
    @Nullable
    VerifierState equalTo;

    // Per frame: scalars that must be precise and stack slots that are read later (of checkpoints), slots written since
    // the parent.
    final int[] preciseRegisters;
    final long[] preciseSlots;
    final long[] readSlots;
    final long[] writtenSlots;

    int misses;
    int hits;

    VerifierState() {
        frames = new FrameState[MAX_FRAMES];
        preciseRegisters = new int[1];
        preciseSlots = new long[1];
        readSlots = new long[1];
        writtenSlots = new long[MAX_FRAMES];
    }

    /** A copy to continue with or to keep; {@code keep} tells that only the existing frames will ever matter. */
    private VerifierState(VerifierState o, boolean keep) {
        int count = o.current + 1;
        current = o.current;
        frames = Arrays.copyOf(o.frames, keep ? count : MAX_FRAMES);
        for (int i = count; i < frames.length; i++) {
            frames[i] = null;
        }
        frames[current] = o.frame().copy();
        sharedFrames = (1 << current) - 1;
        o.sharedFrames |= (1 << current) - 1;
        resources = o.resources;
        parent = o.parent;
        history = o.history;
        firstSlot = o.firstSlot;
        lastSlot = o.lastSlot;
        slot = o.slot;
        mayGotoDepth = o.mayGotoDepth;
        callbackUnrollDepth = o.callbackUnrollDepth;
        asyncEntries = o.asyncEntries;
        writtenSlots = Arrays.copyOf(o.writtenSlots, keep ? count : MAX_FRAMES);
        preciseRegisters = new int[keep ? count : 1];
        preciseSlots = new long[keep ? count : 1];
        readSlots = new long[keep ? count : 1];
    }

    /** Starts a function. */
    void begin(FrameState entry) {
        current = 0;
        frames[0] = entry;
        writtenSlots[0] = -1;
    }

    /** A copy that another path continues from. */
    VerifierState fork() {
        return new VerifierState(this, false);
    }

    /** A copy to compare later states with. */
    VerifierState checkpoint() {
        return new VerifierState(this, true);
    }

    /** The frame being executed, which is always owned. */
    FrameState frame() {
        return java.util.Objects.requireNonNull(frames[current]);
    }

    /** A frame, to look at only. */
    FrameState frame(int number) {
        return java.util.Objects.requireNonNull(frames[number]);
    }

    /** A frame, to change. */
    FrameState ownFrame(int number) {
        FrameState frame = frame(number);
        if ((sharedFrames & 1 << number) != 0) {
            frame = frame.copy();
            frames[number] = frame;
            sharedFrames &= ~(1 << number);
        }
        return frame;
    }

    void push(FrameState frame) {
        current++;
        frames[current] = frame;
        sharedFrames &= ~(1 << current);
        // Nothing in a new frame comes from before it.
        writtenSlots[current] = -1;
    }

    void pop() {
        frames[current] = null;
        current--;
        ownFrame(current);
    }

    /** Notes that stack slots are read, up to the checkpoints between which they were written. */
    void markRead(int frameNumber, long slots) {
        long pending = slots & ~writtenSlots[frameNumber];
        VerifierState state = parent;
        while (pending != 0 && state != null && frameNumber < state.readSlots.length) {
            pending &= ~state.readSlots[frameNumber];
            state.readSlots[frameNumber] |= pending;
            pending &= ~state.writtenSlots[frameNumber];
            state = state.parent;
        }
    }

    void markWritten(int frameNumber, int slotNumber) {
        writtenSlots[frameNumber] |= 1L << slotNumber;
    }

    void record(int slotNumber, int previousSlot, int stackAccess, long linked) {
        history = HistoryStep.append(history, slotNumber, previousSlot, stackAccess, linked);
    }
}
