/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.verifier.PointerKind;
import io.github.bpf4j.compiler.verifier.RegisterFact;
import io.github.bpf4j.compiler.verifier.RegisterFact.Pointer;
import io.github.bpf4j.runtime.helper.ArgType;
import io.github.bpf4j.runtime.map.BpfMap;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Parts of the stack that a function's own code writes and helpers only read through a pointer with a constant offset, such as map keys.
 * They need no memory: their values are handed to the helper directly, or written to memory right before the call. Immutable.
 */
final class KeyFlow {
    private static final int FRAME = 512;

    /**
     * Memory that a call reads.
     *
     * @param argument 1 to 5
     * @param offset its first byte, from the frame's lowest address
     * @param size bytes
     */
    record Range(int argument, int offset, int size) {}

    private final boolean followsStoredPointers;
    private final List<BpfMap> maps;
    private final FlowGraph graph;
    private final BitSet memory;
    private final Map<Integer, List<Range>> ranges = new HashMap<>();
    private final Map<Integer, int[]> units = new HashMap<>();
    /** Bytes that an access of this function reaches with an offset that varies from path to path. */
    private final BitSet varying = new BitSet(FRAME);

    /**
     * Looks for such parts.
     *
     * @param memoryBytes the bytes that the verifier says are reached through pointers
     * @param followsStoredPointers whether a helper of the program reads what pointers stored in memory point to, of which the verifier
     *     says nothing
     */
    KeyFlow(FlowGraph graph, List<BpfMap> maps, BitSet memoryBytes, boolean followsStoredPointers) {
        this.followsStoredPointers = followsStoredPointers;
        this.graph = graph;
        this.maps = maps;
        BitSet escaping = new BitSet(FRAME);
        for (FlowGraph.Block block : graph.blocks()) {
            for (int slot = block.first(); slot <= block.last(); slot = graph.after(slot)) {
                scan(slot, escaping);
            }
        }
        escaping.and(memoryBytes);
        escaping.or(varying);
        this.memory = escaping;
    }

    /** The bytes of the frame that must lie in memory. */
    BitSet memoryBytes() {
        return memory;
    }

    /** Tells which units the ranges fall on, once units are chosen. */
    void place(StackPlan stack) {
        ranges.forEach((slot, list) -> units.put(
                slot,
                list.stream()
                        .flatMapToInt(range -> java.util.stream.IntStream.range(range.offset, range.offset + range.size)
                                .map(stack::unitAt))
                        .filter(unit -> unit >= 0)
                        .distinct()
                        .toArray()));
    }

    /** Memory that the call at {@code slot} reads, some or all of which may be units. */
    List<Range> ranges(int slot) {
        return ranges.getOrDefault(slot, List.of());
    }

    /** Units that the call at {@code slot} reads. */
    int[] unitsRead(int slot) {
        return units.getOrDefault(slot, new int[0]);
    }

    private RegisterFact fact(int slot, int register) {
        return graph.facts(slot).registers().get(register);
    }

    private void scan(int slot, BitSet escaping) {
        switch (graph.instruction(slot)) {
            case Instruction.Load load -> direct(slot, load.base(), escaping);
            case Instruction.Store store -> {
                direct(slot, store.base(), escaping);
                if (store.src().isRegister() && isStack(fact(slot, store.src().register()))) {
                    escaping.set(0, FRAME);
                    if (followsStoredPointers) {
                        varying.set(0, FRAME);
                    }
                }
            }
            case Instruction.Atomic atomic -> {
                escapes(slot, atomic.base(), escaping);
                escapes(slot, atomic.src(), escaping);
            }
            case Instruction.LoadAcquire load -> escapes(slot, load.base(), escaping);
            case Instruction.StoreRelease store -> {
                escapes(slot, store.base(), escaping);
                escapes(slot, store.src(), escaping);
            }
            case Instruction.Exit exit -> escapes(slot, 0, escaping);
            case Instruction.Call call -> call(slot, call, escaping);
            case Instruction.Alu alu -> {
                // arithmetic that gives no pointer to the stack any more hides the address
                if (isStack(fact(slot, alu.dst())) && !isStackAfter(slot, alu.dst())) {
                    escaping.set(0, FRAME);
                }
            }
            default -> {
                // moves keep the fact; comparisons reach no memory
            }
        }
    }

    private boolean isStackAfter(int slot, int register) {
        int after = graph.after(slot);
        return graph.reachable(after)
                && fact(after, register) instanceof Pointer pointer
                && pointer.kind() == PointerKind.STACK;
    }

    private static boolean isStack(RegisterFact fact) {
        return switch (fact) {
            case Pointer pointer -> pointer.kind() == PointerKind.STACK;
            case RegisterFact.Mixed mixed -> mixed.kinds().contains(PointerKind.STACK);
            case RegisterFact.Scalar scalar -> false;
            case RegisterFact.Unusable unusable -> false;
        };
    }

