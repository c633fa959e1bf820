/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.isa;

import static io.github.bpf4j.compiler.isa.AssemblyOperands.*;

import io.github.bpf4j.compiler.isa.Instruction.*;
import io.github.bpf4j.runtime.helper.HelperTable;
import io.github.bpf4j.runtime.helper.Kfunc;
import io.github.bpf4j.runtime.helper.KfuncTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads programs written in the notation of clang, llvm-objdump and the kernel's verifier log, one instruction per line:
 *
 * <pre>{@code
 *     r2 = *(u32 *)(r1 + 76)          ; comments start with ";" or "//", or fill a line behind "#"
 *     if r2 s> 0x5 goto drop          ; a label, or "+3", or "pc+3"
 *     r1 = map[counters]              ; a map by name or index; "map[counters][0] + 8" is an address in its value
 *     *(u32 *)(r10 - 4) = 0
 *     r2 = r10
 *     r2 += -4
 *     call bpf_map_lookup_elem        ; a helper by name or number, a kfunc by name, a subprogram by label
 *     r1 = 0x1122334455667788 ll
 *     r2 = func[body]                 ; the address of a subprogram
 * drop:
 *     exit
 * }</pre>
 *
 * <p>Labels end with a colon and may stand on a line of their own. Subprograms are labels that are called.
 */
public final class Assembler {
    private static final Pattern SWAP = Pattern.compile("(le|be|bswap)(16|32|64)");
    private static final Pattern ATOMIC =
            Pattern.compile("(?:atomic(?:64)?_)?(fetch_add|fetch_or|fetch_and|fetch_xor|xchg|cmpxchg)(?:32_32|_64)?");

    private static final Map<String, AluOp> ALU_OPS = new HashMap<>();
    private static final Map<String, Condition> CONDITIONS = new HashMap<>();

    /** All of Linux, so that a call of one that bpf4j does not know can be written too. */
    private static final Map<String, Integer> HELPERS = new HashMap<>();

    static {
        for (AluOp op : AluOp.values()) {
            ALU_OPS.put(Disassembler.symbol(op) + "=", op);
        }
        for (Condition condition : Condition.values()) {
            CONDITIONS.put(Disassembler.symbol(condition), condition);
        }
        String helper = HelperTable.nameOf(1);
        for (int id = 1; helper != null; helper = HelperTable.nameOf(++id)) {
            HELPERS.put(helper, id);
        }
    }

    /** Gives an instruction once all labels are known. */
    private interface Pending {
        Instruction resolve(Map<String, Integer> labels);
    }

    private final List<String> maps;
    private final List<Pending> pending = new ArrayList<>();
    private final List<Integer> lines = new ArrayList<>();
    private final Map<String, Integer> labels = new HashMap<>();

    private Assembler(List<String> maps) {
        this.maps = new ArrayList<>(maps);
    }

    /**
     * Reads a program that names its maps as it likes.
     *
     * @param text the program
     * @return instructions, map names and labels
     * @throws AssemblyException if a line cannot be read
     */
    public static Assembly assemble(String text) {
        return assemble(text, List.of());
    }

    /**
     * Reads a program.
     *
     * @param text the program
     * @param maps names of maps, by the index that instructions get
     * @return instructions, map names and labels
     * @throws AssemblyException if a line cannot be read
     */
    public static Assembly assemble(String text, List<String> maps) {
        Assembler assembler = new Assembler(maps);
        int number = 0;
        for (String line : text.lines().toList()) {
            assembler.line(new AssemblyTokens(line, ++number));
        }
        return assembler.finish();
    }

    private Assembly finish() {
        List<Instruction> instructions = new ArrayList<>(pending.size());
        for (Pending instruction : pending) {
            instructions.add(instruction.resolve(labels));
        }
        return new Assembly(instructions, maps, labels, lines);
    }

    private void line(AssemblyTokens in) {
        while (in.isWord() && !in.atEnd()) {
            String word = in.peek();
            if (isKeyword(word)) {
                break;
            }
            in.next("a label");
            if (!in.accept(":")) {
                throw in.error("unknown instruction '" + word + "'");
            }
            if (labels.putIfAbsent(word, pending.size()) != null) {
                throw in.error("label '" + word + "' is defined twice");
            }
        }
        if (!in.atEnd()) {
            statement(in);
            in.end();
        }
    }

