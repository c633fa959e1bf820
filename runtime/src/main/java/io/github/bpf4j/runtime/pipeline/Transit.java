/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.pipeline;

import java.util.Arrays;

/** How far each packet of a vector is: its stage, its program runs, and what waits for it. */
final class Transit {
    private static final int NOTHING = -1;

    private Stage[] stages = new Stage[PacketVector.SIZE];
    private int[] runs = new int[PacketVector.SIZE];
    private boolean[] rerouted = new boolean[PacketVector.SIZE];
    /** The fragment that goes on when a packet has left. */
    private int[] followers = new int[PacketVector.SIZE];

    private int pending;

    Transit() {
        Arrays.fill(stages, Stage.DONE);
    }

    /** Begins a vector of packets, none of which has come yet. */
    void begin(int packets) {
        pending = packets;
        for (int i = 0; i < packets; i++) {
            restart(i);
        }
    }

    /** Takes in one packet more, made of another, which has run as many programs. */
    void derive(int i, int origin) {
        if (i >= stages.length) {
            stages = Arrays.copyOf(stages, 2 * i);
            Arrays.fill(stages, i, stages.length, Stage.DONE);
            runs = Arrays.copyOf(runs, stages.length);
            rerouted = Arrays.copyOf(rerouted, stages.length);
            followers = Arrays.copyOf(followers, stages.length);
        }
        runs[i] = runs[origin];
        rerouted[i] = rerouted[origin];
        followers[i] = NOTHING;
        pending++;
    }

    /** A packet begins its way, be it again. */
    void restart(int i) {
        runs[i] = 0;
        rerouted[i] = false;
        followers[i] = NOTHING;
    }

    boolean anyPending() {
        return pending > 0;
    }

    Stage stage(int i) {
        return stages[i];
    }

    void enter(int i, Stage stage) {
        stages[i] = stage;
    }

    /** Counts a program run; false if there were too many. */
    boolean mayRun(int i) {
        return runs[i]++ < Router.MAX_RUNS;
    }

    boolean rerouted(int i) {
        return rerouted[i];
    }

    void reroute(int i) {
        rerouted[i] = true;
    }

    /** Lets fragments, which lie behind each other, take a packet's place in the queue: the first goes on, each other one waits for the one before. */
    void replace(int i, int first, int last) {
        for (int fragment = first; fragment <= last; fragment++) {
            stages[fragment] = fragment == first ? Stage.XMIT : Stage.WAITING;
            followers[fragment] = fragment == last ? followers[i] : fragment + 1;
        }
        followers[i] = NOTHING;
    }

    /** A packet has left, or the sender cannot know that it has not: what waits for it goes on. */
    void release(int i) {
        int next = followers[i];
        if (next != NOTHING) {
            followers[i] = NOTHING;
            stages[next] = Stage.XMIT;
        }
    }

    /** The fragment that waited for a packet and now never goes on, or -1. */
    int abandon(int i) {
        int next = followers[i];
        followers[i] = NOTHING;
        return next;
    }

    void end(int i) {
        stages[i] = Stage.DONE;
        pending--;
    }
}
