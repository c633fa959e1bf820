/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.ProgramStructure;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.runtime.map.MapType;
import java.util.BitSet;
import java.util.List;

/** The instructions in the form the hot loops want: a small number per slot to switch on, absolute jump targets, register sets. */
final class Code {
    static final byte ALU = 0;
    static final byte NEG = 1;
    static final byte MOV = 2;
    static final byte ADDR_SPACE_CAST = 3;
    static final byte SWAP = 4;
    static final byte LOAD = 5;
    static final byte STORE = 6;
    static final byte ATOMIC = 7;
    static final byte LOAD_ACQUIRE = 8;
    static final byte STORE_RELEASE = 9;
    static final byte LOAD_IMM64 = 10;
    static final byte SECOND_SLOT = 11;
    static final byte LEGACY_LOAD = 12;
    static final byte JUMP = 13;
    static final byte MAY_GOTO = 14;
    static final byte BRANCH = 15;
    static final byte CALL_HELPER = 16;
    static final byte CALL_SUBPROGRAM = 17;
    static final byte CALL_KFUNC = 18;
    static final byte EXIT = 19;

    final Program program;
    final Instruction[] instructions;
    final int length;
    final byte[] kinds;
    /** Target of a jump or subprogram call or function reference, else negative. Out of range until the control flow is checked. */
    final int[] targets;

    final boolean hasArena;

    /**
     * Takes a program apart.
     *
     * @param narrow slots of 64-bit arithmetic that is done in 32 bits
     */
    Code(Program program, BitSet narrow) {
        this.program = program;
        List<Instruction> list = program.instructions();
        length = list.size();
        instructions = list.toArray(new Instruction[0]);
        narrow.stream().forEach(slot -> instructions[slot] = narrow((Instruction.Alu) instructions[slot]));
        hasArena = program.maps().stream().anyMatch(map -> map.definition().type() == MapType.ARENA);
        kinds = new byte[length];
        targets = new int[length];
        for (int i = 0; i < length; i++) {
            kinds[i] = kind(instructions[i]);
            targets[i] = target(i, instructions[i]);
        }
    }

    private static Instruction narrow(Instruction.Alu alu) {
        boolean isShift = alu.op() == Instruction.AluOp.LSH
                || alu.op() == Instruction.AluOp.RSH
                || alu.op() == Instruction.AluOp.ARSH;
        Instruction.Operand src = isShift && !alu.src().isRegister()
                ? Instruction.Operand.immediate(alu.src().immediate() & Integer.SIZE - 1)
                : alu.src();
        return new Instruction.Alu(alu.op(), Instruction.Width.W32, alu.dst(), src);
    }

    private static byte kind(Instruction instruction) {
        return switch (instruction) {
            case Instruction.Alu ignored -> ALU;
            case Instruction.Neg ignored -> NEG;
            case Instruction.Mov ignored -> MOV;
            case Instruction.AddrSpaceCast ignored -> ADDR_SPACE_CAST;
            case Instruction.ByteSwap ignored -> SWAP;
            case Instruction.Load ignored -> LOAD;
            case Instruction.Store ignored -> STORE;
            case Instruction.Atomic ignored -> ATOMIC;
            case Instruction.LoadAcquire ignored -> LOAD_ACQUIRE;
            case Instruction.StoreRelease ignored -> STORE_RELEASE;
            case Instruction.LoadImm64 ignored -> LOAD_IMM64;
            case Instruction.SecondSlot ignored -> SECOND_SLOT;
            case Instruction.LegacyPacketLoad ignored -> LEGACY_LOAD;
            case Instruction.Jump ignored -> JUMP;
            case Instruction.MayGoto ignored -> MAY_GOTO;
            case Instruction.Branch ignored -> BRANCH;
            case Instruction.Call call ->
                switch (call.kind()) {
                    case HELPER -> CALL_HELPER;
                    case SUBPROGRAM -> CALL_SUBPROGRAM;
                    case KFUNC -> CALL_KFUNC;
                };
            case Instruction.Exit ignored -> EXIT;
        };
    }

    private static int target(int slot, Instruction instruction) {
        int jump = ProgramStructure.jumpTarget(instruction, slot);
        return jump >= 0 ? jump : ProgramStructure.functionTarget(instruction, slot);
    }

    /** Slots an instruction takes. */
    int width(int slot) {
        return kinds[slot] == LOAD_IMM64 ? 2 : 1;
    }

    /** Registers an instruction reads, as a bit set. */
    int reads(int slot) {
        return switch (instructions[slot]) {
            case Instruction.Alu i -> bit(i.dst()) | bit(i.src());
            case Instruction.Neg i -> bit(i.dst());
            case Instruction.Mov i -> bit(i.src());
            case Instruction.AddrSpaceCast i -> bit(i.src());
            case Instruction.ByteSwap i -> bit(i.dst());
            case Instruction.Load i -> bit(i.base());
            case Instruction.Store i -> bit(i.base()) | bit(i.src());
            case Instruction.Atomic i ->
                bit(i.base()) | bit(i.src()) | (i.op() == Instruction.AtomicOp.CMPXCHG ? 1 : 0);
            // from an arena's page that is not there, it leaves its register alone
            case Instruction.LoadAcquire i -> bit(i.base()) | (hasArena ? bit(i.dst()) : 0);
            case Instruction.StoreRelease i -> bit(i.base()) | bit(i.src());
            case Instruction.LoadImm64 i -> 0;
            case Instruction.SecondSlot i -> 0;
            case Instruction.LegacyPacketLoad i -> 1 << 6 | (i.src() >= 0 ? bit(i.src()) : 0);
            case Instruction.Jump i -> 0;
            case Instruction.MayGoto i -> 0;
            case Instruction.Branch i -> bit(i.dst()) | bit(i.src());
            case Instruction.Call i -> 0b111110;
            case Instruction.Exit i -> 1;
        };
    }

    /** Registers an instruction writes or destroys, as a bit set. */
    int writes(int slot) {
        return switch (instructions[slot]) {
            case Instruction.Alu i -> bit(i.dst());
            case Instruction.Neg i -> bit(i.dst());
            case Instruction.Mov i -> bit(i.dst());
            case Instruction.AddrSpaceCast i -> bit(i.dst());
            case Instruction.ByteSwap i -> bit(i.dst());
            case Instruction.Load i -> bit(i.dst());
            case Instruction.Store i -> 0;
            case Instruction.Atomic i ->
                !i.fetch() && i.op() != Instruction.AtomicOp.CMPXCHG && i.op() != Instruction.AtomicOp.XCHG
                        ? 0
                        : i.op() == Instruction.AtomicOp.CMPXCHG ? 1 : bit(i.src());
            case Instruction.LoadAcquire i -> bit(i.dst());
            case Instruction.StoreRelease i -> 0;
            case Instruction.LoadImm64 i -> bit(i.dst());
            case Instruction.SecondSlot i -> 0;
            case Instruction.LegacyPacketLoad i -> 0b111111;
            case Instruction.Jump i -> 0;
            case Instruction.MayGoto i -> 0;
            case Instruction.Branch i -> 0;
            case Instruction.Call i -> 0b111111;
            case Instruction.Exit i -> 0;
        };
    }

    private static int bit(int register) {
        return 1 << register;
    }

    private static int bit(Instruction.Operand operand) {
        return operand.isRegister() ? 1 << operand.register() : 0;
    }
}
