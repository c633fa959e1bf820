/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.trace;

import io.github.bpf4j.runtime.map.MapException;
import io.github.bpf4j.runtime.map.PerfBuffer;
import io.github.bpf4j.runtime.map.PerfEventArrayMap;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** Reads the samples of all CPUs from a perf event array, as {@code perf_buffer__poll} of libbpf does. One thread at a time. */
public final class PerfReader {
    private static final long SLICE_NANOS = 1_000_000;

    private final List<PerfBuffer> buffers;
    private long lostReported;

    private PerfReader(List<PerfBuffer> buffers) {
        this.buffers = buffers;
    }

    /**
     * Opens a buffer for each CPU and puts it into the map.
     *
     * @param map the perf event array
     * @param cpus number of CPUs
     * @param bytes size of each buffer, a power of two from 4,096
     * @return the reader
     * @throws MapException with {@code EINVAL} for another size, {@code E2BIG} if the map has fewer elements
     */
    public static PerfReader open(PerfEventArrayMap map, int cpus, int bytes) throws MapException {
        List<PerfBuffer> buffers = new ArrayList<>();
        for (int cpu = 0; cpu < cpus; cpu++) {
            buffers.add(map.open(cpu, bytes));
        }
        return new PerfReader(buffers);
    }

    /**
     * Consumes what is there, without waiting.
     *
     * @param handler called for each sample
     * @return how many there were
     */
    public int consume(PerfBuffer.SampleHandler handler) {
        int count = 0;
        for (PerfBuffer buffer : buffers) {
            count += buffer.consume(handler, Integer.MAX_VALUE);
        }
        return count;
    }

    /**
     * Waits for samples and consumes them.
     *
     * @param handler called for each sample
     * @param lost told how many samples were lost since the last call, if any
     * @param timeout longest time to wait
     * @return how many samples there were, 0 if the time is over
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public int poll(PerfBuffer.SampleHandler handler, LongConsumer lost, Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        int count = consume(handler);
        while (count == 0 && System.nanoTime() < end) {
            for (PerfBuffer buffer : buffers) { // each in turn: a sample of any CPU ends the wait soon
                long left = Math.min(SLICE_NANOS, end - System.nanoTime());
                if (buffer.await(left)) {
                    break;
                }
            }
            count = consume(handler);
        }
        long total = lost();
        if (total != lostReported) {
            lost.accept(total - lostReported);
            lostReported = total;
        }
        return count;
    }

    /**
     * A sample.
     *
     * @param cpu the CPU that wrote it
     * @param data its bytes, padded as {@link PerfBuffer.SampleHandler} says
     */
    public record Sample(int cpu, byte[] data) {}

    /**
     * Publishes samples to subscribers. Nobody else may read meanwhile.
     *
     * @param lost told, in the publisher's thread, how many samples were lost since the last call, if any
     * @return the publisher; to be closed
     */
    public EventPublisher<Sample> publisher(LongConsumer lost) {
        return new EventPublisher<>(
                "bpf4j-perf",
                (samples, timeout) -> poll(
                        (cpu, memory, offset, length) -> samples.accept(
                                new Sample(cpu, memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE))),
                        lost,
                        timeout));
    }

    /**
     * How many samples did not fit.
     *
     * @return the count of all CPUs since opening
     */
    public long lost() {
        return buffers.stream().mapToLong(PerfBuffer::lost).sum();
    }
}
