/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Threads meet on small pieces of state again and again; each time their results, and what is left behind, are one outcome. Which outcomes
 * there may be is declared beforehand; one that is not declared is forbidden. (The way of jcstress, in one process.)
 *
 * <p>An outcome is written as the actors' results in order, then the arbiter's, as {@code "0, -17, 1"}.
 *
 * @param <S> the state that the actors share
 */
final class OutcomeExperiment<S> {
    private static final int CELLS = 64;
    private static final int SPINS = 2000;
    private static final int MOST_DELAY = 8;

    /** What is thought of an outcome. */
    enum Grade {
        ACCEPTABLE,
        /** Allowed, and a long run must show it: else the actors never met in that way. */
        INTERESTING,
        FORBIDDEN
    }

    /** An outcome that was declared. */
    record Declared(Grade grade, String why) {}

    private final String name;
    private final Supplier<S> cell;
    private final List<ToLongFunction<S>> actors = new ArrayList<>();
    private final Map<String, Declared> declared = new TreeMap<>();
    private Consumer<S> reset = state -> {};
    private ToLongFunction<S> arbiter = state -> 0;

    OutcomeExperiment(String name, Supplier<S> cell) {
        this.name = name;
        this.cell = cell;
    }

    String name() {
        return name;
    }

    /** Brings the state to its start before each meeting. */
    OutcomeExperiment<S> start(Consumer<S> action) {
        reset = action;
        return this;
    }

    /** What one thread does, and its result. */
    OutcomeExperiment<S> actor(ToLongFunction<S> action) {
        actors.add(action);
        return this;
    }

    /** What is left behind when all are done. */
    OutcomeExperiment<S> arbiter(ToLongFunction<S> action) {
        arbiter = action;
        return this;
    }

    OutcomeExperiment<S> acceptable(String outcome, String why) {
        declared.put(outcome, new Declared(Grade.ACCEPTABLE, why));
        return this;
    }

    OutcomeExperiment<S> interesting(String outcome, String why) {
        declared.put(outcome, new Declared(Grade.INTERESTING, why));
        return this;
    }

    OutcomeExperiment<S> forbidden(String outcome, String why) {
        declared.put(outcome, new Declared(Grade.FORBIDDEN, why));
        return this;
    }

    /** The interesting outcomes, in order. */
    List<String> interesting() {
        return declared.entrySet().stream()
                .filter(entry -> entry.getValue().grade == Grade.INTERESTING)
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * Lets the actors meet.
     *
     * @param meetings how often, rounded up to a multiple of 64
     * @return how often each outcome was seen
     * @throws AssertionError at an outcome that is forbidden or not declared
     */
    Map<String, Integer> run(int meetings) throws InterruptedException {
        Meeting meeting = new Meeting((meetings + CELLS - 1) / CELLS);
        List<Thread> threads = new ArrayList<>();
        for (int actor = 1; actor < actors.size(); actor++) {
            int number = actor;
            threads.add(Thread.ofPlatform().daemon().start(() -> meeting.attend(number)));
        }
        Map<String, Integer> seen;
        try {
            seen = meeting.lead();
        } finally {
            meeting.over = true;
        }
        for (Thread thread : threads) {
            thread.join();
        }
        check(seen);
        return seen;
    }

    private void check(Map<String, Integer> seen) {
        seen.forEach((outcome, count) -> {
            Declared as = declared.getOrDefault(outcome, new Declared(Grade.FORBIDDEN, "it is not declared"));
            if (as.grade == Grade.FORBIDDEN) {
                throw new AssertionError(
                        "%s: outcome %s, %d times: %s; seen %s".formatted(name, outcome, count, as.why, seen));
            }
        });
    }

    /** What was seen, with the declarations. */
    String report(Map<String, Integer> seen) {
        StringBuilder text = new StringBuilder(name).append('\n');
        declared.forEach((outcome, as) -> text.append(
                "  %-22s %,12d  %-11s %s%n".formatted(outcome, seen.getOrDefault(outcome, 0), as.grade, as.why)));
        return text.toString();
    }

    /** The actors walk along the same cells at the same time; the first of them prepares the cells and counts. */
    private final class Meeting {
        private final int rounds;
        private final List<S> cells = new ArrayList<>();
        private final long[][] results = new long[actors.size()][CELLS];
        private final AtomicIntegerArray places = new AtomicIntegerArray(actors.size());
        private final AtomicInteger finished = new AtomicInteger();
        private volatile int round;
        private volatile boolean over;

        Meeting(int rounds) {
            this.rounds = rounds;
            for (int i = 0; i < CELLS; i++) {
                cells.add(cell.get());
            }
        }

        void attend(int actor) {
            for (int next = 1; next <= rounds; next++) {
                for (int spins = 0; round < next; spins++) {
                    if (over) {
                        return;
                    }
                    pause(spins);
                }
                act(actor);
                finished.incrementAndGet();
            }
        }

        Map<String, Integer> lead() {
            Map<String, Integer> seen = new TreeMap<>();
            for (int next = 1; next <= rounds; next++) {
                cells.forEach(reset);
                round = next;
                act(0);
                for (int spins = 0; finished.get() < next * (actors.size() - 1); spins++) {
                    pause(spins);
                }
                for (int i = 0; i < CELLS; i++) {
                    seen.merge(outcome(i), 1, Integer::sum);
                }
            }
            return seen;
        }

        private void act(int actor) {
            ToLongFunction<S> action = actors.get(actor);
            for (int i = 0; i < CELLS; i++) {
                meet(actor, (round - 1) * CELLS + i + 1);
                results[actor][i] = action.applyAsLong(cells.get(i));
            }
        }

        /** Waits for the others at a cell, but not long, since they may have no processor; then a little, each time another while. */
        private void meet(int actor, int place) {
            places.set(actor, place);
            for (int other = 0; other < actors.size(); other++) {
                for (int spins = 0; places.get(other) < place && spins < SPINS; spins++) {
                    Thread.onSpinWait();
                }
            }
            for (int spins = ThreadLocalRandom.current().nextInt(MOST_DELAY); spins > 0; spins--) {
                Thread.onSpinWait();
            }
        }

        private String outcome(int i) {
            StringBuilder text = new StringBuilder();
            for (long[] result : results) {
                text.append(result[i]).append(", ");
            }
            return text.append(arbiter.applyAsLong(cells.get(i))).toString();
        }

        @SuppressWarnings("ThreadPriorityCheck") // the other actor may need this processor
        private static void pause(int spins) {
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }
}
