/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.program;

import io.github.bpf4j.runtime.map.StorageOwner;
import io.github.bpf4j.runtime.packet.SkBuff;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The state of one worker, which plays the part of a CPU: its number, the stack frames of the program it runs, and the places where
 * helpers leave what does not fit in one {@code long}. Not thread-safe: one context belongs to one thread at a time. Nothing in it is
 * allocated per packet.
 */
public final class ExecutionContext {
    /** Bytes in one stack frame (RFC 9669 leaves it open; Linux has 512). */
    public static final int FRAME_SIZE = 512;

    /** Frames in the call chain, as in Linux. */
    public static final int MAX_FRAMES = 8;

    /** Frames reserved in all: one call chain, then callback chains that helpers start on top of it. */
    private static final int FRAMES = 2 * MAX_FRAMES;

    /** Tail calls in one run, as in Linux. */
    public static final int MAX_TAIL_CALLS = 33;

    /** Values that a program too large for one method carries from one of its methods to the next. */
    private static final int CARRIED = 80;

    private final int cpu;
    private final StorageOwner task = new StorageOwner(StorageOwner.Kind.TASK);
    private final MemorySegment stack;
    private final @Nullable Object[] stackReferences = new @Nullable Object[FRAMES * FRAME_SIZE / Long.BYTES];
    private final long[] carriedNumbers = new long[CARRIED];
    private final @Nullable Object[] carriedBases = new @Nullable Object[CARRIED];
    private @Nullable SkBuff skb;
    private @Nullable Object resultBase;
    private int callbackFrame = FRAME_SIZE;
    private int tailCalls;
    private long traps;
    private @Nullable ProgramTrapException lastTrap;
    private NetworkStack network = NetworkStack.NONE;
    private Environment environment = Environment.DEFAULT;
    private final HelperScratch scratch = new HelperScratch();
    private final SkBuff borrowedPacket = new SkBuff(new byte[0], 0, 0);

    /**
     * Creates the state of a worker.
     *
     * @param cpu the number that {@code bpf_get_smp_processor_id} returns and per-CPU maps are indexed by, from 0
     */
    public ExecutionContext(int cpu) {
        if (cpu < 0) {
            throw new IllegalArgumentException("CPU number " + cpu + " is negative");
        }
        this.cpu = cpu;
        this.stack = Arena.ofAuto().allocate((long) FRAMES * FRAME_SIZE, Long.BYTES);
    }

    /**
     * The worker's CPU number.
     *
     * @return the number, from 0
     */
    public int cpu() {
        return cpu;
    }

    /**
     * The task that programs on this worker run in ({@code bpf_get_current_task_btf}), owner of its values in maps of task storage. Each worker
     * is a task of its own, whatever number and name the {@link Environment} gives it, as each CPU in Linux has an idle task of number 0.
     *
     * @return the same object always
     */
    public StorageOwner task() {
        return task;
    }

    /**
     * The control group of {@link #task}, as the environment has it.
     *
     * @return the owner of the group's values in maps of cgroup storage
     */
    public StorageOwner cgroup() {
        return environment.cgroups().current();
    }

    /**
     * The memory of all stack frames: frame {@code n} is bytes {@code n * 512} to {@code (n + 1) * 512 - 1}, and {@code r10} in it is the
     * offset {@code (n + 1) * 512}. A pointer to the stack is this segment and an offset.
     *
     * @return a native segment
     */
    public MemorySegment stack() {
        return stack;
    }

    /**
     * What cannot be stored in the bytes of a stack slot: the base object of a spilled pointer, a dynptr, an iterator. Entry {@code i}
     * belongs to the eight bytes of {@link #stack()} at {@code 8 * i}.
     *
     * @return the live array
     */
    public @Nullable Object[] stackReferences() {
        return stackReferences;
    }

    /**
     * The packet being processed, for callbacks and helpers that do not receive the context as an argument.
     *
     * @return the packet, or null outside a run
     */
    public @Nullable SkBuff skb() {
        return skb;
    }

