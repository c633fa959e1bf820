/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.KernelMap;
import io.github.bpf4j.compiler.kernel.RequiresKernel;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.runtime.lwt.TestRun;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.BpfMaps;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapFlags;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Map operations of programs: the same program with the same random sequences of operations in Linux and here, compiled.
 * {@code -Dbpf4j.maps.sequences=200000} makes it thorough.
 */
@RequiresKernel
class MapProgramDifferentialTest {
    private static final int SEQUENCES = Integer.getInteger("bpf4j.maps.sequences", 300);
    private static final long SEED = Long.getLong("bpf4j.maps.seed", 20260718);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    /** Operations in one run, each with 64 bytes of the area: operation, flags, key (16), value, result, value found. */
    private static final int STEPS = 12;

    private static final int AREA = 64 * STEPS;
    private static final byte[] FRAME = new byte[64];

    static {
        FRAME[12] = 0x08; // IPv4
        FRAME[14] = 0x45;
    }

    private record Kind(MapDefinition definition, int keys) {
        boolean isQueue() {
            return definition.keySize() == 0;
        }
    }

    private static Kind kind(MapType type, int keySize, int entries, int flags, int keys) {
        return new Kind(new MapDefinition("m", type, keySize, 8, entries, flags), keys);
    }

    @TestFactory
    Stream<DynamicTest> sameResultsAsLinux() {
        return Stream.of(
                        kind(MapType.ARRAY, 4, 4, 0, 6),
                        kind(MapType.PERCPU_ARRAY, 4, 4, 0, 6),
                        kind(MapType.HASH, 4, 4, 0, 7),
                        kind(MapType.HASH, 8, 4, MapFlags.NO_PREALLOC, 7),
                        kind(MapType.HASH, 13, 4, 0, 7),
                        kind(MapType.PERCPU_HASH, 8, 4, 0, 7),
                        kind(MapType.LRU_HASH, 8, 2000, 0, 9),
                        kind(MapType.LRU_PERCPU_HASH, 4, 2000, 0, 9),
                        kind(MapType.LPM_TRIE, 8, 5, MapFlags.NO_PREALLOC, 0),
                        kind(MapType.LPM_TRIE, 16, 5, MapFlags.NO_PREALLOC, 0),
                        kind(MapType.QUEUE, 0, 3, 0, 0),
                        kind(MapType.STACK, 0, 3, 0, 0))
                .map(kind -> DynamicTest.dynamicTest(
                        kind.definition.type() + " key " + kind.definition.keySize(), () -> compare(kind)));
    }

    private static String text(Kind kind) {
        StringBuilder text = new StringBuilder("r6 = map[area][0] + 0\n");
        for (int i = 0; i < STEPS; i++) {
            text.append((kind.isQueue() ? QUEUE_STEP : STEP)
                    .replace("#", "" + i)
                    .replace("@operation", "" + 64 * i)
                    .replace("@flags", "" + (64 * i + 8))
                    .replace("@key0", "" + (64 * i + 16))
                    .replace("@key8", "" + (64 * i + 24))
                    .replace("@value", "" + (64 * i + 32))
                    .replace("@result", "" + (64 * i + 40))
                    .replace("@found", "" + (64 * i + 48)));
        }
        return text + "r0 = 0\nexit\n";
    }

    private static final String STEP = """
            r7 = *(u64 *)(r6 + @key0)
            *(u64 *)(r10 - 32) = r7
            r7 = *(u64 *)(r6 + @key8)
            *(u64 *)(r10 - 24) = r7
            r7 = *(u64 *)(r6 + @value)
            *(u64 *)(r10 - 16) = r7
            r1 = map[m]
            r2 = r10
            r2 += -32
            r7 = 0
            r8 = *(u64 *)(r6 + @operation)
            if r8 == 1 goto update#
            if r8 == 2 goto delete#
            call bpf_map_lookup_elem
            if r0 == 0 goto missed#
            r1 = *(u64 *)(r0 + 0)
            *(u64 *)(r6 + @found) = r1
            r1 = 1
            *(u64 *)(r6 + @result) = r1
            goto next#
            missed#:
            *(u64 *)(r6 + @result) = r0
            goto next#
            update#:
            r3 = r10
            r3 += -16
            r4 = *(u64 *)(r6 + @flags)
            call bpf_map_update_elem
            *(u64 *)(r6 + @result) = r0
            goto next#
            delete#:
            call bpf_map_delete_elem
            *(u64 *)(r6 + @result) = r0
            next#:
            r0 = 0
            r8 = 0
            """;

    private static final String QUEUE_STEP = """
            r7 = *(u64 *)(r6 + @value)
            *(u64 *)(r10 - 16) = r7
            r1 = map[m]
            r2 = r10
            r2 += -16
            r7 = 0
            r8 = *(u64 *)(r6 + @operation)
            if r8 == 1 goto push#
            if r8 == 2 goto pop#
            call bpf_map_peek_elem
            goto next#
            push#:
            r3 = *(u64 *)(r6 + @flags)
            call bpf_map_push_elem
            goto next#
            pop#:
            call bpf_map_pop_elem
            next#:
            *(u64 *)(r6 + @result) = r0
            r1 = *(u64 *)(r10 - 16)
            *(u64 *)(r6 + @found) = r1
            r0 = 0
            r8 = 0
            """;

