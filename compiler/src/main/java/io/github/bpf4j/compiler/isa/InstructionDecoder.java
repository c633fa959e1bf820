/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.isa;

import static io.github.bpf4j.compiler.isa.Opcodes.*;

import io.github.bpf4j.compiler.isa.Instruction.*;
import io.github.bpf4j.compiler.isa.InstructionFormatException.Reason;
import java.util.ArrayList;
import java.util.List;

/**
 * From bytes to instructions. Every field that an instruction does not use is checked to be zero, so that
 * {@link InstructionEncoder} is the exact inverse. How instructions are put together is checked by {@link ProgramStructure}.
 */
public final class InstructionDecoder {
    /** Bytes in a slot. */
    public static final int SLOT_BYTES = 8;

    private static final Imm64Kind[] IMM64_KINDS = Imm64Kind.values();

    private final byte[] code;
    private final int base;

    private int slot;
    private int opcode;
    private int dst;
    private int src;
    private int off;
    private int imm;

    private InstructionDecoder(byte[] code, int base) {
        this.code = code;
        this.base = base;
    }

    /**
     * Decodes a program.
     *
     * @param code little-endian instructions
     * @return the instructions by slot; immutable
     * @throws InstructionFormatException if an instruction is malformed
     */
    public static List<Instruction> decode(byte[] code) {
        return decode(code, 0, code.length);
    }

    /**
     * Decodes a part of an array.
     *
     * @param code memory with little-endian instructions
     * @param offset where they start, in bytes
     * @param length how long they are, in bytes
     * @return the instructions by slot; immutable
     * @throws InstructionFormatException if an instruction is malformed
     * @throws IndexOutOfBoundsException if the part does not lie inside the array
     */
    public static List<Instruction> decode(byte[] code, int offset, int length) {
        java.util.Objects.checkFromIndexSize(offset, length, code.length);
        if (length % SLOT_BYTES != 0) {
            throw new InstructionFormatException(
                    length / SLOT_BYTES,
                    Reason.TRUNCATED_CODE,
                    "program length " + length + " is not a multiple of " + SLOT_BYTES + " bytes");
        }
        InstructionDecoder decoder = new InstructionDecoder(code, offset);
        int slots = length / SLOT_BYTES;
        List<Instruction> instructions = new ArrayList<>(slots);
        for (int slot = 0; slot < slots; slot++) {
            decoder.read(slot);
            if (decoder.opcode == LD_IMM64) {
                if (slot + 1 == slots) {
                    throw decoder.error(Reason.INCOMPLETE_LD_IMM64, "invalid bpf_ld_imm64 insn");
                }
                instructions.add(decoder.loadImm64());
                instructions.add(SecondSlot.INSTANCE);
                slot++;
            } else {
                instructions.add(decoder.instruction());
            }
        }
        return List.copyOf(instructions);
    }

    private void read(int index) {
        int at = base + index * SLOT_BYTES;
        slot = index;
        opcode = code[at] & 0xff;
        dst = code[at + 1] & 0xf;
        src = (code[at + 1] >> 4) & 0xf;
        off = (short) ((code[at + 2] & 0xff) | code[at + 3] << 8);
        imm = (code[at + 4] & 0xff) | (code[at + 5] & 0xff) << 8 | (code[at + 6] & 0xff) << 16 | code[at + 7] << 24;
    }

    private Instruction instruction() {
        return switch (opcode & 7) {
            case CLASS_LD -> legacyLoad();
            case CLASS_LDX -> load();
            case CLASS_ST -> storeImmediate();
            case CLASS_STX -> storeRegister();
            case CLASS_ALU -> alu(Width.W32);
            case CLASS_ALU64 -> alu(Width.W64);
            case CLASS_JMP -> jump(Width.W64);
            default -> jump(Width.W32);
        };
    }

