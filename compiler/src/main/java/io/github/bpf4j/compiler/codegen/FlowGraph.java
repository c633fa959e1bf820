/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.verifier.VerifiedProgram;
import io.github.bpf4j.compiler.verifier.VerifiedProgram.InstructionFacts;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapFlags;
import io.github.bpf4j.runtime.map.MapType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The control-flow graph of one function, of those instructions and edges only that the verifier reached. Immutable. */
final class FlowGraph {
    /** Longest basic block; longer ones are cut so that a large program can be split between any two blocks. */
    private static final int MAX_BLOCK = 128;

    /** Most memory accesses in a basic block, for the same reason. */
    private static final int MAX_ACCESSES = 24;

    /** No such block. */
    static final int NONE = -1;

    /**
     * A basic block.
     *
     * @param index position in {@link FlowGraph#blocks}
     * @param first slot of the first instruction
     * @param last slot of the last instruction
     * @param next block that control falls through to, or {@link #NONE}
     * @param taken block that the last instruction jumps to, or {@link #NONE}
     */
    record Block(int index, int first, int last, int next, int taken) {}

    private final VerifiedProgram program;
    private final VerifiedProgram.Subprogram function;
    private final List<Block> blocks = new ArrayList<>();
    private final int[] blockAt;
    private final @Nullable MapDefinition arena;

    FlowGraph(VerifiedProgram program, VerifiedProgram.Subprogram function) {
        this.program = program;
        this.function = function;
        this.blockAt = new int[function.end() - function.start()];
        this.arena = program.program().maps().stream()
                .map(BpfMap::definition)
                .filter(map -> map.type() == MapType.ARENA)
                .findFirst()
                .orElse(null);
        build();
    }

    /** The blocks in the order of {@link BlockOrder}; the first is the entry. */
    List<Block> blocks() {
        return blocks;
    }

    int start() {
        return function.start();
    }

    int end() {
        return function.end();
    }

    /** An instruction as it is to be done. */
    Instruction instruction(int slot) {
        Instruction written = program.program().instructions().get(slot);
        return arena == null || !reachable(slot) ? written : onArena(written, slot, arena);
    }

    /** Rewrites, as Linux does, what is written for 64 bits and works on the 32 bits of an arena pointer. */
    private Instruction onArena(Instruction written, int slot, MapDefinition map) {
        return switch (written) {
            case Instruction.Alu alu
            when facts(slot).arena() -> new Instruction.Alu(alu.op(), Instruction.Width.W32, alu.dst(), alu.src());
            case Instruction.AddrSpaceCast cast
            when cast.toKernel() || map.has(MapFlags.NO_USER_CONV) ->
                new Instruction.Mov(Instruction.Width.W32, cast.dst(), Instruction.Operand.register(cast.src()), 0);
            default -> written;
        };
    }

    boolean reachable(int slot) {
        return slot >= start() && slot < end() && program.instructions().get(slot) != null;
    }

    InstructionFacts facts(int slot) {
        return Objects.requireNonNull(program.instructions().get(slot));
    }

    /** The slot behind an instruction. */
    int after(int slot) {
        return slot + (instruction(slot) instanceof Instruction.LoadImm64 ? 2 : 1);
    }

    /** Slots of the jump target and the fall-through, {@link #NONE} where there is no such edge. */
    private int taken(int slot) {
        int target = switch (instruction(slot)) {
            case Instruction.Jump jump -> slot + 1 + jump.offset();
            case Instruction.MayGoto may -> slot + 1 + may.offset();
            case Instruction.Branch branch -> facts(slot).branchTaken() ? slot + 1 + branch.offset() : NONE;
            default -> NONE;
        };
        return target != NONE && reachable(target) ? target : NONE;
    }

    private int fallThrough(int slot) {
        int target = switch (instruction(slot)) {
            case Instruction.Jump jump -> NONE;
            case Instruction.Exit exit -> NONE;
            case Instruction.Branch branch -> facts(slot).branchNotTaken() ? slot + 1 : NONE;
            default -> after(slot);
        };
        return target != NONE && reachable(target) ? target : NONE;
    }

    private static boolean endsBlock(Instruction instruction) {
        return instruction instanceof Instruction.Jump
                || instruction instanceof Instruction.Branch
                || instruction instanceof Instruction.MayGoto
                || instruction instanceof Instruction.Exit;
    }

    private int accesses(int slot) {
        return switch (instruction(slot)) {
            case Instruction.Load load -> 1;
            case Instruction.Store store -> 1;
            case Instruction.Atomic atomic -> 1;
            case Instruction.LoadAcquire load -> 1;
            case Instruction.StoreRelease store -> 1;
            default -> 0;
        };
    }

    private void build() {
        boolean[] leader = new boolean[blockAt.length + 1];
        leader[0] = true;
        for (int slot = start(); slot < end(); slot = after(slot)) {
            if (reachable(slot) && endsBlock(instruction(slot))) {
                int taken = taken(slot);
                if (taken != NONE) {
                    leader[taken - start()] = true;
                }
                leader[after(slot) - start()] = true;
            }
        }
        List<int[]> ranges = new ArrayList<>();
        Arrays.fill(blockAt, NONE);
        int slot = start();
        while (slot < end()) {
            if (!reachable(slot)) {
                slot = after(slot);
                continue;
            }
            int first = slot;
            int last = slot;
            int length = 1;
            int accesses = accesses(slot);
            while (fallThrough(last) != NONE
                    && !endsBlock(instruction(last))
                    && !leader[after(last) - start()]
                    && length < MAX_BLOCK
                    && accesses < MAX_ACCESSES) {
                last = after(last);
                length++;
                accesses += accesses(last);
            }
            ranges.add(new int[] {first, last});
            slot = after(last);
        }
        addBlocks(ranges);
    }

    /** Adds the blocks with these first and last slots. */
    private void addBlocks(List<int[]> ranges) {
        number(ranges);
        int[][] successors = new int[ranges.size()][];
        for (int i = 0; i < successors.length; i++) {
            int last = ranges.get(i)[1];
            successors[i] = IntStream.of(blockOf(fallThrough(last)), blockOf(taken(last)))
                    .filter(block -> block != NONE)
                    .toArray();
        }
        List<int[]> ordered =
                Arrays.stream(BlockOrder.of(successors)).mapToObj(ranges::get).toList();
        number(ordered);
        for (int[] range : ordered) {
            blocks.add(new Block(
                    blocks.size(), range[0], range[1], blockOf(fallThrough(range[1])), blockOf(taken(range[1]))));
        }
    }

    private void number(List<int[]> ranges) {
        for (int i = 0; i < ranges.size(); i++) {
            blockAt[ranges.get(i)[0] - start()] = i;
        }
    }

    private int blockOf(int slot) {
        return slot == NONE ? NONE : blockAt[slot - start()];
    }
}
