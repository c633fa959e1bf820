/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Cuts the blocks of a function that is too large for one method into regions, runs of blocks that each fit one. Cuts lie where the fewest
 * values cross them, so outside inner loops.
 */
final class Regions {
    /**
     * A run of blocks.
     *
     * @param index position in the list
     * @param first its first block
     * @param end the block behind its last
     */
    record Region(int index, int first, int end) {
        boolean contains(int block) {
            return block >= first && block < end;
        }
    }

    /** Bytes of the blocks of a region; what its entries and exits need comes on top. */
    private static final int TARGET = 5_600;

    /** As many bytes take as much of a region as one memory access. */
    private static final int BYTES_PER_ACCESS = TARGET / MethodSize.ACCESS_LIMIT;

    private final int[] costs;
    private final long[] crossing;

    private Regions(FunctionPlan plan, int[] costs) {
        this.costs = costs;
        this.crossing = crossing(plan);
    }

    /**
     * Cuts a function.
     *
     * @param plan the function
     * @param costs what each block {@linkplain #cost costs}
     * @param methodSize size of the method that a region would become
     */
    static List<Region> of(FunctionPlan plan, int[] costs, Function<Region, MethodSize> methodSize) {
        Regions cutter = new Regions(plan, costs);
        List<Region> regions = new ArrayList<>();
        int first = 0;
        while (first < costs.length) {
            int target = TARGET;
            while (true) {
                Region region = new Region(regions.size(), first, cutter.end(first, target));
                MethodSize size = methodSize.apply(region);
                if (size.isCompilable() || region.end - region.first == 1) {
                    if (size.bytes() >= MethodSize.HUGE_METHOD_LIMIT) {
                        throw new CodeGenerationException("instruction "
                                + plan.graph().blocks().get(first).first()
                                + ": the code around it does not fit one method");
                    }
                    regions.add(region);
                    first = region.end;
                    break;
                }
                target = target * 2 / 3;
            }
        }
        return regions;
    }

    /** How much of a region code takes, measured in bytes. */
    static int cost(int bytes, int accesses) {
        return Math.max(bytes, accesses * BYTES_PER_ACCESS);
    }

    /** Values carried over each cut: the live variables of all edges that cross it. The cut {@code i} lies before block {@code i}. */
    private static long[] crossing(FunctionPlan plan) {
        List<FlowGraph.Block> blocks = plan.graph().blocks();
        long[] change = new long[blocks.size() + 1];
        for (FlowGraph.Block block : blocks) {
            for (int target : new int[] {block.next(), block.taken()}) {
                if (target != FlowGraph.NONE) {
                    int weight = 1 + Long.bitCount(plan.liveness().liveIn(target));
                    // a backward edge is a loop, which runs often
                    boolean backward = target <= block.index();
                    change[Math.min(target, block.index()) + 1] += backward ? 16L * weight : weight;
                    change[
                                    Math.max(target, block.index()) + 1 > blocks.size()
                                            ? blocks.size()
                                            : Math.max(target, block.index()) + 1] -=
                            backward ? 16L * weight : weight;
                }
            }
        }
        long sum = 0;
        for (int i = 0; i < change.length; i++) {
            sum += change[i];
            change[i] = sum;
        }
        return change;
    }

    private int end(int first, int target) {
        int cost = costs[first];
        int best = first + 1;
        long bestCrossing = Long.MAX_VALUE;
        for (int end = first + 1; ; end++) {
            if (end == costs.length) {
                return end;
            }
            if (cost >= target / 2 && crossing[end] <= bestCrossing) {
                best = end;
                bestCrossing = crossing[end];
            } else if (cost < target / 2) {
                best = end;
            }
            cost += costs[end];
            if (cost > target) {
                return best;
            }
        }
    }
}
