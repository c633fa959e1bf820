/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.MemoryAccess.MAX_PROVEN_OFFSET;
import static io.github.bpf4j.compiler.verifier.RegisterType.*;

/** Checks memory that is handed to helpers, kfuncs and global functions. */
final class FunctionMemory {
    private final Analysis a;
    private final MemoryAccess memory;
    private final StackAccess stack;
    private final Precision precision;

    FunctionMemory(Analysis analysis, MemoryAccess memory, StackAccess stack, Precision precision) {
        this.a = analysis;
        this.memory = memory;
        this.stack = stack;
        this.precision = precision;
    }

    /**
     * A function accesses {@code size} bytes behind a register.
     *
     * @param fill whether it writes all of them, so that they need not be initialised
     */
    void check(int register, int size, boolean write, boolean zeroAllowed, boolean fill) throws VerifierException {
        RegisterState pointer = a.frame().register(register);
        int type = pointer.type;
        switch (base(type)) {
            case PACKET -> memory.checkPacket(register, pointer, 0, size, zeroAllowed);
            case MAP_KEY -> {
                if (write) {
                    throw memory.readOnly(register, pointer);
                }
                memory.checkMapKey(register, pointer, 0, size, zeroAllowed);
            }
            case MAP_VALUE -> {
                memory.checkMapPermission(register, pointer, 0, size, write);
                memory.checkMapValue(register, pointer, 0, size, zeroAllowed);
            }
            case MEM -> {
                if (write && (type & RDONLY) != 0) {
                    throw memory.readOnly(register, pointer);
                }
                memory.checkRegion(
                        register, pointer, 0, size, Integer.toUnsignedLong(pointer.memSize), zeroAllowed, "mem");
            }
            case STACK -> {
                if (size == 0 && !zeroAllowed) {
                    throw a.reject(
                            register,
                            new Rejection.StackOutOfBounds(register, pointer.minOffset(), pointer.maxOffset(), 0),
                            "invalid zero-sized read");
                }
                if (fill && pointer.hasConstantOffset()) {
                    stack.checkWritable(register, pointer, pointer.off, size);
                } else {
                    stack.checkReadable(register, pointer, pointer.off, size, write, true);
                }
            }
            case RAW_MEM, MIXED -> {
                // Checked at run time.
            }
            default -> {
                if (zeroAllowed && size == 0 && pointer.isScalar() && pointer.isZero()) {
                    return;
                }
                throw a.reject(
                        register,
                        new Rejection.ArgumentMismatch(register, "", name(type), "fp"),
                        "R" + register + " type=" + name(type) + " expected=fp");
            }
        }
    }

    /** A size argument and the memory in the argument before it. */
    void checkSize(int register, boolean write, boolean zeroAllowed, boolean fill, String function)
            throws VerifierException {
        RegisterState size = a.frame().register(register);
        if (size.smin < 0) {
            throw size(
                    register,
                    function,
                    "R" + register + " min value is negative, either use unsigned or 'var &= const'");
        }
        if (size.umin == 0 && !zeroAllowed) {
            throw size(
                    register,
                    function,
                    "R" + register + " invalid zero-sized read: u64=[" + size.umin + "," + size.umax + "]");
        }
        if (Long.compareUnsigned(size.umax, MAX_PROVEN_OFFSET) >= 0) {
            throw size(
                    register,
                    function,
                    "R" + register + " unbounded memory access, use 'var &= const' or 'if (var < const)'");
        }
        check(register - 1, (int) size.umax, write, zeroAllowed, fill && size.isConstant());
        precision.markRegister(register);
    }

    private VerifierException size(int register, String function, String message) {
        return a.reject(register, new Rejection.ArgumentSize(register, function, message), message);
    }
}