    private void escapes(int slot, int register, BitSet escaping) {
        if (isStack(fact(slot, register))) {
            escaping.set(0, FRAME);
        }
    }

    private void direct(int slot, int base, BitSet escaping) {
        RegisterFact fact = fact(slot, base);
        if (!isStack(fact) || StackPlan.frameOffset(graph, slot) >= 0) {
            return;
        }
        escaping.set(0, FRAME);
        if (fact instanceof Pointer pointer && pointer.frame() > 0) {
            return;
        }
        if (fact instanceof Pointer pointer && pointer.frame() == 0) {
            long size = StackPlan.size(graph.instruction(slot));
            long first = FRAME + pointer.minOffset() + StackPlan.offset(graph.instruction(slot));
            long end = FRAME + pointer.maxOffset() + StackPlan.offset(graph.instruction(slot)) + size;
            varying.set(Math.clamp(first, 0, FRAME), Math.clamp(end, 0, FRAME));
        } else {
            varying.set(0, FRAME);
        }
    }

    private void call(int slot, Instruction.Call call, BitSet escaping) {
        if (call.kind() == Instruction.CallKind.SUBPROGRAM) {
            for (int register = 1; register <= 5; register++) {
                escapes(slot, register, escaping);
            }
            return;
        }
        Callee callee = Callee.of(call);
        List<Range> list = new ArrayList<>();
        for (int argument = 1; argument <= callee.args().size(); argument++) {
            RegisterFact fact = fact(slot, argument);
            if (!isStack(fact)) {
                continue;
            }
            int size = Callee.followsStoredPointers(call) ? 0 : readSize(slot, callee, argument);
            if (size > 0
                    && fact instanceof Pointer pointer
                    && pointer.frame() == 0
                    && pointer.hasConstantOffset()
                    && !pointer.maybeNull()
                    && pointer.minOffset() >= -FRAME
                    && pointer.minOffset() + size <= 0) {
                list.add(new Range(argument, FRAME + (int) pointer.minOffset(), size));
            } else if (fact instanceof Pointer pointer
                    && pointer.frame() == 0
                    && knownSize(slot, callee, argument) > 0
                    && pointer.minOffset() >= -FRAME
                    && pointer.maxOffset() + knownSize(slot, callee, argument) <= 0) {
                escaping.set(
                        FRAME + (int) pointer.minOffset(),
                        FRAME + (int) pointer.maxOffset() + knownSize(slot, callee, argument));
            } else {
                escaping.set(0, FRAME);
            }
        }
        if (!list.isEmpty()) {
            ranges.put(slot, list);
        }
    }

    /** Bytes that an argument points to if the callee only reads them, else 0. */
    private int readSize(int slot, Callee callee, int argument) {
        ArgType type = callee.args().get(argument - 1);
        boolean writes = type.has(ArgType.Flag.UNINIT) || type.has(ArgType.Flag.WRITE);
        boolean reads = switch (type.kind()) {
            case PTR_TO_MAP_KEY, PTR_TO_MAP_VALUE -> !writes;
            case PTR_TO_MEM -> !writes && type.has(ArgType.Flag.RDONLY);
            default -> false;
        };
        return reads ? knownSize(slot, callee, argument) : 0;
    }

    private int knownSize(int slot, Callee callee, int argument) {
        ArgType type = callee.args().get(argument - 1);
        return switch (type.kind()) {
            case PTR_TO_MAP_KEY -> {
                BpfMap map = mapArgument(slot, callee);
                yield map == null ? 0 : map.definition().keySize();
            }
            case PTR_TO_MAP_VALUE -> {
                BpfMap map = mapArgument(slot, callee);
                yield map == null ? 0 : map.definition().valueSize();
            }
            case PTR_TO_MEM -> {
                if (type.size() > 0) {
                    yield type.size();
                }
                boolean sized = argument < callee.args().size()
                        && (callee.args().get(argument).kind() == ArgType.Kind.CONST_SIZE
                                || callee.args().get(argument).kind() == ArgType.Kind.CONST_SIZE_OR_ZERO);
                yield sized && fact(slot, argument + 1) instanceof RegisterFact.Scalar scalar && scalar.umax() <= FRAME
                        ? (int) scalar.umax()
                        : 0;
            }
            default -> 0;
        };
    }

    private @org.jspecify.annotations.Nullable BpfMap mapArgument(int slot, Callee callee) {
        for (int argument = 1; argument <= callee.args().size(); argument++) {
            if (callee.args().get(argument - 1).kind() == ArgType.Kind.CONST_MAP_PTR
                    && fact(slot, argument) instanceof Pointer pointer
                    && pointer.map() >= 0) {
                return maps.get(pointer.map());
            }
        }
        return null;
    }
}
