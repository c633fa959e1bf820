/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

/** Why a program is rejected. Registers are numbers from 0 to 10; offsets and sizes are in bytes. Immutable. */
public sealed interface Rejection {
    /**
     * Whether the program asks for something that Linux has and this runtime lacks, so that Linux may well accept it. All other rejections are
     * Linux's own verdict, too, up to the differences that the project documents.
     *
     * @return whether it is a limitation of this runtime
     */
    default boolean isLimitation() {
        return this instanceof HelperNotImplemented || this instanceof Unsupported;
    }

    /**
     * The instructions do not form a program: a jump out of range, an unreachable instruction, a path off the end.
     *
     * @param detail what is wrong
     */
    record MalformedControlFlow(String detail) implements Rejection {}

    /**
     * An instruction is not allowed here although it can be decoded.
     *
     * @param detail what is wrong
     */
    record InvalidInstruction(String detail) implements Rejection {}

    /**
     * A register is read that holds nothing on this path.
     *
     * @param register the register
     */
    record UninitializedRegister(int register) implements Rejection {}

    /** {@code r10} is written. */
    record FramePointerWritten() implements Rejection {}

    /**
     * A packet access is not proven to be inside the packet.
     *
     * @param register the pointer
     * @param offset from the pointer's origin
     * @param size of the access
     * @param provenRange bytes from the origin that a comparison with {@code data_end} has proven
     */
    record OutOfBoundsPacketAccess(int register, long offset, int size, int provenRange) implements Rejection {}

    /** The program type may not write the packet. */
    record PacketWrite() implements Rejection {}

    /**
     * An access to a map value, key, ring buffer record or other memory of known size is not proven to be inside.
     *
     * @param register the pointer
     * @param kind what it points to, in the kernel's words
     * @param minOffset least offset of the access
     * @param maxOffset greatest offset
     * @param size of the access
     * @param memorySize of the memory
     */
    record OutOfBoundsMemoryAccess(int register, String kind, long minOffset, long maxOffset, int size, long memorySize)
            implements Rejection {}

    /**
     * Read-only memory is written, or write-only memory read.
     *
     * @param register the pointer
     * @param kind what it points to
     * @param write whether it is a write
     */
    record MemoryPermission(int register, String kind, boolean write) implements Rejection {}

    /**
     * A pointer that may be NULL is used without a check.
     *
     * @param register the pointer
     * @param kind its type in the kernel's words
     */
    record MaybeNullDereference(int register, String kind) implements Rejection {}

    /**
     * Something that cannot be dereferenced is.
     *
     * @param register the register
     * @param kind its type in the kernel's words
     */
    record NotDereferenceable(int register, String kind) implements Rejection {}

    /**
     * The context has no such field, or not with this width or direction.
     *
     * @param offset of the access
     * @param size of the access
     * @param write whether it is a write
     */
    record InvalidContextAccess(int offset, int size, boolean write) implements Rejection {}

    /**
     * An access is outside the 512 bytes below {@code r10}.
     *
     * @param register the pointer
     * @param minOffset least offset from {@code r10}
     * @param maxOffset greatest offset
     * @param size of the access
     */
    record StackOutOfBounds(int register, long minOffset, long maxOffset, int size) implements Rejection {}

    /**
     * The stack bytes cannot be used in this way: not readable, or holding an object of the verifier's.
     *
     * @param register the pointer
     * @param offset from {@code r10}
     * @param size of the access
     */
    record StackContents(int register, long offset, int size) implements Rejection {}

    /**
     * An access is not aligned where it must be.
     *
     * @param register the pointer
     * @param kind what it points to
     * @param offset of the access
     * @param size of the access
     */
    record MisalignedAccess(int register, String kind, long offset, int size) implements Rejection {}

    /**
     * Arithmetic that pointers of this kind do not allow.
     *
     * @param register the pointer
     * @param kind what it points to
     * @param detail what is wrong
     */
    record PointerArithmetic(int register, String kind, String detail) implements Rejection {}

    /**
     * There is no such helper or kfunc.
     *
     * @param id the number called
     */
    record UnknownFunction(int id) implements Rejection {}

    /**
     * The instruction refers to something that does not exist here: a CO-RE relocation that failed, or a missing weak kfunc.
     *
     * @param detail what is missing
     */
    record UnresolvedRelocation(String detail) implements Rejection {}

    /**
     * The constant format string of {@code bpf_snprintf} is not one that it takes.
     *
     * @param register the pointer to the format
     * @param arguments how many arguments the call passes
     */
    record InvalidFormat(int register, long arguments) implements Rejection {}

    /**
     * The program type or license does not allow the helper or kfunc.
     *
     * @param name the function
     * @param reason why
     */
    record HelperNotAllowed(String name, String reason) implements Rejection {}

    /**
     * Linux has the helper or kfunc, this runtime does not.
     *
     * @param name the function
     * @param note why, from its table row
     */
    record HelperNotImplemented(String name, String note) implements Rejection {}

    /**
     * An argument is not what the called function expects.
     *
     * @param register the argument's register
     * @param function the function
     * @param actual the argument's type in the kernel's words
     * @param expected what is expected
     */
    record ArgumentMismatch(int register, String function, String actual, String expected) implements Rejection {}

    /**
     * A memory argument's size is not proven to be acceptable.
     *
     * @param register the register with the size
     * @param function the function
     * @param detail what is wrong
     */
    record ArgumentSize(int register, String function, String detail) implements Rejection {}

    /**
     * A map cannot be used with this helper or program.
     *
     * @param map the map's name
     * @param function the function, or empty
     * @param detail what is wrong
     */
    record MapMisuse(String map, String function, String detail) implements Rejection {}

    /**
     * A reference is not released when it must be.
     *
     * @param id identity of the reference
     * @param acquiredAt slot of the call that acquired it
     */
    record UnreleasedReference(int id, int acquiredAt) implements Rejection {}

    /**
     * A reference is released twice, or something is released that holds none.
     *
     * @param register the register
     * @param detail what is wrong
     */
    record InvalidRelease(int register, String detail) implements Rejection {}

    /**
     * A lock, RCU, preemption or interrupt region is entered, left or used wrongly.
     *
     * @param region what kind of region
     * @param detail what is wrong
     */
    record RegionMisuse(String region, String detail) implements Rejection {}

    /**
     * A dynptr, iterator or interrupt flag on the stack is used wrongly.
     *
     * @param register the register that points to it, or -1
     * @param detail what is wrong
     */
    record StackObjectMisuse(int register, String detail) implements Rejection {}

    /**
     * A subprogram or callback is called wrongly or returns what it must not.
     *
     * @param detail what is wrong
     */
    record SubprogramMisuse(String detail) implements Rejection {}

    /**
     * The stack frames of a call chain need too much, or there are too many.
     *
     * @param frames in the chain
     * @param bytes all of them use
     */
    record CallDepth(int frames, int bytes) implements Rejection {}

    /** The same state comes round again: the loop never ends. */
    record InfiniteLoop() implements Rejection {}

    /**
     * The program is too complex for the budget in {@link VerifierOptions}.
     *
     * @param budget which budget
     * @param limit its value
     */
    record BudgetExhausted(String budget, long limit) implements Rejection {}

    /**
     * A feature of Linux that this runtime does not have.
     *
     * @param feature what it is
     */
    record Unsupported(String feature) implements Rejection {}
}
