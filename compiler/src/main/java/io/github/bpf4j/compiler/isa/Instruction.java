/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.isa;

/**
 * One eBPF instruction (RFC 9669). Jump offsets are relative, in 8-byte slots, to the slot behind the instruction. Programs are
 * indexed by slot: the second slot of a {@link LoadImm64} is a {@link SecondSlot}. Immutable.
 */
public sealed interface Instruction {

    /** Operand width of arithmetic and comparisons. */
    enum Width {
        /** 32 bits; results are zero-extended. */
        W32,
        /** 64 bits. */
        W64
    }

    /** Arithmetic operations with two operands. */
    enum AluOp {
        /** Addition. */
        ADD,
        /** Subtraction. */
        SUB,
        /** Multiplication. */
        MUL,
        /** Unsigned division; by zero gives 0. */
        DIV,
        /** Signed division; by zero gives 0. */
        SDIV,
        /** Unsigned remainder; by zero gives the dividend. */
        MOD,
        /** Signed remainder; by zero gives the dividend. */
        SMOD,
        /** Bitwise or. */
        OR,
        /** Bitwise and. */
        AND,
        /** Bitwise exclusive or. */
        XOR,
        /** Left shift, by the operand modulo the width. */
        LSH,
        /** Logical right shift, by the operand modulo the width. */
        RSH,
        /** Arithmetic right shift, by the operand modulo the width. */
        ARSH
    }

    /** Conditions of {@link Branch}. */
    enum Condition {
        /** Equal. */
        EQ,
        /** Unsigned greater. */
        GT,
        /** Unsigned greater or equal. */
        GE,
        /** Some bit of the operand is set. */
        SET,
        /** Not equal. */
        NE,
        /** Signed greater. */
        SGT,
        /** Signed greater or equal. */
        SGE,
        /** Unsigned less. */
        LT,
        /** Unsigned less or equal. */
        LE,
        /** Signed less. */
        SLT,
        /** Signed less or equal. */
        SLE
    }

    /** Width of a memory access. */
    enum Size {
        /** One byte. */
        B(1),
        /** Two bytes. */
        H(2),
        /** Four bytes. */
        W(4),
        /** Eight bytes. */
        DW(8);

        private final int bytes;

        Size(int bytes) {
            this.bytes = bytes;
        }

        /**
         * The width.
         *
         * @return 1, 2, 4 or 8
         */
        public int bytes() {
            return bytes;
        }
    }

    /** Byte order conversions. */
    enum Swap {
        /** To little endian: truncation on a little-endian machine. */
        TO_LE,
        /** To big endian: swap and truncation on a little-endian machine. */
        TO_BE,
        /** Unconditional swap. */
        BSWAP
    }

    /** Atomic read-modify-write operations. */
    enum AtomicOp {
        /** Addition. */
        ADD(0x00),
        /** Bitwise or. */
        OR(0x40),
        /** Bitwise and. */
        AND(0x50),
        /** Bitwise exclusive or. */
        XOR(0xa0),
        /** Exchange; always fetches. */
        XCHG(Opcodes.ATOMIC_XCHG),
        /** Compare with {@code r0} and exchange; the old value goes to {@code r0}. */
        CMPXCHG(Opcodes.ATOMIC_CMPXCHG);

        private final int number;

        AtomicOp(int number) {
            this.number = number;
        }

        /**
         * The operation's number in an instruction (RFC 9669 section 5.3).
         *
         * @return the immediate, with {@code FETCH} only where it belongs to the operation
         */
        public int number() {
            return number;
        }
    }

    /** What the constant of a {@link LoadImm64} stands for: the {@code src} field. */
    enum Imm64Kind {
        /** A number. */
        VALUE,
        /** A map: {@code imm} is a file descriptor in an object, an index into the program's maps once loaded. */
        MAP_FD,
        /** The address {@code nextImm} in the only value of the map {@code imm}. */
        MAP_VALUE,
        /** A kernel variable by BTF id. */
        BTF_ID,
        /** A subprogram, at the slot {@code imm} behind this instruction's first slot plus one. */
        FUNC,
        /** A map by index into the caller's descriptor array. */
        MAP_IDX,
        /** A map value by index into the caller's descriptor array. */
        MAP_IDX_VALUE
    }

    /** What a {@link Call} calls: the {@code src} field. */
    enum CallKind {
        /** A helper, by number. */
        HELPER,
        /** A subprogram, relative to the next slot. */
        SUBPROGRAM,
        /** A kfunc: a BTF id in an object, an index into the kfunc table once loaded. */
        KFUNC
    }

    /**
     * A value from a register or from the instruction itself.
     *
     * @param register 0 to 10, or -1 for an immediate
     * @param immediate the sign-extended 32-bit immediate; 0 for a register
     */
    record Operand(int register, int immediate) {
        /**
         * A register.
         *
         * @param register 0 to 10
         * @return the operand
         */
        public static Operand register(int register) {
            return new Operand(register, 0);
        }

        /**
         * An immediate.
         *
         * @param value the value
         * @return the operand
         */
        public static Operand immediate(int value) {
            return new Operand(-1, value);
        }

        /**
         * Which kind it is.
         *
         * @return whether it is a register
         */
        public boolean isRegister() {
            return register >= 0;
        }
    }

