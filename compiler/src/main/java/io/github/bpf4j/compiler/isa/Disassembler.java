/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.isa;

import io.github.bpf4j.compiler.isa.Instruction.*;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Instructions as text, in the notation that clang, llvm-objdump and the kernel's verifier share. {@link Assembler} reads it back. */
public final class Disassembler {
    /** The two dialects. */
    public enum Style {
        /** As clang and llvm-objdump write: {@code *(u8 *)(r1 + 9)}, {@code goto +3}, {@code r1 = 5 ll}. */
        LLVM,
        /** As the kernel's verifier log: {@code *(u8 *)(r1 +9)}, {@code goto pc+3}, {@code r1 = 0x5}. */
        KERNEL
    }

    private final Style style;
    private final Symbols symbols;

    /**
     * Creates a disassembler.
     *
     * @param style the dialect
     * @param symbols names of maps, helpers and kfuncs
     */
    public Disassembler(Style style, Symbols symbols) {
        this.style = style;
        this.symbols = symbols;
    }

    /**
     * A program as text, one line per instruction, each behind its slot number.
     *
     * @param instructions by slot
     * @return the text, with a line end behind each line
     */
    public String program(List<Instruction> instructions) {
        StringBuilder out = new StringBuilder();
        for (int slot = 0; slot < instructions.size(); slot++) {
            Instruction instruction = instructions.get(slot);
            if (!(instruction instanceof SecondSlot)) {
                out.append("%5d: %s%n".formatted(slot, text(instruction)));
            }
        }
        return out.toString();
    }

    /**
     * One instruction in the LLVM dialect, with names of helpers and kfuncs.
     *
     * @param instruction the instruction
     * @return its text; empty for a second slot
     */
    public static String toText(Instruction instruction) {
        return new Disassembler(Style.LLVM, Symbols.FUNCTIONS).text(instruction);
    }

    /**
     * One instruction.
     *
     * @param instruction the instruction
     * @return its text; empty for a second slot
     */
    public String text(Instruction instruction) {
        return switch (instruction) {
            case Alu(AluOp op, Width width, int dst, Operand src) ->
                register(width, dst) + " " + symbol(op) + "= " + operand(width, src);
            case Neg(Width width, int dst) -> register(width, dst) + " = -" + register(width, dst);
            case Mov(Width width, int dst, Operand src, int from) ->
                register(width, dst) + " = " + (from == 0 ? "" : "(s" + from + ")") + operand(width, src);
            case AddrSpaceCast(int dst, int src, int spaces) ->
                "r%d = addr_space_cast(r%d, %d, %d)".formatted(dst, src, spaces >>> 16, spaces & 0xffff);
            case ByteSwap(Swap kind, int bits, int dst) -> "r" + dst + " = " + symbol(kind) + bits + " r" + dst;
            case Load(Size size, boolean signed, int dst, int base, int offset) ->
                "r" + dst + " = *(" + (signed ? "s" : "u") + bits(size) + " *)" + address(base, offset);
            case Store(Size size, int base, int offset, Operand src) ->
                "*(u" + bits(size) + " *)" + address(base, offset) + " = " + operand(Width.W64, src);
            case Atomic atomic -> atomic(atomic);
            case LoadAcquire(Size size, int dst, int base, int offset) ->
                "r" + dst + " = load_acquire(" + typedAddress(size, base, offset) + ")";
            case StoreRelease(Size size, int base, int offset, int src) ->
                "store_release(" + typedAddress(size, base, offset) + ", r" + src + ")";
            case LoadImm64 constant -> "r" + constant.dst() + " = " + constant(constant);
            case SecondSlot() -> "";
            case LegacyPacketLoad(Size size, int src, int imm) ->
                "r0 = *(u" + bits(size) + " *)skb[" + (src < 0 ? "" : "r" + src + " + ") + imm + "]";
            case Jump(int offset, boolean isLong) -> (isLong ? "gotol " : "goto ") + target(offset);
            case MayGoto(int offset) -> "may_goto " + target(offset);
            case Branch(Condition condition, Width width, int dst, Operand src, int offset) ->
                "if " + register(width, dst) + " " + symbol(condition) + " "
                        + (src.isRegister() ? register(width, src.register()) : hex(src.immediate()))
                        + " goto " + target(offset);
            case Call call -> "call " + callee(call);
            case Exit() -> "exit";
        };
    }

