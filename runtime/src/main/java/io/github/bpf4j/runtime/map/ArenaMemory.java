/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.program.Memory.BYTE;
import static io.github.bpf4j.runtime.program.Memory.INT;
import static io.github.bpf4j.runtime.program.Memory.INT_ATOMIC;
import static io.github.bpf4j.runtime.program.Memory.LONG;
import static io.github.bpf4j.runtime.program.Memory.LONG_ATOMIC;
import static io.github.bpf4j.runtime.program.Memory.SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * An arena as programs reach it. A program's pointer is the low half of a user address, zero-extended; with an instruction's offset it may
 * lie up to 32 KiB outside of what 32 bits address. An access that touches a page that is not there does nothing, as in Linux, where it
 * faults and is skipped: a load then gives 0, a store is dropped, and whatever else has a result leaves its register alone. In Linux that goes
 * for all 64 bits of it, although its verifier counts on a result of the operation's size; here the register is cut to that size, so
 * that what is proven of it holds.
 *
 * <p>A record, since HotSpot takes the fields of a constant record for constants. Thread-safe as memory is.
 *
 * @param pages all pages in a row, whether they are there or not; aligned to 8 bytes at least
 * @param presence one byte per page, not zero if it is there. Pages that are there stay
 * @param pageShift binary logarithm of a page's size in bytes
 * @param userAddress user address of the first page
 */
public record ArenaMemory(MemorySegment pages, MemorySegment presence, int pageShift, long userAddress) {
    private static final long LOW_HALF = 0xffff_ffffL;

    /** What {@link #locate} returns for bytes that are not all there. */
    static final long ABSENT = -1;

    // ---- addresses ------------------------------------------------------------------------------------------------

    /**
     * {@code addr_space_cast} from address space 0 to 1: what user space knows a place by.
     *
     * @param pointer a program's pointer; its low half counts
     * @return the user address; 0 if the low half is 0
     */
    public long toUser(int pointer) {
        return pointer == 0 ? 0 : userAddress & ~LOW_HALF | pointer & LOW_HALF;
    }

    /**
     * The address that {@code LD_IMM64} of a place in the arena gives.
     *
     * @param offset bytes from the start of the arena
     * @return the user address
     */
    public long addressOf(long offset) {
        return userAddress + offset;
    }

    private boolean isPresent(long at) {
        return at >= 0 && at < pages.byteSize() && presence.get(BYTE, at >>> pageShift) != 0;
    }

    /** Where {@code bytes} bytes at an address start in {@link #pages}, or {@link #ABSENT}. */
    long locate(long address, int bytes) {
        long at = address - (userAddress & LOW_HALF);
        if (!isPresent(at)) {
            return ABSENT;
        }
        long inPage = at & (1L << pageShift) - 1;
        return inPage + bytes <= 1L << pageShift || isPresent(at + bytes - 1) ? at : ABSENT;
    }

    // ---- loads and stores -----------------------------------------------------------------------------------------
    // The size is a constant wherever code is generated, so that compiled code has one access.

    /**
     * Loads 1, 2, 4 or 8 bytes.
     *
     * @param address the pointer plus the instruction's offset
     * @param bytes how many
     * @return the number, zero-extended, or 0
     */
    public long load(long address, int bytes) {
        long at = locate(address, bytes);
        return at == ABSENT ? 0 : get(at, bytes);
    }

    private long get(long at, int bytes) {
        return switch (bytes) {
            case Byte.BYTES -> pages.get(BYTE, at) & 0xffL;
            case Short.BYTES -> pages.get(SHORT, at) & 0xffffL;
            case Integer.BYTES -> pages.get(INT, at) & LOW_HALF;
            default -> pages.get(LONG, at);
        };
    }

    /**
     * Stores 1, 2, 4 or 8 bytes.
     *
     * @param address the pointer plus the instruction's offset
     * @param bytes how many
     * @param value the number, whose low bytes are stored
     */
    public void store(long address, int bytes, long value) {
        long at = locate(address, bytes);
        if (at == ABSENT) {
            return;
        }
        switch (bytes) {
            case Byte.BYTES -> pages.set(BYTE, at, (byte) value);
            case Short.BYTES -> pages.set(SHORT, at, (short) value);
            case Integer.BYTES -> pages.set(INT, at, (int) value);
            default -> pages.set(LONG, at, value);
        }
    }

    /**
     * Loads 1, 2, 4 or 8 bytes; no later access moves before it.
     *
     * @param address the pointer plus the instruction's offset
     * @param bytes how many
     * @param register what the register that is loaded holds
     * @return the number, or the low bytes of {@code register}, zero-extended
     */
    public long loadAcquire(long address, int bytes, long register) {
        long at = locate(address, bytes);
        if (at == ABSENT) {
            return bytes == Long.BYTES ? register : register & (1L << bytes * Byte.SIZE) - 1;
        }
        long loaded = get(at, bytes);
        VarHandle.acquireFence();
        return loaded;
    }

