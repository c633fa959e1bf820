/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.diagnosis;

import io.github.bpf4j.compiler.interpreter.Interpreter;
import io.github.bpf4j.compiler.interpreter.Value;
import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.Operand;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.runtime.packet.SkBuff;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Watches one run: which branches it took, which packet bytes it compared with what, and which packet lengths it checked. */
final class PacketRun implements Interpreter.Observer {
    private static final int REGISTERS = 11;

    /**
     * A comparison of a number that stems from packet bytes.
     *
     * @param offset of the bytes in the packet
     * @param size how many
     * @param candidates little-endian values of those bytes that may change the outcome
     */
    record Comparison(int offset, int size, List<Long> candidates) {}

    /** Where a register's number comes from. */
    private record Origin(int offset, int size) {}

    private final Program program;
    private final int target;
    private final @Nullable Origin[] origins = new @Nullable Origin[REGISTERS];
    private final Set<Integer> edges = new HashSet<>();
    private final Set<Integer> lengths = new LinkedHashSet<>();
    private final List<Comparison> comparisons = new ArrayList<>();
    private @Nullable SkBuff skb;
    private int previous = -1;

    PacketRun(Program program, int target) {
        this.program = program;
        this.target = target;
    }

    void start(SkBuff packet) {
        this.skb = packet;
    }

    /** The branches taken, each a number made of both slots. */
    Set<Integer> edges() {
        return edges;
    }

    /** Packet lengths at which a checked or accessed pointer would be the end of the packet. */
    Set<Integer> lengths() {
        return lengths;
    }

    List<Comparison> comparisons() {
        return comparisons;
    }

    @Override
    public void before(int frame, int slot, @Nullable Value[] registers) {
        edges.add(previous * 31_337 + slot);
        previous = slot;
        switch (program.instructions().get(slot)) {
            case Instruction.Load load -> {
                Integer offset = packetOffset(registers[load.base()]);
                origins[load.dst()] = offset == null
                        ? null
                        : new Origin(offset + load.offset(), load.size().bytes());
                if (offset != null && slot == target) {
                    lengths.add(offset + load.offset());
                }
            }
            case Instruction.Mov mov ->
                origins[mov.dst()] = mov.src().isRegister() ? origins[mov.src().register()] : null;
            case Instruction.Alu alu -> {
                if (alu.src().isRegister() && origins[alu.dst()] == null) {
                    origins[alu.dst()] = origins[alu.src().register()];
                }
            }
            case Instruction.LoadImm64 load -> origins[load.dst()] = null;
            case Instruction.Call ignored -> {
                for (int i = 0; i <= 5; i++) {
                    origins[i] = null;
                }
            }
            case Instruction.Branch branch -> compare(branch, registers);
            default -> {}
        }
    }

    private void compare(Instruction.Branch branch, @Nullable Value[] registers) {
        Operand src = branch.src();
        Integer left = packetOffset(registers[branch.dst()]);
        Integer right = src.isRegister() ? packetOffset(registers[src.register()]) : null;
        if (left != null) {
            lengths.add(left);
        }
        if (right != null) {
            lengths.add(right);
        }
        Origin origin = origins[branch.dst()];
        Value other = src.isRegister() ? registers[src.register()] : null;
        long constant = src.isRegister() ? other == null ? 0 : other.number() : src.immediate();
        if (origin == null && src.isRegister()) {
            origin = origins[src.register()];
            Value value = registers[branch.dst()];
            constant = value == null ? 0 : value.number();
        }
        if (origin != null) {
            comparisons.add(new Comparison(origin.offset(), origin.size(), candidates(constant, origin.size())));
        }
    }

    /** All values of a byte; for wider fields those around the constant, in both byte orders and at the usual shifts. */
    private static List<Long> candidates(long constant, int size) {
        Set<Long> values = new LinkedHashSet<>();
        if (size == 1) {
            for (long i = 0; i < 256; i++) {
                values.add(i);
            }
            return List.copyOf(values);
        }
        for (long delta = -1; delta <= 1; delta++) {
            for (int shift : new int[] {0, 2, 4, 8}) {
                for (long value : new long[] {(constant + delta) << shift, (constant + delta) >>> shift}) {
                    values.add(value);
                    values.add(Long.reverseBytes(value) >>> (64 - 8 * size));
                }
            }
        }
        return List.copyOf(values);
    }

    private @Nullable Integer packetOffset(@Nullable Value value) {
        if (value == null || skb == null || !(value.base() instanceof MemorySegment memory)) {
            return null;
        }
        return memory.equals(skb.memory()) ? (int) (value.number() - skb.data()) : null;
    }
}
