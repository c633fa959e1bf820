/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.Alu;
import io.github.bpf4j.compiler.isa.Instruction.AluOp;
import io.github.bpf4j.compiler.isa.Instruction.Operand;
import io.github.bpf4j.compiler.isa.Instruction.Width;
import io.github.bpf4j.compiler.verifier.RegisterFact;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds sums with a constant that are rotated, as hash functions have them. C2 puts a rotate together again from the shifts that eBPF has
 * for it, but it also moves constants outwards, {@code (x + c) << n} becoming {@code (x << n) + (c << n)} and {@code (x + c) + y} becoming
 * {@code (x + y) + c}: rotates of such sums stay shifts, and the constant is added again wherever the sum is used. It cannot where it does
 * not know the constant. Immutable.
 */
final class RotatedSums {
    /** Loop counters and offsets must stay visible; the constants of hash functions are larger. */
    private static final int LARGEST_STEP = Short.MAX_VALUE;

    /** The number of no value. */
    private static final int NONE = -1;

    private final BitSet slots = new BitSet();

    RotatedSums(FlowGraph graph, Effects effects) {
        for (FlowGraph.Block block : graph.blocks()) {
            new Search(graph, effects, block.first()).run(block);
        }
    }

    /** Whether the instruction at a slot adds or subtracts a large constant, and its result is rotated by itself or in a sum. */
    boolean contains(int slot) {
        return slots.get(slot);
    }

    /**
     * A shift by a constant.
     *
     * @param value the number of the value that is shifted
     */
    private record Shift(int value, AluOp op, Width width, int distance) {
        /** Whether these two shifts are the halves of a rotate. */
        boolean completes(Shift other) {
            int bits = width == Width.W64 ? Long.SIZE : Integer.SIZE;
            return value == other.value
                    && width == other.width
                    && op != other.op
                    && distance > 0
                    && other.distance > 0
                    && distance + other.distance == bits;
        }
    }

    /** Numbers the values that registers have within one block: registers that hold the same have the same number. */
    private final class Search {
        private final FlowGraph graph;
        private final Effects effects;
        private final int start;
        private final int[] whole = new int[11];
        private final int[] low = new int[11];
        private final Map<Integer, Shift> shifts = new HashMap<>();
        /** By the number of a sum, the instructions that added a constant to it, from the block's start. */
        private final Map<Integer, BitSet> constants = new HashMap<>();

        private int numbers;

        Search(FlowGraph graph, Effects effects, int start) {
            this.graph = graph;
            this.effects = effects;
            this.start = start;
            Arrays.setAll(whole, register -> numbers++);
            Arrays.setAll(low, register -> numbers++);
        }

        private int number(int register, Width width) {
            return width == Width.W64 ? whole[register] : low[register];
        }

        private int number(Operand operand, Width width) {
            return operand.isRegister() ? number(operand.register(), width) : NONE;
        }

        void run(FlowGraph.Block block) {
            for (int slot = block.first(); slot <= block.last(); slot = graph.after(slot)) {
                switch (graph.instruction(slot)) {
                    case Instruction.Mov mov when mov.src().isRegister() && mov.signExtendFrom() == 0 -> move(mov);
                    case Alu alu -> arithmetic(slot, alu);
                    default -> define(effects.killed(slot));
                }
            }
        }

        private void define(long registers) {
            for (long rest = registers & 0x3ff; rest != 0; rest &= rest - 1) {
                int register = Long.numberOfTrailingZeros(rest);
                whole[register] = numbers++;
                low[register] = numbers++;
            }
        }

        private void move(Instruction.Mov mov) {
            int src = mov.src().register();
            whole[mov.dst()] = mov.width() == Width.W64 ? whole[src] : numbers++;
            low[mov.dst()] = low[src];
        }

        private void arithmetic(int slot, Alu alu) {
            int value = number(alu.dst(), alu.width());
            int other = number(alu.src(), alu.width());
            switch (alu.op()) {
                case ADD, SUB -> {
                    BitSet added = new BitSet();
                    added.or(constants.getOrDefault(value, added));
                    added.or(constants.getOrDefault(other, added));
                    Long left = constant(slot, Operand.register(alu.dst()));
                    Long right = constant(slot, alu.src());
                    if (isLarge(left) && right == null || isLarge(right) && left == null) {
                        added.set(slot - start);
                    }
                    define(1L << alu.dst());
                    constants.put(whole[alu.dst()], added);
                    constants.put(low[alu.dst()], added);
                }
                case LSH, RSH -> {
                    define(1L << alu.dst());
                    if (!alu.src().isRegister()) {
                        shifts.put(
                                number(alu.dst(), alu.width()),
                                new Shift(
                                        value, alu.op(), alu.width(), alu.src().immediate()));
                    }
                }
                case OR -> {
                    rotate(shifts.get(value), shifts.get(other));
                    define(1L << alu.dst());
                }
                default -> define(1L << alu.dst());
            }
        }

        private void rotate(@Nullable Shift one, @Nullable Shift other) {
            if (one != null && other != null && one.completes(other)) {
                BitSet added = constants.get(one.value);
                if (added != null) {
                    added.stream().forEach(slot -> slots.set(start + slot));
                }
            }
        }

        private @Nullable Long constant(int slot, Operand operand) {
            if (!operand.isRegister()) {
                return (long) operand.immediate();
            }
            return graph.facts(slot).registers().get(operand.register()) instanceof RegisterFact.Scalar scalar
                            && scalar.isConstant()
                    ? scalar.tnumValue()
                    : null;
        }

        private static boolean isLarge(@Nullable Long constant) {
            return constant != null && (constant > LARGEST_STEP || constant < -LARGEST_STEP);
        }
    }
}
