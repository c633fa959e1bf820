/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BlockOrderTest {
    @Test
    void keepsTheOrderOfAddressesWhereNothingJumpsBackwards() {
        int[][] diamond = {{1, 2}, {3}, {3}, {}};

        assertArrayEquals(new int[] {0, 1, 2, 3}, BlockOrder.of(diamond));
    }

    @Test
    void keepsALoopWhoseBodyFollowsItsHead() {
        int[][] loop = {{1}, {2, 3}, {1}, {}};

        assertArrayEquals(new int[] {0, 1, 2, 3}, BlockOrder.of(loop));
    }

    @Test
    void movesARotatedBodyBehindItsHead() {
        // 0 enters at the head 2; the body 1 stands in front of it
        int[][] rotated = {{2}, {2}, {1, 3}, {}};

        assertArrayEquals(new int[] {0, 2, 1, 3}, BlockOrder.of(rotated));
    }

    @Test
    void takesALoopOfOneBlock() {
        int[][] loop = {{1}, {1, 2}, {}};

        assertArrayEquals(new int[] {0, 1, 2}, BlockOrder.of(loop));
    }

    @Test
    void takesALoopWithTwoEntries() {
        int[][] irreducible = {{1, 2}, {2}, {1, 3}, {}};

        assertAllOnce(BlockOrder.of(irreducible), 4);
    }

    @Test
    void takesDeepGraphs() {
        int[][] chain = new int[100_000][];
        for (int block = 0; block < chain.length; block++) {
            chain[block] = block + 1 < chain.length ? new int[] {block + 1, 0} : new int[0];
        }

        assertArrayEquals(IntStream.range(0, chain.length).toArray(), BlockOrder.of(chain));
    }

    @Test
    void ordersEveryBlockOnceAndJumpsBackwardsOnlyInCycles() {
        Random random = new Random(20_251);
        for (int run = 0; run < 2_000; run++) {
            int[][] graph = randomGraph(random);

            int[] order = BlockOrder.of(graph);

            assertAllOnce(order, graph.length);
            int[] position = new int[graph.length];
            for (int i = 0; i < order.length; i++) {
                position[order[i]] = i;
            }
            for (int block = 0; block < graph.length; block++) {
                for (int target : graph[block]) {
                    assertTrue(
                            position[target] > position[block] || reaches(graph, target, block),
                            "run " + run + ": edge from " + block + " to " + target);
                }
            }
        }
    }

    private static void assertAllOnce(int[] order, int blocks) {
        assertEquals(0, order[0]);
        int[] sorted = order.clone();
        Arrays.sort(sorted);
        assertArrayEquals(IntStream.range(0, blocks).toArray(), sorted);
    }

    /** A graph of which every block is reached from block 0. */
    private static int[][] randomGraph(Random random) {
        int[][] graph = new int[1 + random.nextInt(12)][];
        for (int block = 0; block < graph.length; block++) {
            int next = block + 1;
            graph[block] = switch (random.nextInt(3)) {
                case 0 -> next < graph.length ? new int[] {next} : new int[0];
                case 1 -> next < graph.length ? new int[] {random.nextInt(graph.length), next} : new int[0];
                default -> next < graph.length ? new int[] {next, random.nextInt(graph.length)} : new int[] {0};
            };
        }
        return graph;
    }

    private static boolean reaches(int[][] graph, int from, int to) {
        BitSet seen = new BitSet();
        seen.set(from);
        for (boolean grown = true; grown; ) {
            int before = seen.cardinality();
            for (int block = seen.nextSetBit(0); block >= 0; block = seen.nextSetBit(block + 1)) {
                for (int target : graph[block]) {
                    seen.set(target);
                }
            }
            grown = seen.cardinality() > before;
        }
        return seen.get(to);
    }
}
