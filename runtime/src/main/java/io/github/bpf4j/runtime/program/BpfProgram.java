/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.program;

import io.github.bpf4j.runtime.packet.SkBuff;
import java.lang.foreign.MemorySegment;

/**
 * A verified program compiled to JVM bytecode. Subclasses are generated. A program has no mutable state of its own: any number of
 * threads may run it at once, each with its own {@link ExecutionContext}.
 */
public abstract class BpfProgram {
    /** The verdict on a packet whose run failed. */
    private static final int BPF_DROP = 2;

    /** For generated subclasses. */
    protected BpfProgram() {}

    /**
     * The program's name, as in its object file.
     *
     * @return the function name
     */
    public abstract String name();

    /**
     * The program's type.
     *
     * @return the type
     */
    public abstract ProgramType type();

    /**
     * Runs the program once on one packet.
     *
     * @param context the calling worker's state; must not be in use by another thread
     * @param skb the packet
     * @return {@code r0} as the program left it; hooks look at its lower 32 bits only
     * @throws ProgramTrapException if a run-time check fired, which a verified program should never cause
     * @throws UnsupportedOperationException if this is a {@link ProgramType#RAW} program
     */
    public abstract long run(ExecutionContext context, SkBuff skb);

    /**
     * Runs the program on a vector of packets, storing the lower 32 bits of each {@code r0}. A packet on which a run-time check fires
     * gets the verdict {@code BPF_DROP} and is counted in {@link ExecutionContext#traps()}.
     *
     * @param context the calling worker's state
     * @param packets the packets; the first {@code count} are used, none of them null
     * @param count how many packets to run on
     * @param verdicts receives one return value per packet
     */
    public abstract void run(ExecutionContext context, SkBuff[] packets, int count, int[] verdicts);

    /**
     * Runs the program on packets that fill an array each, as {@link #run(ExecutionContext, SkBuff[], int, int[])} does on an
     * {@code SkBuff} that was made for that array just now: all metadata is zero. The program's stores into a packet are seen in its array; what else
     * it does to a packet (metadata, growing or shrinking it) is lost with the verdict's return. A program that reads its packet and asks for
     * nothing else runs without any {@code SkBuff}, which saves a cache line per packet; others use one of {@code context}.
     *
     * @param context the calling worker's state
     * @param packets the packets, each from its L3 header to the array's end; the first {@code count} are used, none of them null
     * @param count how many packets to run on
     * @param verdicts receives one return value per packet
     * @throws UnsupportedOperationException if this is a {@link ProgramType#RAW} program
     */
    public void run(ExecutionContext context, byte[][] packets, int count, int[] verdicts) {
        SkBuff skb = context.borrowedPacket();
        for (int i = 0; i < count; i++) {
            skb.reset(packets[i], 0, packets[i].length);
            skb.clearMetadata();
            try {
                verdicts[i] = (int) run(context, skb);
            } catch (ProgramTrapException trap) {
                verdicts[i] = BPF_DROP;
                context.countTrap(trap);
            }
        }
    }

    /**
     * Runs a {@link ProgramType#RAW} program over a buffer.
     *
     * @param context the calling worker's state
     * @param memory what {@code r1} points to; {@code r2} is its size in bytes
     * @return {@code r0}
     * @throws ProgramTrapException if an access is out of bounds
     * @throws UnsupportedOperationException if this is not a {@link ProgramType#RAW} program
     */
    public long run(ExecutionContext context, MemorySegment memory) {
        throw new UnsupportedOperationException(name() + " is a " + type() + " program and needs a packet");
    }

    /**
     * Runs the program as the target of a tail call: like {@link #run(ExecutionContext, SkBuff)}, in the caller's stack frame and
     * counting on the caller's tail calls.
     *
     * @param context the calling worker's state
     * @param skb the packet
     * @param frame the value of {@code r10}: an offset in {@link ExecutionContext#stack()}
     * @return {@code r0}
     */
    public long tailCall(ExecutionContext context, SkBuff skb, int frame) {
        return run(context, skb);
    }
}