    private static void compare(Kind kind) throws Exception {
        BpfMap area = BpfMaps.create(new MapDefinition("area", MapType.ARRAY, 4, AREA, 1, 0), MapEnvironment.of(1));
        BpfMap map = BpfMaps.create(kind.definition, MapEnvironment.of(1));
        Program program = Program.of(
                "maps",
                ProgramType.LWT_OUT,
                Assembler.assemble(text(kind), List.of("area", "m")).instructions(),
                List.of(area, map));
        BpfProgram compiled = ProgramCompiler.compile(Verifier.verify(program), CompilerOptions.DEFAULT);
        ExecutionContext worker = new ExecutionContext(0);
        byte[] zeroKey = new byte[4];
        try (KernelLoader.Loaded linux = KernelLoader.load(program)) {
            assertTrue(linux.accepted(), linux.log());
            for (int i = 0; i < SEQUENCES; i++) {
                long seed = SEED + i;
                Random random = new Random(seed);
                byte[] input = sequence(kind, random);
                KernelMap kernelArea = linux.maps().getFirst();
                kernelArea.update(zeroKey, input, 0);
                MemorySegment.copy(MemorySegment.ofArray(input), 0, area.values(), 0, AREA);
                linux.program().testRun(FRAME).checkedValue();
                new TestRun(FRAME, new byte[0], 1, 0, ifindex -> null).run(compiled, worker);
                byte[] expected = new byte[AREA];
                kernelArea.lookup(zeroKey, expected, 0);
                byte[] actual = area.values().asSlice(0, AREA).toArray(ValueLayout.JAVA_BYTE);
                assertEquals(describe(expected), describe(actual), () -> "seed " + seed);
                clear(kind, map, linux.maps().get(1));
            }
        }
    }

    private static byte[] sequence(Kind kind, Random random) {
        byte[] area = new byte[AREA];
        MemorySegment memory = MemorySegment.ofArray(area);
        for (int i = 0; i < STEPS; i++) {
            long at = 64L * i;
            memory.set(LONG, at, random.nextInt(3));
            long[] flags = {0, 0, 0, 0, 1, 2, 3, 4, 8, -1, 1L << 33};
            memory.set(LONG, at + 8, flags[random.nextInt(flags.length)]);
            if (kind.definition.type() == MapType.LPM_TRIE) {
                int bits = 8 * (kind.definition.keySize() - 4);
                memory.set(INT, at + 16, random.nextInt(4) == 0 ? bits : random.nextInt(bits + 2));
                for (int b = 20; b < 32; b++) {
                    area[(int) at + b] = (byte) (random.nextInt(3) == 0 ? 0x80 : 0);
                }
            } else {
                memory.set(LONG, at + 16, random.nextInt(Math.max(1, kind.keys)));
            }
            memory.set(LONG, at + 32, random.nextLong());
        }
        return area;
    }

    private static String describe(byte[] area) {
        MemorySegment memory = MemorySegment.ofArray(area);
        StringBuilder text = new StringBuilder();
        for (long at = 0; at < AREA; at += 64) {
            text.append("operation %d key %x %x flags %x value %x: %d found %x%n"
                    .formatted(
                            memory.get(LONG, at),
                            memory.get(LONG, at + 16),
                            memory.get(LONG, at + 24),
                            memory.get(LONG, at + 8),
                            memory.get(LONG, at + 32),
                            memory.get(LONG, at + 40),
                            memory.get(LONG, at + 48)));
        }
        return text.toString();
    }

    /** Empties both maps, of the values of all CPUs. */
    private static void clear(Kind kind, BpfMap map, KernelMap kernel) {
        MapDefinition d = kind.definition;
        switch (d.type()) {
            case ARRAY, PERCPU_ARRAY -> {
                for (int i = 0; i < d.maxEntries(); i++) {
                    MemorySegment key = MemorySegment.ofArray(new int[] {i});
                    map.updateElement(key, 0, MemorySegment.ofArray(new byte[map.userValueSize()]), 0, 0);
                    kernel.update(key.toArray(ValueLayout.JAVA_BYTE), new byte[kernel.userValueSize()], 0);
                }
            }
            case QUEUE, STACK -> {
                byte[] value = new byte[8];
                while (map.pop(MemorySegment.ofArray(value), 0) == 0) {
                    assertEquals(0, kernel.lookupAndDelete(null, value, 0));
                }
            }
            default -> {
                byte[] key = new byte[d.keySize()];
                while (map.nextKey(null, 0, MemorySegment.ofArray(key), 0) == 0) {
                    map.deleteElement(MemorySegment.ofArray(key), 0);
                    assertEquals(0, kernel.delete(key));
                }
            }
        }
    }
}