    /**
     * {@code dst = dst op src}.
     *
     * @param op the operation
     * @param width the width
     * @param dst 0 to 9
     * @param src the second operand
     */
    record Alu(AluOp op, Width width, int dst, Operand src) implements Instruction {}

    /**
     * {@code dst = -dst}.
     *
     * @param width the width
     * @param dst 0 to 9
     */
    record Neg(Width width, int dst) implements Instruction {}

    /**
     * {@code dst = src}, optionally sign-extending its low bits.
     *
     * @param width the width
     * @param dst 0 to 9
     * @param src what is moved
     * @param signExtendFrom 8, 16 or 32 for MOVSX; 0 for a plain move
     */
    record Mov(Width width, int dst, Operand src, int signExtendFrom) implements Instruction {}

    /**
     * {@code dst = addr_space_cast(src, …)}, for arenas.
     *
     * @param dst 0 to 9
     * @param src 0 to 10
     * @param addressSpaces the immediate: destination space in the upper, source space in the lower 16 bits
     */
    record AddrSpaceCast(int dst, int src, int addressSpaces) implements Instruction {
        /**
         * Whether it makes a pointer for programs of a user address.
         *
         * @return whether it casts from address space 1 to 0; else it casts from 0 to 1
         */
        public boolean toKernel() {
            return addressSpaces == 1;
        }
    }

    /**
     * Byte order conversion of the low bits; the rest is cleared.
     *
     * @param kind which conversion
     * @param bits 16, 32 or 64
     * @param dst 0 to 9
     */
    record ByteSwap(Swap kind, int bits, int dst) implements Instruction {}

    /**
     * {@code dst = *(size *)(base + offset)}.
     *
     * @param size the width
     * @param signed whether the value is sign-extended to 64 bits
     * @param dst 0 to 9
     * @param base 0 to 10
     * @param offset in bytes
     */
    record Load(Size size, boolean signed, int dst, int base, int offset) implements Instruction {}

    /**
     * {@code *(size *)(base + offset) = src}.
     *
     * @param size the width
     * @param base 0 to 10
     * @param offset in bytes
     * @param src what is stored
     */
    record Store(Size size, int base, int offset, Operand src) implements Instruction {}

    /**
     * An atomic read-modify-write of {@code *(size *)(base + offset)}.
     *
     * @param op the operation
     * @param fetch whether the old value goes to {@code src} ({@code r0} for CMPXCHG)
     * @param size W or DW
     * @param base 0 to 10
     * @param offset in bytes
     * @param src 0 to 10
     */
    record Atomic(AtomicOp op, boolean fetch, Size size, int base, int offset, int src) implements Instruction {}

    /**
     * {@code dst = load_acquire((size *)(base + offset))}.
     *
     * @param size the width
     * @param dst 0 to 9
     * @param base 0 to 10
     * @param offset in bytes
     */
    record LoadAcquire(Size size, int dst, int base, int offset) implements Instruction {}

    /**
     * {@code store_release((size *)(base + offset), src)}.
     *
     * @param size the width
     * @param base 0 to 10
     * @param offset in bytes
     * @param src 0 to 10
     */
    record StoreRelease(Size size, int base, int offset, int src) implements Instruction {}

    /**
     * A 64-bit constant in two slots.
     *
     * @param kind what the constant stands for
     * @param dst 0 to 9
     * @param imm the first slot's immediate
     * @param nextImm the second slot's immediate
     */
    record LoadImm64(Imm64Kind kind, int dst, int imm, int nextImm) implements Instruction {
        /**
         * The number, for {@link Imm64Kind#VALUE}.
         *
         * @return both immediates put together
         */
        public long value() {
            return ((long) nextImm << 32) | (imm & 0xffff_ffffL);
        }
    }

    /** The second slot of a {@link LoadImm64}. */
    record SecondSlot() implements Instruction {
        /** The only instance needed. */
        public static final SecondSlot INSTANCE = new SecondSlot();
    }

    /**
     * The packet loads of classic BPF: {@code r0 = ntoh(*(size *)skb[src + imm])}.
     *
     * @param size B, H or W
     * @param src index register, or -1 for the absolute form
     * @param imm the offset
     */
    record LegacyPacketLoad(Size size, int src, int imm) implements Instruction {}

    /**
     * {@code goto} and {@code gotol}.
     *
     * @param offset in slots
     * @param isLong whether the offset stands in the immediate ({@code gotol})
     */
    record Jump(int offset, boolean isLong) implements Instruction {}

    /**
     * {@code may_goto}: jumps when the program's loop budget is used up.
     *
     * @param offset in slots
     */
    record MayGoto(int offset) implements Instruction {}

    /**
     * {@code if (dst condition src) goto}.
     *
     * @param condition the condition
     * @param width the width of the comparison
     * @param dst 0 to 10
     * @param src the second operand
     * @param offset in slots
     */
    record Branch(Condition condition, Width width, int dst, Operand src, int offset) implements Instruction {}

    /**
     * A call.
     *
     * @param kind what is called
     * @param target helper number, kfunc number or, for a subprogram, offset in slots to the slot behind the call
     * @param module the {@code off} field: index of the kfunc's module descriptor; else 0
     */
    record Call(CallKind kind, int target, int module) implements Instruction {}

    /** Return from the subprogram or program. */
    record Exit() implements Instruction {}
}
