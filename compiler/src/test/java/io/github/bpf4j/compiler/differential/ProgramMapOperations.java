/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static io.github.bpf4j.compiler.differential.MapPrograms.*;

import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.kernel.KernelBpf;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.KernelMap;
import io.github.bpf4j.compiler.kernel.KernelRingBuffer;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.lwt.TestRun;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.BpfMaps;
import io.github.bpf4j.runtime.map.LocalStorageMap;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapIds;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.map.RingBufferMap;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/**
 * Random sequences of the helpers on a map, by one program in Linux and the same program compiled here. Results, error numbers and bytes
 * found must be the same, and the records of a ring buffer. A sequence ends by emptying the map, so that each starts with an empty one.
 */
final class ProgramMapOperations implements AutoCloseable {
    /** Random operations in a sequence; then come those that empty the map. */
    static final int OPERATIONS = 16;

    private static final int SLOTS_OF_SEQUENCE = 2 * OPERATIONS;

    /** Runs of a loaded program. Filters, which cannot be emptied, get new maps sooner. */
    private static final int LIFETIME = 2000;

    private static final int FILTER_LIFETIME = 20;
    private static final int RING_SIZE = 4096;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final byte[] ZERO_KEY = new byte[4];
    private static final byte[] FRAME = new byte[64];

    static {
        FRAME[12] = 0x08; // IPv4
        FRAME[14] = 0x45;
    }

    private final MapKind kind;
    private final int sequencesOfRun;
    private final BpfMap area;
    private final BpfMap ours;
    private final List<BpfMap> ourInner = new ArrayList<>();
    private final List<KernelMap> theirInner = new ArrayList<>();
    private final KernelLoader.Loaded linux;
    private final BpfProgram compiled;
    private final ExecutionContext worker = new ExecutionContext(0);
    private final byte[] input;
    private final byte[] expected;
    private final byte[] key;
    private final boolean[] added = new boolean[256]; // to a bloom filter

    private ProgramMapOperations(MapKind kind) throws Exception {
        this.kind = kind;
        this.sequencesOfRun = kind.isRing() ? 3 : 32; // so that a ring fills up sometimes
        int slots = sequencesOfRun * SLOTS_OF_SEQUENCE;
        this.input = new byte[SLOT * slots];
        this.expected = new byte[input.length];
        this.key = new byte[kind.definition().keySize()];
        MapEnvironment host = MapEnvironment.of(KernelBpf.possibleCpus());
        this.area = BpfMaps.create(new MapDefinition("area", MapType.ARRAY, 4, input.length, 1, 0), host);
        this.ours = BpfMaps.create(kind.definition(), host);
        Program program = Program.of(
                "maps",
                ProgramType.LWT_OUT,
                Assembler.assemble(text(kind, slots), List.of("area", "m")).instructions(),
                List.of(area, ours));
        this.compiled = ProgramCompiler.compile(Verifier.verify(program), CompilerOptions.DEFAULT);
        this.linux = KernelLoader.load(program);
        if (!linux.accepted()) {
            throw new IllegalStateException("Linux refuses the program: " + linux.log());
        }
        if (kind.definition().inner() != null) {
            fillOuterMaps(host);
        }
    }

    /** Elements 0 and 2 hold one map, 1 another, the rest none. */
    private void fillOuterMaps(MapEnvironment host) throws Exception {
        for (int i = 0; i < 2; i++) {
            BpfMap inner = BpfMaps.create(kind.definition().inner(), host);
            ourInner.add(inner);
            theirInner.add(KernelLoader.twins(List.of(inner)).getFirst());
        }
        for (int i = 0; i < 3; i++) {
            byte[] at = KernelBpf.bytesOf(i);
            int result =
                    theirs().update(at, KernelBpf.bytesOf(theirInner.get(i & 1).fd()), 0);
            MemorySegment id = MemorySegment.ofArray(new int[] {MapIds.register(ourInner.get(i & 1))});
            if (result != 0 || ours.updateElement(MemorySegment.ofArray(at), 0, id, 0, 0) != 0) {
                throw new IllegalStateException("inner map " + i + ": " + result);
            }
        }
    }

