/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.diagnosis;

import io.github.bpf4j.compiler.interpreter.Interpreter;
import io.github.bpf4j.compiler.interpreter.InterpreterTrapException;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.BpfMaps;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapException;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.Environment;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a packet on which a rejected packet access really leaves the packet. Packets are run through the reference interpreter on
 * copies of the maps; each run that takes a branch not taken before gives rise to new packets in which the bytes that the run compared
 * are changed and the length is moved to the bounds that it checked. Deterministic and bounded.
 */
final class CounterexampleSearch {
    private static final int MAX_RUNS = 4_000;
    private static final int MAX_QUEUE = 20_000;
    private static final int MAX_INSTRUCTIONS = 20_000;
    private static final int MAX_PACKET = 2_048;
    private static final int HEADROOM = 256;
    private static final int ETHERTYPE_IPV4 = 0x0008;
    private static final int ETHERTYPE_IPV6 = 0xdd86;

    private final Program program;
    private final int target;
    private final Deque<byte[]> queue = new ArrayDeque<>();
    private final Set<String> seenPackets = new HashSet<>();
    private final Set<Integer> seenEdges = new HashSet<>();

    private CounterexampleSearch(Program program, int target) {
        this.program = program;
        this.target = target;
    }

    /**
     * Searches.
     *
     * @param program the rejected program
     * @param target the slot of the rejected access
     * @return a packet and what happened, or null if none was found
     */
    static @Nullable Counterexample find(Program program, int target) {
        if (!program.type().hasPacket()) {
            return null;
        }
        try {
            return new CounterexampleSearch(withOwnMaps(program), target).search();
        } catch (MapException e) {
            // a map too large to copy: the diagnosis then says that no example was found
            return null;
        }
    }

    /** Running must not change the maps that the caller loaded, which other programs may share. */
    private static Program withOwnMaps(Program program) throws MapException {
        List<BpfMap> maps = new ArrayList<>();
        for (BpfMap map : program.maps()) {
            BpfMap copy = BpfMaps.create(map.definition(), MapEnvironment.of(1));
            MemorySegment values = map.values();
            switch (map.definition().type()) {
                case ARRAY -> copy.values().copyFrom(values);
                default -> {
                    // other kinds start empty: their contents decide branches that the search can also reach without
                    // them
                }
            }
            maps.add(copy);
        }
        return program.withMaps(maps);
    }

    private @Nullable Counterexample search() {
        for (int length : new int[] {20, 40, 60, 0}) {
            for (int version : new int[] {4, 6}) {
                byte[] packet = new byte[length];
                if (length > 0) {
                    packet[0] = (byte) (version == 4 ? 0x45 : 0x60);
                }
                offer(packet);
            }
        }
        for (int runs = 0; runs < MAX_RUNS && !queue.isEmpty(); runs++) {
            byte[] packet = queue.poll();
            PacketRun run = new PacketRun(program, target);
            try {
                execute(packet, run);
            } catch (InterpreterTrapException trap) {
                if (trap.slot() == target && trap.reason() == InterpreterTrapException.Reason.OUT_OF_BOUNDS) {
                    return new Counterexample(packet, String.valueOf(trap.getMessage()));
                }
            }
            if (seenEdges.addAll(run.edges())) {
                mutate(packet, run);
            }
        }
        return null;
    }

    private void execute(byte[] packet, PacketRun run) {
        byte[] memory = new byte[HEADROOM + packet.length];
        System.arraycopy(packet, 0, memory, HEADROOM, packet.length);
        SkBuff skb = new SkBuff(memory, HEADROOM, packet.length);
        skb.setProtocol(packet.length > 0 && (packet[0] & 0xf0) == 0x60 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4);
        skb.setIfindex(1);
        ExecutionContext context = new ExecutionContext(0);
        context.setEnvironment(Environment.DEFAULT.withRandom(() -> 0));
        run.start(skb);
        Interpreter.run(program, context, skb, MAX_INSTRUCTIONS, run);
    }

    private void mutate(byte[] packet, PacketRun run) {
        for (int length : run.lengths()) {
            for (int delta = -1; delta <= 1; delta++) {
                if (length + delta >= 0 && length + delta <= MAX_PACKET) {
                    offer(Arrays.copyOf(packet, length + delta));
                }
            }
        }
        for (PacketRun.Comparison comparison : run.comparisons()) {
            int end = comparison.offset() + comparison.size();
            if (comparison.offset() < 0 || end > packet.length) {
                continue;
            }
            for (long value : comparison.candidates()) {
                byte[] changed = packet.clone();
                for (int i = 0; i < comparison.size(); i++) {
                    changed[comparison.offset() + i] = (byte) (value >>> (8 * i));
                }
                offer(changed);
            }
        }
    }

    private void offer(byte[] packet) {
        if (queue.size() < MAX_QUEUE
                && seenPackets.add(new String(packet, java.nio.charset.StandardCharsets.ISO_8859_1))) {
            queue.add(packet);
        }
    }
}
