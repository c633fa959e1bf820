/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.github.bpf4j.runtime.map.BpfMaps;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.map.PerfEventArrayMap;
import io.github.bpf4j.runtime.map.RingBufferMap;
import io.github.bpf4j.runtime.packet.SkBuff;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ReadersTest {
    private static final Duration LONG_TIME = Duration.ofSeconds(60);

    private static RingBufferMap ring() throws Exception {
        return (RingBufferMap)
                BpfMaps.create(new MapDefinition("r", MapType.RINGBUF, 0, 0, 4096, 0), MapEnvironment.of(1));
    }

    private static void send(RingBufferMap ring, int value) {
        assertEquals(0, ring.output(MemorySegment.ofArray(new int[] {value}), 0, 4, 0));
    }

    @Test
    void pollReturnsWhenARecordArrivesOrTheTimeIsOver() throws Exception {
        RingBufferMap ring = ring();
        RingBufferReader reader = new RingBufferReader(ring);
        assertEquals(0, reader.poll((m, o, l) -> {}, Duration.ofMillis(1)));
        Thread.ofPlatform().start(() -> send(ring, 9));
        List<Integer> seen = new ArrayList<>();
        assertEquals(1, reader.poll((m, o, l) -> seen.add(m.get(ValueLayout.JAVA_INT_UNALIGNED, o)), LONG_TIME));
        assertEquals(List.of(9), seen);
    }

    @Test
    void thePublisherDeliversInOrder() throws Exception {
        RingBufferMap ring = ring();
        BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
        try (EventPublisher<byte[]> publisher = new RingBufferReader(ring).publisher()) {
            publisher.subscribe(new Collector<>(record -> received.add((int) record[0]), () -> received.add(-1)));
            for (int i = 0; i < 50; i++) {
                send(ring, i);
            }
            for (int i = 0; i < 50; i++) {
                assertEquals(i, received.poll(60, TimeUnit.SECONDS));
            }
        }
        assertEquals(-1, received.poll(60, TimeUnit.SECONDS));
        assertNull(received.poll());
    }

    /** Takes everything. */
    private record Collector<T>(Consumer<T> next, Runnable completed) implements Flow.Subscriber<T> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(T item) {
            next.accept(item);
        }

        @Override
        public void onError(Throwable throwable) {
            throw new AssertionError(throwable);
        }

        @Override
        public void onComplete() {
            completed.run();
        }
    }

    @Test
    void perfSamplesArePublishedWithWhatWasLost() throws Exception {
        PerfEventArrayMap map = (PerfEventArrayMap)
                BpfMaps.create(new MapDefinition("p", MapType.PERF_EVENT_ARRAY, 4, 4, 2, 0), MapEnvironment.of(2));
        PerfReader reader = PerfReader.open(map, 2, 4096);
        SkBuff packet = new SkBuff(new byte[64], 0, 64);
        for (int i = 0; i < 6; i++) { // four fit
            map.output(1, packet, 0xffff_ffffL, MemorySegment.ofArray(new byte[1000]), 0, 1000);
        }
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        try (EventPublisher<PerfReader.Sample> publisher = reader.publisher(lost -> received.add("lost " + lost))) {
            publisher.subscribe(new Collector<>(
                    sample -> received.add("cpu " + sample.cpu() + ", " + sample.data().length + " bytes"),
                    () -> received.add("end")));
            Set<String> first = new HashSet<>();
            for (int i = 0; i < 5; i++) {
                first.add(received.poll(60, TimeUnit.SECONDS));
            }
            assertEquals(Set.of("cpu 1, 1004 bytes", "lost 2"), first);
            assertEquals(0, map.output(0, packet, 0xffff_ffffL, MemorySegment.ofArray(new byte[12]), 0, 12));
            assertEquals("cpu 0, 12 bytes", received.poll(60, TimeUnit.SECONDS));
        }
        assertEquals("end", received.poll(60, TimeUnit.SECONDS));
    }

    @Test
    void subscribersAreToldWhatWentWrong() throws Exception {
        RuntimeException wrong = new IllegalArgumentException("wrong");
        BlockingQueue<Throwable> received = new LinkedBlockingQueue<>();
        try (EventPublisher<String> publisher = new EventPublisher<>("test", (events, timeout) -> {
            throw wrong;
        })) {
            publisher.subscribe(new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    subscription.request(1);
                }

                @Override
                public void onNext(String item) {
                    throw new AssertionError(item);
                }

                @Override
                public void onError(Throwable throwable) {
                    received.add(throwable);
                }

                @Override
                public void onComplete() {
                    throw new AssertionError("completed");
                }
            });
            assertEquals(wrong, received.poll(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void perfSamplesOfAllCpusAndWhatWasLost() throws Exception {
        PerfEventArrayMap map = (PerfEventArrayMap)
                BpfMaps.create(new MapDefinition("p", MapType.PERF_EVENT_ARRAY, 4, 4, 2, 0), MapEnvironment.of(2));
        PerfReader reader = PerfReader.open(map, 2, 4096);
        SkBuff packet = new SkBuff(new byte[64], 0, 64);
        MemorySegment sample = MemorySegment.ofArray(new byte[1000]);
        int lost = 0;
        for (int i = 0; i < 6; i++) {
            lost += map.output(1, packet, 0xffff_ffffL, sample, 0, 1000) == 0 ? 0 : 1;
        }
        assertEquals(0, map.output(0, packet, 0xffff_ffffL, sample, 0, 8));
        List<Integer> cpus = new ArrayList<>();
        List<Long> reported = new ArrayList<>();
        assertEquals(5, reader.poll((cpu, m, o, l) -> cpus.add(cpu), reported::add, LONG_TIME));
        assertEquals(List.of(0, 1, 1, 1, 1), cpus);
        assertEquals(2, lost);
        assertEquals(List.of(2L), reported);
        assertEquals(0, reader.poll((cpu, m, o, l) -> {}, reported::add, Duration.ofMillis(1)));
        assertEquals(List.of(2L), reported, "reported once");
    }
}