    private static boolean isKeyword(String word) {
        return switch (word) {
            case "if", "goto", "gotol", "may_goto", "call", "exit", "lock", "store_release" -> true;
            default -> isRegister(word);
        };
    }

    private void statement(AssemblyTokens in) {
        switch (in.peek()) {
            case "if" -> branch(in);
            case "goto", "gotol", "may_goto" -> jump(in);
            case "call" -> call(in);
            case "exit" -> {
                in.next("exit");
                emit(in, new Exit());
            }
            case "lock" -> lock(in);
            case "store_release" -> storeRelease(in);
            case "*" -> store(in);
            default -> assignment(in);
        }
    }

    private void emit(AssemblyTokens in, Instruction instruction) {
        emit(in, labels -> instruction);
    }

    private void emit(AssemblyTokens in, Pending instruction) {
        pending.add(instruction);
        lines.add(in.line());
    }

    private void assignment(AssemblyTokens in) {
        Register dst = register(in);
        if (in.accept("=")) {
            value(in, dst);
            return;
        }
        AluOp op = ALU_OPS.get(in.peek());
        if (op == null) {
            throw in.error("expected an assignment" + in.found());
        }
        in.next("an operator");
        emit(in, new Alu(op, dst.width(), dst.number(), operand(in, dst.width())));
    }

    /** The right-hand side of {@code dst = …}. */
    private void value(AssemblyTokens in, Register dst) {
        String token = in.peek();
        Matcher swap = SWAP.matcher(token);
        Matcher atomic = ATOMIC.matcher(token);
        if (token.equals("*")) {
            load(in, dst);
        } else if (token.equals("(")) {
            signExtension(in, dst);
        } else if (swap.matches()) {
            byteSwap(in, dst, swap);
        } else if (atomic.matches()) {
            atomic(in, dst, atomic.group(1));
        } else if (token.equals("load_acquire")) {
            in.next("load_acquire");
            in.expect("(");
            Type type = pointerType(in);
            Address address = address(in);
            in.expect(")");
            emit(in, new LoadAcquire(type.size(), dst.number(), address.base(), address.offset()));
        } else if (token.equals("addr_space_cast")) {
            addressSpaceCast(in, dst);
        } else if (token.equals("map") || token.equals("map_idx") || token.equals("btf") || token.equals("func")) {
            reference(in, dst, token);
        } else if (isRegister(token)) {
            emit(in, new Mov(dst.width(), dst.number(), operand(in, dst.width()), 0));
        } else {
            numberOrNegation(in, dst);
        }
    }

    private void numberOrNegation(AssemblyTokens in, Register dst) {
        boolean minus = in.accept("-");
        if (minus && in.isWord()) {
            if (!register(in).equals(dst)) {
                throw in.error("only a register itself can be negated into a register");
            }
            emit(in, new Neg(dst.width(), dst.number()));
            return;
        }
        if (minus && !in.isNumber()) {
            throw in.error("expected a number" + in.found());
        }
        long value = minus ? -in.number() : in.number();
        if (in.accept("ll")) {
            emitWide(in, labels -> new LoadImm64(Imm64Kind.VALUE, dst.number(), (int) value, (int) (value >>> 32)));
        } else if (value < Integer.MIN_VALUE || value > 0xffff_ffffL) {
            throw in.error(value + " does not fit 32 bits; write 'll' behind a 64-bit constant");
        } else {
            emit(in, new Mov(dst.width(), dst.number(), Operand.immediate((int) value), 0));
        }
    }

    private void emitWide(AssemblyTokens in, Pending first) {
        emit(in, first);
        emit(in, SecondSlot.INSTANCE);
    }

    private void load(AssemblyTokens in, Register dst) {
        in.expect("*");
        Type type = pointerType(in);
        if (in.accept("skb")) {
            in.expect("[");
            int src = -1;
            int imm = 0;
            if (isRegister(in.peek())) {
                src = register(in).number();
                if (!in.peek().equals("]")) {
                    imm = in.number32();
                }
            } else {
                imm = in.number32();
            }
            in.expect("]");
            if (dst.number() != 0) {
                throw in.error("packet loads go to r0");
            }
            emit(in, new LegacyPacketLoad(type.size(), src, imm));
            return;
        }
        Address address = address(in);
        emit(in, new Load(type.size(), type.signed(), dst.number(), address.base(), address.offset()));
    }

