/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.program;

/** Where the messages of {@code bpf_trace_printk} go. Called by any worker; implementations are thread-safe. */
@FunctionalInterface
public interface TraceSink {
    /** Throws messages away. With exactly this object messages are not even written; helpers only count how long they would be. */
    TraceSink NONE = (task, cpu, nanoseconds, message, length) -> {};

    /**
     * Takes a message.
     *
     * @param task the current task
     * @param cpu the worker
     * @param nanoseconds when, on the monotonic clock
     * @param message holds the text, without a line end of its own; valid during the call only
     * @param length bytes of text
     */
    void message(Task task, int cpu, long nanoseconds, byte[] message, int length);
}