    /**
     * Sets the packet being processed.
     *
     * @param skb the packet, or null
     */
    public void setSkb(@Nullable SkBuff skb) {
        this.skb = skb;
    }

    /** The buffer that packets without one of their own take turns in. */
    SkBuff borrowedPacket() {
        return borrowedPacket;
    }

    /**
     * The base object of the pointer that the last pointer-returning helper returned; the helper's {@code long} result is the offset.
     *
     * @return the base, or null if the helper returned NULL
     */
    public @Nullable Object resultBase() {
        return resultBase;
    }

    /**
     * Leaves the base object of a returned pointer.
     *
     * @param base the base, or null for NULL
     */
    public void setResultBase(@Nullable Object base) {
        this.resultBase = base;
    }

    /**
     * How many packets were dropped because a run-time check fired.
     *
     * @return the count since creation
     */
    public long traps() {
        return traps;
    }

    /** Counts a packet dropped because a run-time check fired. */
    public void countTrap() {
        traps++;
    }

    /**
     * Counts a packet dropped because a run-time check fired, and keeps the reason.
     *
     * @param trap what happened
     */
    public void countTrap(ProgramTrapException trap) {
        traps++;
        lastTrap = trap;
    }

    /**
     * Why the last packet that was dropped because of a run-time check was dropped.
     *
     * @return the trap, or null if there was none
     */
    public @Nullable ProgramTrapException lastTrap() {
        return lastTrap;
    }

    /**
     * The memory of the packet being processed if it is a heap array; for generated code.
     *
     * @return the array; null for other memory or outside a run
     */
    public byte @Nullable [] packetArray() {
        SkBuff packet = skb;
        return packet == null ? null : packet.array();
    }

    /**
     * The network stack around the program.
     *
     * @return routes and devices; {@link NetworkStack#NONE} outside a pipeline
     */
    public NetworkStack network() {
        return network;
    }

    /**
     * Sets the network stack around the program.
     *
     * @param network routes and devices
     */
    public void setNetwork(NetworkStack network) {
        this.network = network;
    }

    /**
     * What helpers ask about time, randomness, the current task and where trace messages go.
     *
     * @return the environment; {@link Environment#DEFAULT} if none was set
     */
    public Environment environment() {
        return environment;
    }

    /**
     * Sets what helpers ask about time, randomness, the current task and where trace messages go.
     *
     * @param environment the environment
     */
    public void setEnvironment(Environment environment) {
        this.environment = environment;
    }

    /**
     * Working memory of helpers.
     *
     * @return this worker's buffers
     */
    public HelperScratch scratch() {
        return scratch;
    }

    /**
     * The stack frame that a callback called by a helper gets. Generated code sets it before it calls a helper with a callback.
     *
     * @return the value of {@code r10} in the callback: an offset in {@link #stack()}
     */
    public int callbackFrame() {
        return callbackFrame;
    }

    /**
     * Sets the stack frame that a callback gets.
     *
     * @param callbackFrame the value of {@code r10} in the callback
     */
    public void setCallbackFrame(int callbackFrame) {
        this.callbackFrame = callbackFrame;
    }

    /** Starts counting tail calls anew; generated code calls it when a program that makes tail calls starts to run. */
    public void resetTailCalls() {
        tailCalls = 0;
    }

    /**
     * Counts a tail call.
     *
     * @return false if the run has made {@link #MAX_TAIL_CALLS} already, so that this one must not happen
     */
    public boolean countTailCall() {
        if (tailCalls >= MAX_TAIL_CALLS) {
            return false;
        }
        tailCalls++;
        return true;
    }

    /**
     * Registers and stack slots on their way between the methods of a large program; for generated code.
     *
     * @return the live array
     */
    public long[] carriedNumbers() {
        return carriedNumbers;
    }

    /**
     * Base objects on their way between the methods of a large program; for generated code.
     *
     * @return the live array
     */
    public @Nullable Object[] carriedBases() {
        return carriedBases;
    }
}