    private void signExtension(AssemblyTokens in, Register dst) {
        in.expect("(");
        Type type = type(in);
        in.expect(")");
        if (!type.signed()) {
            throw in.error("only a sign-extending conversion exists");
        }
        Operand src = operand(in, dst.width());
        emit(in, new Mov(dst.width(), dst.number(), src, type.size().bytes() * Byte.SIZE));
    }

    private void byteSwap(AssemblyTokens in, Register dst, Matcher swap) {
        in.next("a byte order");
        Swap kind = switch (swap.group(1)) {
            case "le" -> Swap.TO_LE;
            case "be" -> Swap.TO_BE;
            default -> Swap.BSWAP;
        };
        if (register(in).number() != dst.number()) {
            throw in.error("a byte order conversion has one register");
        }
        emit(in, new ByteSwap(kind, Integer.parseInt(swap.group(2)), dst.number()));
    }

    /** {@code r1 = atomic_fetch_add((u64 *)(r2 + 0), r1)}, with the kernel's and LLVM's names. */
    private void atomic(AssemblyTokens in, Register dst, String name) {
        String word = in.next("an atomic operation");
        in.expect("(");
        Size size;
        Address address;
        if (in.accept("(")) {
            Type type = type(in);
            in.expect("*");
            in.expect(")");
            size = type.size();
            address = address(in);
        } else {
            size = word.endsWith("32_32") ? Size.W : Size.DW;
            address = addressTail(in);
        }
        in.expect(",");
        AtomicOp op = switch (name) {
            case "fetch_add" -> AtomicOp.ADD;
            case "fetch_or" -> AtomicOp.OR;
            case "fetch_and" -> AtomicOp.AND;
            case "fetch_xor" -> AtomicOp.XOR;
            case "xchg" -> AtomicOp.XCHG;
            default -> AtomicOp.CMPXCHG;
        };
        if (op == AtomicOp.CMPXCHG) {
            if (register(in).number() != 0 || dst.number() != 0) {
                throw in.error("cmpxchg compares with r0 and returns in r0");
            }
            in.expect(",");
        }
        int src = register(in).number();
        in.expect(")");
        if (op != AtomicOp.CMPXCHG && src != dst.number()) {
            throw in.error("the old value goes to the register that held the operand");
        }
        emit(in, new Atomic(op, true, size, address.base(), address.offset(), src));
    }

    private void addressSpaceCast(AssemblyTokens in, Register dst) {
        in.next("addr_space_cast");
        in.expect("(");
        int src = register(in).number();
        in.expect(",");
        int to = in.number32();
        in.expect(",");
        int from = in.number32();
        in.expect(")");
        emit(in, new AddrSpaceCast(dst.number(), src, to << 16 | from));
    }

    /** {@code map[name]}, {@code map[name][0] + 8}, {@code map_idx[3]}, {@code btf[5]}, {@code func[label]}. */
    private void reference(AssemblyTokens in, Register dst, String kind) {
        in.next(kind);
        in.expect("[");
        if (kind.equals("func")) {
            int slot = pending.size();
            AssemblyTarget target = AssemblyTarget.read(in);
            in.expect("]");
            emitWide(in, labels -> new LoadImm64(Imm64Kind.FUNC, dst.number(), target.offset(labels, slot), 0));
            return;
        }
        int imm = kind.equals("map") && in.isWord() ? mapIndex(in.next("a map name")) : in.number32();
        int nextImm = kind.equals("btf") && in.accept(",") ? in.number32() : 0;
        in.expect("]");
        boolean value = false;
        if (!kind.equals("btf") && in.accept("[")) {
            if (in.number() != 0) {
                throw in.error("only the first value of a map has an address");
            }
            in.expect("]");
            value = true;
            nextImm = in.atEnd() || in.peek().equals("ll") ? 0 : in.number32();
        }
        in.accept("ll");
        Imm64Kind what = switch (kind) {
            case "map" -> value ? Imm64Kind.MAP_VALUE : Imm64Kind.MAP_FD;
            case "map_idx" -> value ? Imm64Kind.MAP_IDX_VALUE : Imm64Kind.MAP_IDX;
            default -> Imm64Kind.BTF_ID;
        };
        LoadImm64 constant = new LoadImm64(what, dst.number(), imm, nextImm);
        emitWide(in, labels -> constant);
    }

