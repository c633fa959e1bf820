/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The few C library functions that the oracle calls. Results below zero are {@code -errno}. Thread-safe. */
final class LibC {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemoryLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");
    private static final ThreadLocal<MemorySegment> STATE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CALL_STATE));

    private static final MethodHandle SYSCALL = function(
            "syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG),
            CAPTURE_ERRNO,
            Linker.Option.firstVariadicArg(1));
    private static final MethodHandle CLOSE =
            function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT), CAPTURE_ERRNO);
    private static final MethodHandle MMAP = function(
            "mmap",
            FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG),
            CAPTURE_ERRNO);
    private static final MethodHandle MUNMAP =
            function("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG), CAPTURE_ERRNO);
    private static final MethodHandle GETPID = function("getpid", FunctionDescriptor.of(JAVA_INT));

    private LibC() {}

    private static MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options) {
        MemorySegment symbol = LINKER.defaultLookup()
                .find(name)
                .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no " + name));
        return LINKER.downcallHandle(symbol, type, options);
    }

    /** {@code syscall(number, command, argument, size)}. */
    static long syscall(long number, long command, MemorySegment argument, long size) {
        MemorySegment state = STATE.get();
        try {
            long result = (long) SYSCALL.invokeExact(state, number, command, argument, size);
            return result == -1 ? -errno(state) : result;
        } catch (Throwable e) {
            throw new AssertionError("syscall", e);
        }
    }

    static int close(int fd) {
        MemorySegment state = STATE.get();
        try {
            int result = (int) CLOSE.invokeExact(state, fd);
            return result == -1 ? -errno(state) : result;
        } catch (Throwable e) {
            throw new AssertionError("close", e);
        }
    }

    /** Maps a file; the segment has the given size and no owner: {@link #munmap} ends its life. */
    static MemorySegment mmap(long size, int protection, int flags, int fd, long offset) {
        return mmap(MemorySegment.NULL, size, protection, flags, fd, offset);
    }

    /** Maps a file at an address, if it is not NULL and the flags say so. */
    static MemorySegment mmap(MemorySegment at, long size, int protection, int flags, int fd, long offset) {
        MemorySegment state = STATE.get();
        MemorySegment address;
        try {
            address = (MemorySegment) MMAP.invokeExact(state, at, size, protection, flags, fd, offset);
        } catch (Throwable e) {
            throw new AssertionError("mmap", e);
        }
        if (address.address() == -1) {
            throw new KernelCallException("mmap", errno(state));
        }
        return address.reinterpret(size);
    }

    static void munmap(MemorySegment mapping) {
        MemorySegment state = STATE.get();
        int result;
        try {
            result = (int) MUNMAP.invokeExact(state, mapping, mapping.byteSize());
        } catch (Throwable e) {
            throw new AssertionError("munmap", e);
        }
        if (result == -1) {
            throw new KernelCallException("munmap", errno(state));
        }
    }

    static int getpid() {
        try {
            return (int) GETPID.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError("getpid", e);
        }
    }

    private static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }
}
