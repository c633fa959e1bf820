/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Many threads on one map, with what must hold at every moment and at the end. Run as a program it soaks each kind:
 * {@code MapSoak [seconds per scenario] [threads] [scenario]}, by default 60 and 8 and all; then each must leave the heap as it was, too.
 */
public final class MapSoak {
    private static final long LEAK = 32 << 20;

    private MapSoak() {}

    /** What a thread does. */
    @FunctionalInterface
    interface Work {
        /** One step; false ends the thread. */
        boolean step(int thread, long round) throws Exception;
    }

    /** A map under load. */
    record Load(Work work, Runnable check) {}

    /**
     * Runs a scenario and checks it.
     *
     * @param rounds steps of each thread, if {@code nanos} is 0
     * @param nanos how long to run
     */
    static void run(SoakScenario scenario, int threads, long rounds, long nanos) throws Exception {
        Load load = scenario.start(threads);
        long end = System.nanoTime() + nanos;
        AtomicBoolean failed = new AtomicBoolean();
        AtomicLong steps = new AtomicLong();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> futures = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                futures.add(executor.submit(() -> {
                    long round = 0;
                    try {
                        while (!failed.get()
                                && (nanos == 0 ? round < rounds : (round & 0xff) != 0 || System.nanoTime() < end)) {
                            load.work.step(thread, round++);
                        }
                    } catch (Throwable e) {
                        failed.set(true);
                        throw e;
                    } finally {
                        steps.addAndGet(round);
                    }
                    return null;
                }));
            }
            for (Future<?> future : futures) {
                try {
                    future.get();
                } catch (ExecutionException e) {
                    throw new AssertionError(scenario + ": " + e.getCause().getMessage(), e.getCause());
                }
            }
        }
        load.check.run();
        if (nanos != 0) {
            System.out.printf("%-17s %,15d steps of %d threads, all invariants hold%n", scenario, steps.get(), threads);
        }
    }

    /** Bytes of objects that are in use. */
    private static long heapInUse() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /**
     * Soaks every kind.
     *
     * @param args seconds per scenario, number of threads, the only scenario
     * @throws Exception if an invariant does not hold
     */
    public static void main(String[] args) throws Exception {
        long seconds = args.length > 0 ? Long.parseLong(args[0]) : 60;
        int threads = args.length > 1 ? Integer.parseInt(args[1]) : 8;
        for (SoakScenario scenario : SoakScenario.values()) {
            if (args.length > 2 && !scenario.name().equals(args[2])) {
                continue;
            }
            long before = heapInUse();
            run(scenario, threads, 0, seconds * 1_000_000_000L);
            long grown = heapInUse() - before;
            if (grown > LEAK) {
                throw new AssertionError(scenario + " left " + grown + " bytes in the heap");
            }
        }
    }
}
