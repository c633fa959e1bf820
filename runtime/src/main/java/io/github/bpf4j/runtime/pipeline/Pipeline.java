/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.pipeline;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Moves packets from a source through workers to where they go. The calling thread reads and writes; with several workers, each has a thread of
 * its own. Vectors come out in the order they went in, whichever worker had them.
 */
public final class Pipeline {
    /** What a worker does with a vector. Called by one thread at a time. */
    @FunctionalInterface
    public interface Worker {
        /**
         * Works on packets, so that each has a fate.
         *
         * @param vector the packets
         */
        void process(PacketVector vector);
    }

    /** What is done with a vector that a worker has finished. */
    @FunctionalInterface
    public interface Output {
        /**
         * Takes the packets, before the vector is used again.
         *
         * @param vector the packets
         * @throws IOException if writing fails
         */
        void accept(PacketVector vector) throws IOException;
    }

    /** Vectors a worker may have waiting: enough that reading and writing overlap with its work. */
    private static final int WAITING = 4;

    private Pipeline() {}

    /**
     * Runs until the source is at its end.
     *
     * @param source where packets come from
     * @param workerCount how many workers, from 1; a single one runs on the calling thread
     * @param workers makes the worker of a number, from 0
     * @param output takes finished vectors, in their order, on the calling thread
     * @throws IOException if source or output fails
     * @throws IllegalArgumentException if there is no worker
     * @throws IllegalStateException if a worker fails; its cause says how
     * @throws InterruptedException if the calling thread is interrupted
     */
    public static void run(PacketSource source, int workerCount, IntFunction<? extends Worker> workers, Output output)
            throws IOException, InterruptedException {
        if (workerCount < 1) {
            throw new IllegalArgumentException("a pipeline needs a worker, not " + workerCount);
        }
        if (workerCount == 1) {
            runHere(source, workers.apply(0), output);
            return;
        }
        Lane[] lanes = new Lane[workerCount];
        for (int i = 0; i < workerCount; i++) {
            lanes[i] = new Lane(i, workers.apply(i));
        }
        try {
            for (Lane lane : lanes) {
                lane.thread.start();
            }
            feed(source, lanes, output);
        } finally {
            for (Lane lane : lanes) {
                lane.thread.interrupt();
            }
            for (Lane lane : lanes) {
                lane.thread.join();
            }
        }
    }

    private static void runHere(PacketSource source, Worker worker, Output output) throws IOException {
        PacketVector vector = new PacketVector();
        while (source.fill(vector) > 0) {
            worker.process(vector);
            output.accept(vector);
            vector.clear();
        }
    }

    /** Deals vectors out to the lanes in turn, and takes them back in the same order. */
    private static void feed(PacketSource source, Lane[] lanes, Output output)
            throws IOException, InterruptedException {
        ArrayDeque<PacketVector> free = new ArrayDeque<>();
        for (int i = 0; i < lanes.length * WAITING; i++) {
            free.add(new PacketVector());
        }
        long dealt = 0;
        long taken = 0;
        boolean more = true;
        while (more || taken < dealt) {
            PacketVector vector = more ? free.poll() : null;
            if (vector != null) {
                more = source.fill(vector) > 0;
                if (more) {
                    lanes[(int) (dealt++ % lanes.length)].in.put(vector);
                }
                continue;
            }
            Lane lane = lanes[(int) (taken++ % lanes.length)];
            PacketVector done = lane.out.take();
            Throwable failure = lane.failure;
            if (failure != null) {
                throw new IllegalStateException("worker " + lane.thread.getName() + " failed", failure);
            }
            output.accept(done);
            done.clear();
            free.add(done);
        }
    }

    /** A worker with its thread and the queues before and behind it. */
    private static final class Lane {
        final BlockingQueue<PacketVector> in = new ArrayBlockingQueue<>(WAITING);
        final BlockingQueue<PacketVector> out = new ArrayBlockingQueue<>(WAITING);
        final Thread thread;
        volatile @Nullable Throwable failure;

        Lane(int number, Worker worker) {
            thread = Thread.ofPlatform().daemon().name("bpf4j-worker-" + number).unstarted(() -> work(worker));
        }

        private void work(Worker worker) {
            try {
                while (true) {
                    PacketVector vector = in.take();
                    try {
                        worker.process(vector);
                    } catch (RuntimeException | Error e) {
                        failure = e; // before the vector goes out, so that who takes it sees it
                    }
                    out.put(vector);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the pipeline is done
            }
        }
    }
}