    private Instruction loadImm64() {
        int firstSlot = slot;
        int register = writable(dst);
        int kind = src;
        int first = imm;
        require(off == 0, "BPF_LD_IMM64");
        read(firstSlot + 1);
        boolean second = opcode == 0 && dst == 0 && src == 0 && off == 0;
        int next = imm;
        slot = firstSlot;
        if (!second) {
            throw error(Reason.INCOMPLETE_LD_IMM64, "invalid bpf_ld_imm64 insn");
        }
        if (kind >= IMM64_KINDS.length || (next != 0 && !usesNext(IMM64_KINDS[kind]))) {
            throw error(Reason.UNKNOWN_LD_IMM64_SOURCE, "unrecognized bpf_ld_imm64 insn");
        }
        return new LoadImm64(IMM64_KINDS[kind], register, first, next);
    }

    private static boolean usesNext(Imm64Kind kind) {
        return switch (kind) {
            case VALUE, MAP_VALUE, MAP_IDX_VALUE, BTF_ID -> true;
            case MAP_FD, MAP_IDX, FUNC -> false;
        };
    }

    private Instruction legacyLoad() {
        int mode = opcode & 0xe0;
        if (mode != MODE_ABS && mode != MODE_IND) {
            throw unknownOpcode();
        }
        Size size = size(opcode);
        requireOpcode(size != Size.DW);
        require(dst == 0 && off == 0 && (mode == MODE_IND || src == 0), "BPF_LD_[ABS|IND]");
        return new LegacyPacketLoad(size, mode == MODE_IND ? readable(src) : -1, imm);
    }

    private Instruction load() {
        int mode = opcode & 0xe0;
        Size size = size(opcode);
        boolean signed = mode == MODE_MEMSX && size != Size.DW;
        requireOpcode(mode == MODE_MEM || signed);
        require(imm == 0, "BPF_LDX");
        return new Load(size, signed, writable(dst), readable(src), off);
    }

    private Instruction storeImmediate() {
        requireOpcode((opcode & 0xe0) == MODE_MEM);
        require(src == 0, "BPF_ST");
        return new Store(size(opcode), readable(dst), off, Operand.immediate(imm));
    }

    private Instruction storeRegister() {
        int mode = opcode & 0xe0;
        if (mode == MODE_ATOMIC) {
            return atomic();
        }
        requireOpcode(mode == MODE_MEM);
        require(imm == 0, "BPF_STX");
        return new Store(size(opcode), readable(dst), off, Operand.register(readable(src)));
    }

    private Instruction atomic() {
        Size size = size(opcode);
        if (imm == ATOMIC_LOAD_ACQUIRE) {
            return new LoadAcquire(size, writable(dst), readable(src), off);
        }
        if (imm == ATOMIC_STORE_RELEASE) {
            return new StoreRelease(size, readable(dst), off, readable(src));
        }
        AtomicOp op = atomicOp(imm);
        if (op == null) {
            throw error(Reason.UNKNOWN_ATOMIC, "BPF_ATOMIC uses invalid atomic opcode %02x".formatted(imm));
        }
        if (size != Size.W && size != Size.DW) {
            throw error(Reason.ATOMIC_SIZE, "invalid atomic operand size");
        }
        boolean fetch = (imm & ATOMIC_FETCH) != 0;
        readable(dst);
        int operand = fetch && op != AtomicOp.CMPXCHG ? writable(src) : readable(src);
        return new Atomic(op, fetch, size, dst, off, operand);
    }

    private Instruction alu(Width width) {
        boolean register = (opcode & SOURCE_REGISTER) != 0;
        return switch (opcode & 0xf0) {
            case ALU_NEG -> {
                requireOpcode(!register);
                require(src == 0 && off == 0 && imm == 0, "BPF_NEG");
                yield new Neg(width, writable(dst));
            }
            case ALU_END -> {
                requireOpcode(width == Width.W32 || !register);
                require(src == 0 && off == 0 && (imm == 16 || imm == 32 || imm == 64), "BPF_END");
                Swap kind = width == Width.W64 ? Swap.BSWAP : register ? Swap.TO_BE : Swap.TO_LE;
                yield new ByteSwap(kind, imm, writable(dst));
            }
            case ALU_MOV -> register ? moveRegister(width) : moveImmediate(width);
            default -> arithmetic(width, register);
        };
    }

