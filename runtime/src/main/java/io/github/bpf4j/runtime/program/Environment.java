/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.program;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntSupplier;

/**
 * The part of the world around a program that an application may supply: what helpers answer who ask for the time, for randomness or for
 * the current task. Immutable; one environment may serve all workers.
 *
 * @param clock the time
 * @param random random 32-bit numbers; thread-safe
 * @param task the current task
 * @param cgroups control groups
 * @param trace where trace messages go
 * @param checksumDifference which Linux {@code bpf_csum_diff} follows
 */
public record Environment(
        Clock clock,
        IntSupplier random,
        Task task,
        Cgroups cgroups,
        TraceSink trace,
        ChecksumDifference checksumDifference) {
    /** The machine's clocks, Java's random numbers, this process, no control groups, no trace. */
    public static final Environment DEFAULT = new Environment(
            Clock.SYSTEM,
            () -> ThreadLocalRandom.current().nextInt(),
            Task.ofThisProcess(),
            Cgroups.ROOT_ONLY,
            TraceSink.NONE,
            ChecksumDifference.FOLDED);

    /**
     * The same with another clock.
     *
     * @param newClock the clock
     * @return the environment
     */
    public Environment withClock(Clock newClock) {
        return new Environment(newClock, random, task, cgroups, trace, checksumDifference);
    }

    /**
     * The same with other random numbers.
     *
     * @param newRandom the numbers; thread-safe
     * @return the environment
     */
    public Environment withRandom(IntSupplier newRandom) {
        return new Environment(clock, newRandom, task, cgroups, trace, checksumDifference);
    }

    /**
     * The same with another current task.
     *
     * @param newTask the task
     * @return the environment
     */
    public Environment withTask(Task newTask) {
        return new Environment(clock, random, newTask, cgroups, trace, checksumDifference);
    }

    /**
     * The same with other control groups.
     *
     * @param newCgroups the groups
     * @return the environment
     */
    public Environment withCgroups(Cgroups newCgroups) {
        return new Environment(clock, random, task, newCgroups, trace, checksumDifference);
    }

    /**
     * The same with another place for trace messages.
     *
     * @param newTrace the place
     * @return the environment
     */
    public Environment withTrace(TraceSink newTrace) {
        return new Environment(clock, random, task, cgroups, newTrace, checksumDifference);
    }

    /**
     * The same with another behaviour of {@code bpf_csum_diff}.
     *
     * @param newDifference which Linux it follows
     * @return the environment
     */
    public Environment withChecksumDifference(ChecksumDifference newDifference) {
        return new Environment(clock, random, task, cgroups, trace, newDifference);
    }
}