    /**
     * Stores 1, 2, 4 or 8 bytes; no earlier access moves behind it.
     *
     * @param address the pointer plus the instruction's offset
     * @param bytes how many
     * @param value the number, whose low bytes are stored
     */
    public void storeRelease(long address, int bytes, long value) {
        VarHandle.releaseFence();
        store(address, bytes, value);
    }

    // ---- atomic operations ----------------------------------------------------------------------------------------
    // Aligned numbers are atomic to everybody, others among each other only: the JVM has no wider guarantee.

    /**
     * Replaces four bytes by the sum, disjunction, conjunction or exclusive disjunction of them and an operand, or by the operand.
     *
     * @param operation the operation's number in an instruction (RFC 9669 section 5.3), without {@code BPF_FETCH}
     * @param address the pointer plus the instruction's offset
     * @param register what the operand's register holds
     * @return what was there, or the low half of {@code register}, zero-extended
     */
    public long updateInt(int operation, long address, long register) {
        long at = locate(address, Integer.BYTES);
        if (at == ABSENT) {
            return register & LOW_HALF;
        }
        int operand = (int) register;
        int old;
        if (at % Integer.BYTES != 0) {
            synchronized (this) {
                old = pages.get(INT, at);
                pages.set(INT, at, (int) AtomicUpdate.result(operation, old, operand));
            }
        } else {
            old = switch (operation) {
                case AtomicUpdate.ADD -> (int) INT_ATOMIC.getAndAdd(pages, at, operand);
                case AtomicUpdate.OR -> (int) INT_ATOMIC.getAndBitwiseOr(pages, at, operand);
                case AtomicUpdate.AND -> (int) INT_ATOMIC.getAndBitwiseAnd(pages, at, operand);
                case AtomicUpdate.XOR -> (int) INT_ATOMIC.getAndBitwiseXor(pages, at, operand);
                default -> (int) INT_ATOMIC.getAndSet(pages, at, operand);
            };
        }
        return old & LOW_HALF;
    }

    /**
     * Replaces eight bytes by the sum, disjunction, conjunction or exclusive disjunction of them and an operand, or by the operand.
     *
     * @param operation the operation's number in an instruction (RFC 9669 section 5.3), without {@code BPF_FETCH}
     * @param address the pointer plus the instruction's offset
     * @param operand what the operand's register holds
     * @return what was there, or {@code operand}
     */
    public long updateLong(int operation, long address, long operand) {
        long at = locate(address, Long.BYTES);
        if (at == ABSENT) {
            return operand;
        }
        if (at % Long.BYTES != 0) {
            synchronized (this) {
                long old = pages.get(LONG, at);
                pages.set(LONG, at, AtomicUpdate.result(operation, old, operand));
                return old;
            }
        }
        return switch (operation) {
            case AtomicUpdate.ADD -> (long) LONG_ATOMIC.getAndAdd(pages, at, operand);
            case AtomicUpdate.OR -> (long) LONG_ATOMIC.getAndBitwiseOr(pages, at, operand);
            case AtomicUpdate.AND -> (long) LONG_ATOMIC.getAndBitwiseAnd(pages, at, operand);
            case AtomicUpdate.XOR -> (long) LONG_ATOMIC.getAndBitwiseXor(pages, at, operand);
            default -> (long) LONG_ATOMIC.getAndSet(pages, at, operand);
        };
    }

    /**
     * Replaces four bytes if they are as expected.
     *
     * @param address the pointer plus the instruction's offset
     * @param r0 what {@code r0} holds, whose low half is expected
     * @param replacement what to store
     * @return what was there, or the low half of {@code r0}, zero-extended
     */
    public long compareAndExchangeInt(long address, long r0, int replacement) {
        long at = locate(address, Integer.BYTES);
        if (at == ABSENT) {
            return r0 & LOW_HALF;
        }
        int expected = (int) r0;
        int old;
        if (at % Integer.BYTES == 0) {
            old = (int) INT_ATOMIC.compareAndExchange(pages, at, expected, replacement);
        } else {
            synchronized (this) {
                old = pages.get(INT, at);
                if (old == expected) {
                    pages.set(INT, at, replacement);
                }
            }
        }
        return old & LOW_HALF;
    }

    /**
     * Replaces eight bytes if they are as expected.
     *
     * @param address the pointer plus the instruction's offset
     * @param r0 what {@code r0} holds, which is expected
     * @param replacement what to store
     * @return what was there, or {@code r0}
     */
    public long compareAndExchangeLong(long address, long r0, long replacement) {
        long at = locate(address, Long.BYTES);
        if (at == ABSENT) {
            return r0;
        }
        if (at % Long.BYTES == 0) {
            return (long) LONG_ATOMIC.compareAndExchange(pages, at, r0, replacement);
        }
        synchronized (this) {
            long old = pages.get(LONG, at);
            if (old == r0) {
                pages.set(LONG, at, replacement);
            }
            return old;
        }
    }
}
