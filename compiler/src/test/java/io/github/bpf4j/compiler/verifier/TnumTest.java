/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TnumTest {
    private static final long SEED = 0x7a;
    private static final int CASES = 5_000;

    @Test
    void nextIsTheLeastNumberAboveOrTheGreatest() {
        Random random = new Random(SEED);
        for (int i = 0; i < CASES; i++) {
            long mask = 0;
            for (int bit = random.nextInt(7); bit > 0; bit--) {
                mask |= 1L << random.nextInt(64);
            }
            Tnum bits = new Tnum(random.nextLong() >> random.nextInt(64) & ~mask, mask);
            TreeSet<Long> numbers = new TreeSet<>(Long::compareUnsigned);
            long unknown = mask;
            do { // every subset of the unknown bits
                numbers.add(bits.value() | unknown);
                unknown = unknown - 1 & mask;
            } while (unknown != mask);
            for (long start :
                    new long[] {random.nextLong(), bits.value(), bits.value() ^ Long.lowestOneBit(mask), 0, -1}) {
                for (long number = start - 1; number != start + 2; number++) {
                    Long above = numbers.higher(number);
                    assertEquals(
                            above == null ? numbers.last() : above,
                            bits.next(number),
                            "after " + Long.toHexString(number) + " in " + bits + ", seed " + SEED + " case " + i);
                }
            }
        }
    }
}
