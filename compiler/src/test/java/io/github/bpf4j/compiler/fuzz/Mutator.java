/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.*;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Small random changes of programs: another register, offset, constant, width, operation; a line left out, doubled or moved. */
final class Mutator {
    private static final int[] CONSTANTS = {
        0, 1, -1, 2, 4, 7, 8, 15, 16, 31, 32, 63, 64, 255, 512, -8, -512, 65535, 1 << 29, Integer.MAX_VALUE
    };
    private static final int[] DELTAS = {-64, -8, -4, -2, -1, 1, 2, 4, 8, 64};

    private final Random random;

    Mutator(Random random) {
        this.random = random;
    }

    /** One to three changes. The result may be malformed in its jumps, not in its instructions. */
    List<Instruction> mutate(List<Instruction> program) {
        List<Instruction> result = new ArrayList<>(program);
        for (int i = 1 + random.nextInt(3); i > 0 && !result.isEmpty(); i--) {
            change(result);
        }
        return result;
    }

    private void change(List<Instruction> program) {
        int at = random.nextInt(program.size());
        Instruction instruction = program.get(at);
        if (instruction instanceof SecondSlot || instruction instanceof LoadImm64) {
            return;
        }
        switch (random.nextInt(12)) {
            case 0 -> replaceByNothing(program, at);
            case 1 -> {
                Instruction other = program.get(random.nextInt(program.size()));
                program.set(at, isPlain(other) ? other : instruction);
            }
            case 2 -> swap(program, at);
            case 3 -> program.set(at, new Mov(width(), register(), Operand.register(random.nextInt(11)), 0));
            default -> program.set(at, variant(instruction));
        }
    }

    private static boolean isPlain(Instruction instruction) {
        return !(instruction instanceof SecondSlot) && !(instruction instanceof LoadImm64);
    }

    /** Jump offsets stay right if the line becomes a jump to the next one. */
    private static void replaceByNothing(List<Instruction> program, int at) {
        program.set(at, new Jump(0, false));
    }

    private static void swap(List<Instruction> program, int at) {
        if (at + 1 < program.size() && isPlain(program.get(at + 1))) {
            Instruction first = program.get(at);
            program.set(at, program.get(at + 1));
            program.set(at + 1, first);
        }
    }

    private Instruction variant(Instruction instruction) {
        return switch (instruction) {
            case Alu alu ->
                switch (random.nextInt(4)) {
                    case 0 -> new Alu(pick(AluOp.values()), alu.width(), alu.dst(), alu.src());
                    case 1 -> new Alu(alu.op(), width(), alu.dst(), alu.src());
                    case 2 -> new Alu(alu.op(), alu.width(), register(), alu.src());
                    default -> new Alu(alu.op(), alu.width(), alu.dst(), operand(alu.src()));
                };
            case Neg neg -> new Neg(width(), neg.dst());
            case Mov mov ->
                switch (random.nextInt(3)) {
                    case 0 -> new Mov(width(), mov.dst(), mov.src(), 0);
                    case 1 -> new Mov(mov.width(), register(), mov.src(), mov.signExtendFrom());
                    default -> new Mov(mov.width(), mov.dst(), operand(mov.src()), 0);
                };
            case ByteSwap swap -> new ByteSwap(pick(Swap.values()), 16 << random.nextInt(3), swap.dst());
            case Load load ->
                switch (random.nextInt(4)) {
                    case 0 -> new Load(pick(Size.values()), false, load.dst(), load.base(), load.offset());
                    case 1 ->
                        new Load(
                                load.size(),
                                load.size() != Size.DW && random.nextBoolean(),
                                register(),
                                load.base(),
                                load.offset());
                    case 2 -> new Load(load.size(), load.signed(), load.dst(), random.nextInt(11), load.offset());
                    default -> new Load(load.size(), load.signed(), load.dst(), load.base(), offset(load.offset()));
                };
            case Store store ->
                switch (random.nextInt(4)) {
                    case 0 -> new Store(pick(Size.values()), store.base(), store.offset(), store.src());
                    case 1 -> new Store(store.size(), random.nextInt(11), store.offset(), store.src());
                    case 2 -> new Store(store.size(), store.base(), store.offset(), operand(store.src()));
                    default -> new Store(store.size(), store.base(), offset(store.offset()), store.src());
                };
            case Atomic atomic ->
                new Atomic(
                        pick(AtomicOp.values()),
                        true,
                        random.nextBoolean() ? Size.W : Size.DW,
                        atomic.base(),
                        offset(atomic.offset()),
                        register());
            case Branch branch ->
                switch (random.nextInt(4)) {
                    case 0 ->
                        new Branch(
                                pick(Condition.values()), branch.width(), branch.dst(), branch.src(), branch.offset());
                    case 1 -> new Branch(branch.condition(), width(), branch.dst(), branch.src(), branch.offset());
                    case 2 ->
                        new Branch(
                                branch.condition(), branch.width(), random.nextInt(11), branch.src(), branch.offset());
                    default ->
                        new Branch(
                                branch.condition(),
                                branch.width(),
                                branch.dst(),
                                operand(branch.src()),
                                branch.offset());
                };
            case Jump jump -> new Jump((short) (jump.offset() + random.nextInt(3) - 1), false);
            case MayGoto may -> new MayGoto((short) (may.offset() + random.nextInt(3) - 1));
            case LoadAcquire load ->
                new LoadAcquire(pick(Size.values()), register(), load.base(), offset(load.offset()));
            case StoreRelease store ->
                new StoreRelease(pick(Size.values()), store.base(), offset(store.offset()), register());
            case AddrSpaceCast same -> same;
            case LegacyPacketLoad same -> same;
            case Call same -> same;
            case Exit same -> same;
            case LoadImm64 same -> same;
            case SecondSlot same -> same;
        };
    }

    private Operand operand(Operand old) {
        if (random.nextInt(3) == 0) {
            return Operand.register(random.nextInt(11));
        }
        int value = old.isRegister() || random.nextBoolean()
                ? CONSTANTS[random.nextInt(CONSTANTS.length)]
                : old.immediate() + DELTAS[random.nextInt(DELTAS.length)];
        return Operand.immediate(value);
    }

    private int offset(int old) {
        return (short) (old + DELTAS[random.nextInt(DELTAS.length)]);
    }

    private int register() {
        return random.nextInt(10);
    }

    private Width width() {
        return random.nextBoolean() ? Width.W32 : Width.W64;
    }

    private <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