    private KernelMap theirs() {
        return linux.maps().get(1);
    }

    /**
     * Compares sequences.
     *
     * @param count how many
     * @param firstSeed seed of the first; the others have those that follow
     * @return how many they were
     * @throws AssertionError at the first difference, with the operations of its sequence
     */
    static int compare(MapKind kind, int count, long firstSeed) throws Exception {
        for (int done = 0; done < count; ) {
            try (ProgramMapOperations program = new ProgramMapOperations(kind)) {
                int lifetime = kind.isFilter() ? FILTER_LIFETIME : LIFETIME;
                for (int run = 0; run < lifetime && done < count; run++) {
                    done += program.run(firstSeed + done, Math.min(count - done, program.sequencesOfRun));
                }
            }
        }
        return count;
    }

    private int run(long firstSeed, int count) throws Exception {
        Arrays.fill(input, (byte) 0);
        for (int i = 0; i < count; i++) {
            draw(new Random(firstSeed + i), i * SLOTS_OF_SEQUENCE);
        }
        KernelMap kernelArea = linux.maps().getFirst();
        kernelArea.update(ZERO_KEY, input, 0);
        MemorySegment.copy(MemorySegment.ofArray(input), 0, area.values(), 0, input.length);
        linux.program().testRun(FRAME).checkedValue();
        new TestRun(FRAME).run(compiled, worker);
        kernelArea.lookup(ZERO_KEY, expected, 0);
        compareAreas(firstSeed);
        if (kind.isRing()) {
            compareRecords(firstSeed);
        }
        return count;
    }

    /** Fills in a sequence. */
    private void draw(Random random, int firstSlot) {
        for (int i = 0; i < OPERATIONS; i++) {
            MemorySegment slot = slot(firstSlot + i);
            int operation = 1 + random.nextInt(operations());
            kind.drawKey(random, key);
            MemorySegment.copy(MemorySegment.ofArray(key), 0, slot, KEY, key.length);
            if (kind.definition().inner() != null) {
                slot.set(LONG, KEY, random.nextInt(6));
                slot.set(LONG, KEY + 8, random.nextInt(5));
            }
            if (kind.type().isLocalStorage()) {
                slot.set(LONG, KEY + 8, random.nextInt(12)); // 0: no task
            }
            slot.set(LONG, OPERATION, operation);
            slot.set(LONG, FLAGS, flags(random, operation));
            slot.set(LONG, VALUE, kind.isFilter() ? random.nextInt(kind.keys()) : random.nextLong());
        }
        drawEmptying(firstSlot);
    }

    private int operations() {
        return switch (kind.type()) {
            case QUEUE, STACK, BLOOM_FILTER, ARRAY_OF_MAPS, HASH_OF_MAPS -> 3;
            case RINGBUF -> SUBMIT_LARGE;
            case LPM_TRIE, TASK_STORAGE -> ADD;
            default -> kind.hasSpinLock() ? ADD : kind.isPerCpu() ? LOOKUP_PER_CPU : WALK;
        };
    }

    private long flags(Random random, int operation) {
        if (kind.isRing()) {
            return random.nextInt(operation == QUERY ? 6 : 5);
        }
        if (kind.isPerCpu() && operation == LOOKUP_PER_CPU) {
            return new long[] {0, 1, 1 << 16}[random.nextInt(3)];
        }
        if (kind.type().isLocalStorage() && operation != GET) {
            return random.nextInt(8) == 0 ? MapKind.flags(random) : LocalStorageMap.GET_CREATE;
        }
        return MapKind.flags(random);
    }

