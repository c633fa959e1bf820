/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Who the "current task" of a program is: what {@code bpf_get_current_pid_tgid} and its relatives return and what trace lines begin with.
 * Immutable.
 *
 * @param pid thread number
 * @param tgid process number
 * @param uid user number
 * @param gid group number
 * @param comm command name; {@code bpf_get_current_comm} shows at most 15 bytes of it
 */
public record Task(int pid, int tgid, int uid, int gid, String comm) {
    /** The idle task, which Linux mostly interrupts to process packets; trace lines name it {@code <idle>}. */
    public static final Task IDLE = new Task(0, 0, 0, 0, "swapper");

    /**
     * This Java process.
     *
     * @return its number, owner and command name; owner 0 where the platform does not tell
     */
    public static Task ofThisProcess() {
        ProcessHandle self = ProcessHandle.current();
        int pid = (int) self.pid();
        String command = self.info().command().orElse("java");
        String comm = command.substring(command.lastIndexOf('/') + 1);
        return new Task(pid, pid, owner("unix:uid"), owner("unix:gid"), comm);
    }

    private static int owner(String attribute) {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), attribute);
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return 0;
        }
    }
}