    private String atomic(Atomic atomic) {
        String place = typedAddress(atomic.size(), atomic.base(), atomic.offset());
        String source = "r" + atomic.src();
        String name = style == Style.KERNEL && atomic.size() == Size.DW ? "atomic64_" : "atomic_";
        return switch (atomic.op()) {
            case ADD, OR, AND, XOR -> {
                AluOp op = AluOp.valueOf(atomic.op().name());
                yield atomic.fetch()
                        ? "%s = %sfetch_%s(%s, %s)"
                                .formatted(source, name, op.name().toLowerCase(Locale.ROOT), place, source)
                        : "lock *(u%d *)%s %s= %s"
                                .formatted(
                                        bits(atomic.size()),
                                        address(atomic.base(), atomic.offset()),
                                        symbol(op),
                                        source);
            }
            case XCHG -> source + " = " + name + "xchg(" + place + ", " + source + ")";
            case CMPXCHG -> "r0 = " + name + "cmpxchg(" + place + ", r0, " + source + ")";
        };
    }

    private String constant(LoadImm64 constant) {
        int imm = constant.imm();
        String offset = constant.nextImm() == 0 ? "" : " + " + Integer.toUnsignedString(constant.nextImm());
        return switch (constant.kind()) {
            case VALUE ->
                style == Style.KERNEL
                        ? "0x" + Long.toHexString(constant.value())
                        : "0x" + Long.toHexString(constant.value()) + " ll";
            case MAP_FD -> "map[" + map(imm) + "]";
            case MAP_VALUE -> "map[" + map(imm) + "][0]" + offset;
            case MAP_IDX -> "map_idx[" + Integer.toUnsignedString(imm) + "]";
            case MAP_IDX_VALUE -> "map_idx[" + Integer.toUnsignedString(imm) + "][0]" + offset;
            case BTF_ID -> "btf[" + imm + (constant.nextImm() == 0 ? "" : ", " + constant.nextImm()) + "]";
            case FUNC -> "func[" + target(imm) + "]";
        };
    }

    private String map(int index) {
        @Nullable String name = symbols.map(index);
        return name == null ? Integer.toUnsignedString(index) : name;
    }

    private String callee(Call call) {
        return switch (call.kind()) {
            case HELPER -> nameOr(symbols.helper(call.target()), "unknown") + "#" + call.target();
            case SUBPROGRAM -> target(call.target());
            case KFUNC ->
                nameOr(symbols.kfunc(call.target()), "kfunc") + "#" + call.target()
                        + (call.module() == 0 ? "" : "#" + call.module());
        };
    }

    private static String nameOr(@Nullable String name, String otherwise) {
        return name == null ? otherwise : name;
    }

    private String target(int offset) {
        return (style == Style.KERNEL ? "pc" : "") + (offset < 0 ? "" : "+") + offset;
    }

    private String address(int base, int offset) {
        String sign = offset < 0 ? "-" : "+";
        return style == Style.KERNEL
                ? "(r" + base + " " + sign + Math.abs(offset) + ")"
                : "(r" + base + " " + sign + " " + Math.abs(offset) + ")";
    }

    private String typedAddress(Size size, int base, int offset) {
        return "(u" + bits(size) + " *)" + address(base, offset);
    }

    private static int bits(Size size) {
        return size.bytes() * Byte.SIZE;
    }

    private static String register(Width width, int register) {
        return (width == Width.W64 ? "r" : "w") + register;
    }

    private static String operand(Width width, Operand operand) {
        return operand.isRegister() ? register(width, operand.register()) : Integer.toString(operand.immediate());
    }

    private static String hex(int value) {
        return "0x" + Integer.toHexString(value);
    }

    static String symbol(AluOp op) {
        return switch (op) {
            case ADD -> "+";
            case SUB -> "-";
            case MUL -> "*";
            case DIV -> "/";
            case SDIV -> "s/";
            case MOD -> "%";
            case SMOD -> "s%";
            case OR -> "|";
            case AND -> "&";
            case XOR -> "^";
            case LSH -> "<<";
            case RSH -> ">>";
            case ARSH -> "s>>";
        };
    }

    static String symbol(Condition condition) {
        return switch (condition) {
            case EQ -> "==";
            case GT -> ">";
            case GE -> ">=";
            case SET -> "&";
            case NE -> "!=";
            case SGT -> "s>";
            case SGE -> "s>=";
            case LT -> "<";
            case LE -> "<=";
            case SLT -> "s<";
            case SLE -> "s<=";
        };
    }

    static String symbol(Swap kind) {
        return switch (kind) {
            case TO_LE -> "le";
            case TO_BE -> "be";
            case BSWAP -> "bswap";
        };
    }
}