    private void drawEmptying(int firstSlot) {
        for (int i = 0; i < OPERATIONS; i++) {
            MemorySegment drawn = slot(firstSlot + i);
            MemorySegment slot = slot(firstSlot + OPERATIONS + i);
            switch (kind.type()) {
                case BLOOM_FILTER, RINGBUF -> {}
                case QUEUE, STACK -> slot.set(LONG, OPERATION, POP);
                case ARRAY, PERCPU_ARRAY -> {
                    slot.set(LONG, OPERATION, UPDATE);
                    slot.set(LONG, KEY, i);
                }
                case TASK_STORAGE -> {
                    slot.set(LONG, OPERATION, DELETE);
                    slot.set(LONG, KEY + 8, 1);
                }
                default -> {
                    slot.set(LONG, OPERATION, DELETE);
                    MemorySegment.copy(drawn, KEY, slot, KEY, 16);
                }
            }
        }
    }

    private MemorySegment slot(int number) {
        return MemorySegment.ofArray(input).asSlice((long) number * SLOT, SLOT);
    }

    private void compareAreas(long firstSeed) {
        MemorySegment there = MemorySegment.ofArray(expected);
        MemorySegment here = area.values().asSlice(0, expected.length);
        if (kind.isFilter()) {
            allowFalseAnswers(there, here);
        }
        long at = there.mismatch(here);
        if (at >= 0) {
            long sequence = at / SLOT / SLOTS_OF_SEQUENCE;
            long from = sequence * SLOTS_OF_SEQUENCE * SLOT;
            long to = at / SLOT * SLOT + SLOT;
            throw new AssertionError("%s, seed %d%nLinux:%n%sbpf4j:%n%s"
                    .formatted(
                            kind.name(),
                            firstSeed + sequence,
                            describe(there.asSlice(from, to - from)),
                            describe(here.asSlice(from, to - from))));
        }
    }

    /** Of a value that was never added a filter may say either. */
    private void allowFalseAnswers(MemorySegment there, MemorySegment here) {
        for (long at = 0; at < expected.length; at += SLOT) {
            long operation = there.get(LONG, at + OPERATION);
            long result = there.get(LONG, at + RESULT);
            int value = (int) there.get(LONG, at + VALUE);
            if (operation == PUSH && result == 0) {
                added[value] = true;
            } else if (operation != PUSH
                    && !added[value]
                    && isAnswer(result)
                    && isAnswer(here.get(LONG, at + RESULT))) {
                here.set(LONG, at + RESULT, result);
            }
        }
    }

    private static boolean isAnswer(long result) {
        return result == 0 || result == -Errno.ENOENT;
    }

    private void compareRecords(long seed) {
        List<String> there;
        try (KernelRingBuffer ring = new KernelRingBuffer(theirs(), RING_SIZE)) {
            there = ring.poll().stream()
                    .map(record -> HexFormat.of().formatHex(record))
                    .toList();
        }
        List<String> here = new ArrayList<>();
        ((RingBufferMap) ours)
                .consume(
                        (memory, offset, length) -> here.add(HexFormat.of()
                                .formatHex(memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE))),
                        Integer.MAX_VALUE);
        if (!there.equals(here)) {
            throw new AssertionError(
                    "%s, seed %d: records %s in Linux, %s in bpf4j".formatted(kind.name(), seed, there, here));
        }
    }

    private static String describe(MemorySegment slots) {
        StringBuilder text = new StringBuilder();
        for (long at = 0; at < slots.byteSize(); at += SLOT) {
            text.append("operation %d key %x %x flags %x value %x: %d found %x%n"
                    .formatted(
                            slots.get(LONG, at + OPERATION),
                            slots.get(LONG, at + KEY),
                            slots.get(LONG, at + KEY + 8),
                            slots.get(LONG, at + FLAGS),
                            slots.get(LONG, at + VALUE),
                            slots.get(LONG, at + RESULT),
                            slots.get(LONG, at + FOUND)));
        }
        return text.toString();
    }

    @Override
    public void close() {
        linux.close();
        theirInner.forEach(KernelMap::close);
    }
}