    private int mapIndex(String name) {
        int index = maps.indexOf(name);
        if (index < 0) {
            index = maps.size();
            maps.add(name);
        }
        return index;
    }

    private void store(AssemblyTokens in) {
        in.expect("*");
        Size size = pointerType(in).size();
        Address address = address(in);
        in.expect("=");
        Operand src =
                isRegister(in.peek()) ? Operand.register(register(in).number()) : Operand.immediate(in.number32());
        emit(in, new Store(size, address.base(), address.offset(), src));
    }

    private void lock(AssemblyTokens in) {
        in.next("lock");
        in.expect("*");
        Size size = pointerType(in).size();
        Address address = address(in);
        AtomicOp op = switch (in.next("an operator")) {
            case "+=" -> AtomicOp.ADD;
            case "|=" -> AtomicOp.OR;
            case "&=" -> AtomicOp.AND;
            case "^=" -> AtomicOp.XOR;
            default -> throw in.error("expected one of += |= &= ^= behind lock");
        };
        emit(
                in,
                new Atomic(
                        op,
                        false,
                        size,
                        address.base(),
                        address.offset(),
                        register(in).number()));
    }

    private void storeRelease(AssemblyTokens in) {
        in.next("store_release");
        in.expect("(");
        Type type = pointerType(in);
        Address address = address(in);
        in.expect(",");
        int src = register(in).number();
        in.expect(")");
        emit(in, new StoreRelease(type.size(), address.base(), address.offset(), src));
    }

    private void jump(AssemblyTokens in) {
        String kind = in.next("a jump");
        int slot = pending.size();
        AssemblyTarget target = AssemblyTarget.read(in);
        emit(in, labels -> {
            int offset = target.offset(labels, slot);
            if (kind.equals("gotol")) {
                return new Jump(offset, true);
            }
            target.checkShort(offset);
            return kind.equals("goto") ? new Jump(offset, false) : new MayGoto(offset);
        });
    }

    private void branch(AssemblyTokens in) {
        in.expect("if");
        Register dst = register(in);
        Condition condition = CONDITIONS.get(in.peek());
        if (condition == null) {
            throw in.error("expected a comparison" + in.found());
        }
        in.next("a comparison");
        Operand src = operand(in, dst.width());
        in.expect("goto");
        int slot = pending.size();
        AssemblyTarget target = AssemblyTarget.read(in);
        emit(in, labels -> {
            int offset = target.offset(labels, slot);
            target.checkShort(offset);
            return new Branch(condition, dst.width(), dst.number(), src, offset);
        });
    }

    private void call(AssemblyTokens in) {
        in.expect("call");
        int slot = pending.size();
        if (in.isNumber()) {
            emit(in, new Call(CallKind.HELPER, in.number32(), 0));
            return;
        }
        if (!in.isWord() || in.peek().equals("pc")) {
            AssemblyTarget target = AssemblyTarget.read(in);
            emit(in, labels -> new Call(CallKind.SUBPROGRAM, target.offset(labels, slot), 0));
            return;
        }
        AssemblyTarget target = AssemblyTarget.read(in);
        String name = String.valueOf(target.label());
        if (in.accept("#")) {
            int number = in.number32();
            int module = in.accept("#") ? in.number32() : 0;
            boolean kfunc = name.equals("kfunc") || KfuncTable.byName(name) != null;
            emit(in, new Call(kfunc ? CallKind.KFUNC : CallKind.HELPER, number, module));
            return;
        }
        emit(in, labels -> {
            Integer helper = HELPERS.get(name);
            Kfunc kfunc = KfuncTable.byName(name);
            if (labels.containsKey(name)) {
                return new Call(CallKind.SUBPROGRAM, target.offset(labels, slot), 0);
            } else if (helper != null) {
                return new Call(CallKind.HELPER, helper, 0);
            } else if (kfunc != null) {
                return new Call(CallKind.KFUNC, kfunc.id(), 0);
            }
            throw target.error("no subprogram, helper or kfunc is called '" + name + "'");
        });
    }
}