    private Instruction moveImmediate(Width width) {
        require(src == 0 && off == 0, "BPF_MOV");
        return new Mov(width, writable(dst), Operand.immediate(imm), 0);
    }

    private Instruction moveRegister(Width width) {
        if (width == Width.W64 && off == MOV_ADDR_SPACE_CAST) {
            if (imm != 1 && imm != 1 << 16) {
                throw error(
                        Reason.RESERVED_FIELD, "addr_space_cast insn can only convert between address space 1 and 0");
            }
            return new AddrSpaceCast(writable(dst), readable(src), imm);
        }
        require(imm == 0, "BPF_MOV");
        require(off == 0 || off == 8 || off == 16 || (off == 32 && width == Width.W64), "BPF_MOV");
        return new Mov(width, writable(dst), Operand.register(readable(src)), off);
    }

    private Instruction arithmetic(Width width, boolean register) {
        AluOp op = aluOp(opcode);
        if (op == null) {
            throw unknownOpcode();
        }
        require(register ? imm == 0 : src == 0, "BPF_ALU");
        if (off == 1 && op == AluOp.DIV) {
            op = AluOp.SDIV;
        } else if (off == 1 && op == AluOp.MOD) {
            op = AluOp.SMOD;
        } else {
            require(off == 0, "BPF_ALU");
        }
        Operand operand = register ? Operand.register(readable(src)) : Operand.immediate(imm);
        return new Alu(op, width, writable(dst), operand);
    }

    private Instruction jump(Width width) {
        boolean register = (opcode & SOURCE_REGISTER) != 0;
        return switch (opcode & 0xf0) {
            case JMP_JA -> {
                requireOpcode(!register);
                boolean isLong = width == Width.W32;
                require(src == 0 && dst == 0 && (isLong ? off : imm) == 0, "BPF_JA");
                yield new Jump(isLong ? imm : off, isLong);
            }
            case JMP_CALL -> {
                requireOpcode(width == Width.W64 && !register);
                require(dst == 0 && src <= 2 && (off == 0 || src == 2), "BPF_CALL");
                yield new Call(CallKind.values()[src], imm, off);
            }
            case JMP_EXIT -> {
                requireOpcode(width == Width.W64 && !register);
                require(dst == 0 && src == 0 && off == 0 && imm == 0, "BPF_EXIT");
                yield new Exit();
            }
            case JMP_JCOND -> {
                requireOpcode(width == Width.W64 && !register);
                if (src != 0 || dst != 0 || imm != 0) {
                    throw error(Reason.RESERVED_FIELD, "invalid may_goto imm " + imm);
                }
                yield new MayGoto(off);
            }
            default -> branch(width, register);
        };
    }

    private Instruction branch(Width width, boolean register) {
        Condition condition = condition(opcode);
        if (condition == null) {
            throw unknownOpcode();
        }
        require(register ? imm == 0 : src == 0, "BPF_JMP/JMP32");
        Operand operand = register ? Operand.register(readable(src)) : Operand.immediate(imm);
        return new Branch(condition, width, readable(dst), operand, off);
    }

    private int readable(int register) {
        if (register > 10) {
            throw error(Reason.INVALID_REGISTER, "R" + register + " is invalid");
        }
        return register;
    }

    private int writable(int register) {
        if (readable(register) == 10) {
            throw error(Reason.FRAME_POINTER_WRITE, "frame pointer is read only");
        }
        return register;
    }

    private void require(boolean condition, String instruction) {
        if (!condition) {
            throw error(Reason.RESERVED_FIELD, instruction + " uses reserved fields");
        }
    }

    private void requireOpcode(boolean exists) {
        if (!exists) {
            throw unknownOpcode();
        }
    }

    private InstructionFormatException unknownOpcode() {
        return error(Reason.UNKNOWN_OPCODE, "unknown opcode %02x".formatted(opcode));
    }

    private InstructionFormatException error(Reason reason, String message) {
        return new InstructionFormatException(slot, reason, message);
    }
}
