/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import io.github.bpf4j.compiler.load.Program;
import java.util.BitSet;
import java.util.List;

/**
 * A program the verifier accepted, with the facts that code generation may lean on, joined over all paths. Immutable.
 *
 * @param program what was verified
 * @param subprograms entry first, then subprograms ordered by slot
 * @param instructions facts by slot; null for slots that no path reaches
 * @param statistics what the verification cost
 */
public record VerifiedProgram(
        Program program,
        List<Subprogram> subprograms,
        List<@org.jspecify.annotations.Nullable InstructionFacts> instructions,
        Statistics statistics) {

    /**
     * A function of the program.
     *
     * @param start slot of its first instruction
     * @param end slot behind its last instruction
     * @param name its name; generated if the object has none
     * @param isCallback whether a helper calls it
     * @param stackDepth bytes of its frame that it uses, 0 to 512
     * @param memoryStackBytes bytes of its frame that are reached other than by a load or store of this function with one constant
     *     offset: by helpers, by variable offset, by atomics, from another frame. Bit {@code i} is the byte at {@code r10 - 512 + i}.
     *     All other bytes may live in JVM locals. In {@link InstructionFacts} terms: an access whose fact has no constant offset, or a
     *     different frame, sets bits here too
     */
    public record Subprogram(
            int start, int end, String name, boolean isCallback, int stackDepth, BitSet memoryStackBytes) {}

    /**
     * Facts before one reachable instruction.
     *
     * @param registers facts of {@code r0} to {@code r10}
     * @param branchTaken for a conditional jump, whether some path takes it; else true
     * @param branchNotTaken for a conditional jump, whether some path falls through; else true
     * @param arena whether the instruction has an arena pointer, which is a scalar: a load, store or atomic operation for address, on
     *     every path; arithmetic for an operand, on some path, and then it is done in 32 bits on all of them
     */
    public record InstructionFacts(
            List<RegisterFact> registers, boolean branchTaken, boolean branchNotTaken, boolean arena) {}

    /**
     * What the verification cost.
     *
     * @param processedInstructions instructions interpreted, over all paths
     * @param maxStatesPerInstruction most states kept at one instruction when another was added
     * @param totalStates states kept for pruning
     * @param peakStates most states kept at one time
     * @param nanoseconds wall-clock time
     */
    public record Statistics(
            long processedInstructions,
            int maxStatesPerInstruction,
            int totalStates,
            int peakStates,
            long nanoseconds) {}
}
