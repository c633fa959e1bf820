/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

/** A program that exists as eBPF, as hand-written Java and as native C. Names are those of the files in {@code bpf/}. */
public enum Workload {
    /** The port-8080 dropper. */
    DROPPER(Inputs.TRAFFIC) {
        @Override
        Yardstick java() {
            return HandWritten::dropper;
        }
    },
    /** 1,000 rounds of 64-bit xorshift. */
    XORSHIFT(Inputs.TRAFFIC) {
        @Override
        Yardstick java() {
            return HandWritten::xorshift;
        }
    },
    /** The Internet checksum over 20 to 1,500 bytes. */
    CHECKSUM(Inputs.ANY_LENGTH) {
        @Override
        Yardstick java() {
            return HandWritten::checksum;
        }
    },
    /** Jenkins' hash of a 5-tuple. */
    JHASH(Inputs.TRAFFIC) {
        @Override
        Yardstick java() {
            return HandWritten::jhash;
        }
    },
    /** SipHash-2-4 of 40 bytes. */
    SIPHASH(Inputs.TRAFFIC) {
        @Override
        Yardstick java() {
            return HandWritten::siphash;
        }
    },
    /** Bubble sort of 64 words on the stack. */
    BUBBLESORT(Inputs.WORDS) {
        @Override
        Yardstick java() {
            int[] words = new int[64];
            return (packet, start, end) -> HandWritten.bubblesort(packet, start, end, words);
        }
    },
    /** 1,000 rounds of a 32-bit linear congruential generator. */
    LCG(Inputs.TRAFFIC) {
        @Override
        Yardstick java() {
            return HandWritten::lcg;
        }
    };

    private final Inputs inputs;

    Workload(Inputs inputs) {
        this.inputs = inputs;
    }

    /** One packet in, one verdict out. */
    interface Yardstick {
        /** Runs on the packet at {@code [start, end)}. */
        int run(byte[] packet, int start, int end);
    }

    /** The hand-written Java; the result belongs to one thread. */
    abstract Yardstick java();

    /** The name of its files and of its function. */
    String file() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** New copies of its packets. */
    byte[][] packets() {
        return inputs.packets();
    }

    /** What every implementation must return for {@link #packets}. */
    int[] expected() {
        byte[][] packets = packets();
        Yardstick java = java();
        int[] verdicts = new int[packets.length];
        for (int i = 0; i < packets.length; i++) {
            verdicts[i] = java.run(packets[i], 0, packets[i].length);
        }
        return verdicts;
    }
}
