/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.pipeline;

import io.github.bpf4j.runtime.lwt.DropReason;
import io.github.bpf4j.runtime.lwt.HookPoint;
import io.github.bpf4j.runtime.lwt.LwtVerdict;
import org.HdrHistogram.Histogram;

/** What a worker counts. Not thread-safe: each worker has its own, and they are added up at the end. */
public final class Counters {
    /** The return codes that are counted apart. */
    public enum Verdict {
        /** {@code BPF_OK}. */
        OK,
        /** {@code BPF_DROP}. */
        DROP,
        /** {@code BPF_REDIRECT}. */
        REDIRECT,
        /** {@code BPF_LWT_REROUTE}. */
        REROUTE,
        /** All others. */
        OTHER;

        /**
         * Sorts a return code.
         *
         * @param code the lower 32 bits of {@code r0}
         * @return where it is counted
         */
        public static Verdict of(int code) {
            return switch (code) {
                case LwtVerdict.OK -> OK;
                case LwtVerdict.DROP -> DROP;
                case LwtVerdict.REDIRECT -> REDIRECT;
                case LwtVerdict.REROUTE -> REROUTE;
                default -> OTHER;
            };
        }
    }

    private static final int VERDICTS = Verdict.values().length;

    /** Longest latency that is told from longer ones, in ns: an hour. */
    private static final long LONGEST = 3_600_000_000_000L;

    private final Histogram latency = new Histogram(LONGEST, 3);
    private final long[] verdicts = new long[HookPoint.values().length * VERDICTS];
    private final long[] fates = new long[Fate.values().length];
    private final long[] drops = new long[DropReason.values().length];
    private long packets;
    private long bytes;
    private long vectors;
    private long clones;
    private long traps;
    private long nanos;

    /** Creates counters at 0. */
    public Counters() {}

    /**
     * Packets that came in.
     *
     * @return how many
     */
    public long packets() {
        return packets;
    }

    /**
     * Bytes of the frames that came in.
     *
     * @return how many
     */
    public long bytes() {
        return bytes;
    }

    /**
     * Vectors that came in.
     *
     * @return how many
     */
    public long vectors() {
        return vectors;
    }

    /**
     * Copies that programs sent to devices.
     *
     * @return how many
     */
    public long clones() {
        return clones;
    }

    /**
     * Packets dropped because a run-time check fired; they are among the program's drops, too.
     *
     * @return how many
     */
    public long traps() {
        return traps;
    }

    /**
     * Time workers spent on packets, reading and writing not included. Several workers add up.
     *
     * @return nanoseconds
     */
    public long nanos() {
        return nanos;
    }

    /**
     * How long packets were with a worker: each as long as the vector it came in, from when the worker took it up until its last packet had its
     * fate. Reading, writing and waiting for a worker are not included.
     *
     * @return a copy; values in ns, up to an hour (which stands for all beyond), with three significant digits, one per packet
     */
    public Histogram latency() {
        return latency.copy();
    }

    /**
     * How often programs at a hook returned a code. A packet counts once for every run.
     *
     * @param point the hook
     * @param verdict the code
     * @return how often
     */
    public long verdicts(HookPoint point, Verdict verdict) {
        return verdicts[point.ordinal() * VERDICTS + verdict.ordinal()];
    }

    /**
     * How many packets met a fate. Fragments are counted beside the packets that they were cut from.
     *
     * @param fate the fate
     * @return how many
     */
    public long fates(Fate fate) {
        return fates[fate.ordinal()];
    }

    /**
     * How many packets were dropped for a reason.
     *
     * @param reason the reason
     * @return how many
     */
    public long drops(DropReason reason) {
        return drops[reason.ordinal()];
    }

    /**
     * Adds another worker's counts.
     *
     * @param other the counts, which stay as they are
     */
    public void add(Counters other) {
        add(verdicts, other.verdicts);
        add(fates, other.fates);
        add(drops, other.drops);
        latency.add(other.latency);
        packets += other.packets;
        bytes += other.bytes;
        vectors += other.vectors;
        clones += other.clones;
        traps += other.traps;
        nanos += other.nanos;
    }

    void verdict(HookPoint point, int code) {
        verdicts[point.ordinal() * VERDICTS + Verdict.of(code).ordinal()]++;
    }

    /** Counts a vector that has been worked on. */
    void vector(PacketVector vector, long spentNanos, long newTraps) {
        packets += vector.arrived();
        vectors++;
        for (int i = 0; i < vector.count(); i++) {
            bytes += i < vector.arrived() ? vector.frameLength(i) : 0;
            fates[vector.fate(i).ordinal()]++;
            DropReason reason = vector.dropReason(i);
            if (reason != null) {
                drops[reason.ordinal()]++;
            }
        }
        clones += vector.cloneCount();
        nanos += spentNanos;
        latency.recordValueWithCount(Math.clamp(spentNanos, 0, LONGEST), vector.arrived());
        traps += newTraps;
    }

    private static void add(long[] to, long[] from) {
        for (int i = 0; i < to.length; i++) {
            to[i] += from[i];
        }
    }
}
