/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

/** The atomic operations that replace a number whatever it is, by their numbers in an instruction (RFC 9669 section 5.3). */
final class AtomicUpdate {
    static final int ADD = 0x00;
    static final int OR = 0x40;
    static final int AND = 0x50;
    static final int XOR = 0xa0;
    static final int XCHG = 0xe1;

    private AtomicUpdate() {}

    /** What an operation makes of a number. */
    static long result(int operation, long old, long operand) {
        return switch (operation) {
            case ADD -> old + operand;
            case OR -> old | operand;
            case AND -> old & operand;
            case XOR -> old ^ operand;
            case XCHG -> operand;
            default -> throw new IllegalArgumentException("no atomic operation " + operation);
        };
    }
}
