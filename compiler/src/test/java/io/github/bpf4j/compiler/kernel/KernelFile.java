/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A descriptor of something that local storage belongs to in the host kernel: a task, a socket, an inode or a control group. */
public final class KernelFile implements AutoCloseable {
    private static final int PIDFD_OPEN = 434; // on every architecture
    private static final MemorySegment PIDFD_THREAD = MemorySegment.ofAddress(0x80);
    private static final int AT_FDCWD = -100;
    private static final int AF_INET = 2;
    private static final MemorySegment SOCK_DGRAM = MemorySegment.ofAddress(2);

    /** Numbers of system calls that differ between architectures. */
    private enum Call {
        GETTID(186, 178),
        SOCKET(41, 198),
        OPENAT(257, 56);

        private final long number;

        Call(long x86, long others) {
            this.number = System.getProperty("os.arch", "").matches("amd64|x86_64") ? x86 : others;
        }
    }

    private final int fd;

    private KernelFile(String what, long fd) {
        if (fd < 0) {
            throw new KernelCallException(what, (int) -fd);
        }
        this.fd = (int) fd;
    }

    /** The descriptor. */
    public int fd() {
        return fd;
    }

    @Override
    public void close() {
        LibC.close(fd);
    }

    /** The task of the thread that calls. */
    public static KernelFile callingThread() {
        long thread = LibC.syscall(Call.GETTID.number, 0, MemorySegment.NULL, 0);
        return new KernelFile("pidfd_open", LibC.syscall(PIDFD_OPEN, thread, PIDFD_THREAD, 0));
    }

    /** The task that leads this process: the thread that the launcher of Java started with. */
    public static KernelFile process() {
        return new KernelFile("pidfd_open", LibC.syscall(PIDFD_OPEN, LibC.getpid(), MemorySegment.NULL, 0));
    }

    /** A new socket. */
    public static KernelFile socket() {
        return new KernelFile("socket", LibC.syscall(Call.SOCKET.number, AF_INET, SOCK_DGRAM, 0));
    }

    /** A file or directory, opened for reading. */
    public static KernelFile open(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            return new KernelFile(
                    "openat", LibC.syscall(Call.OPENAT.number, AT_FDCWD, arena.allocateFrom(path.toString()), 0));
        }
    }

    /** The root of the host's control groups of version 2, if they are mounted. */
    public static Optional<Path> cgroupRoot() {
        try {
            return Files.readAllLines(Path.of("/proc/mounts")).stream()
                    .map(line -> line.split(" "))
                    .filter(words -> words[2].equals("cgroup2"))
                    .map(words -> Path.of(words[1]))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
