/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.kernel.KernelBpf;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.KernelMap;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.runtime.lwt.TestRun;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.BpfMaps;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.map.ProgramArrayMap;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random sequences on a program array: Java and user space set, look up and delete elements, a program calls through them. Same error
 * numbers, and the same program is reached, as in Linux.
 */
final class TailCallSequences implements AutoCloseable {
    static final int OPERATIONS = 16;

    private static final byte[] ZERO_KEY = new byte[4];
    private static final byte[] FRAME = new byte[64];

    static {
        FRAME[12] = 0x08; // IPv4
        FRAME[14] = 0x45;
    }

    private static final String CALLER = """
        r6 = map[area][0] + 0
        r3 = *(u32 *)(r6 + 0)
        r2 = map[m]
        call bpf_tail_call
        r0 = 7
        exit
        """;

    private final BpfMap area;
    private final ProgramArrayMap ours;
    private final KernelLoader.Loaded caller;
    private final BpfProgram compiledCaller;
    private final List<KernelLoader.Loaded> theirTargets = new ArrayList<>();
    private final List<BpfProgram> ourTargets = new ArrayList<>();
    private final ExecutionContext worker = new ExecutionContext(0);
    private final MapKind kind;

    private TailCallSequences(MapKind kind) throws Exception {
        this.kind = kind;
        MapEnvironment one = MapEnvironment.of(1);
        area = BpfMaps.create(new MapDefinition("area", MapType.ARRAY, 4, 8, 1, 0), one);
        ours = (ProgramArrayMap) BpfMaps.create(kind.definition(), one);
        Program program = program(ProgramType.LWT_OUT, CALLER, List.of(area, ours));
        ours.bind(program.type()); // as a loader does
        compiledCaller = compile(program);
        caller = load(program);
        addTarget(ProgramType.LWT_OUT, 11);
        addTarget(ProgramType.LWT_OUT, 12);
        addTarget(ProgramType.LWT_IN, 13); // does not fit
    }

    private static Program program(ProgramType type, String text, List<BpfMap> maps) {
        return Program.of(
                "tail", type, Assembler.assemble(text, List.of("area", "m")).instructions(), maps);
    }

    private static BpfProgram compile(Program program) throws Exception {
        return ProgramCompiler.compile(Verifier.verify(program), CompilerOptions.DEFAULT);
    }

    private static KernelLoader.Loaded load(Program program) {
        KernelLoader.Loaded loaded = KernelLoader.load(program);
        if (!loaded.accepted()) {
            throw new IllegalStateException("Linux refuses the program: " + loaded.log());
        }
        return loaded;
    }

    private void addTarget(ProgramType type, int result) throws Exception {
        Program program = program(type, "r0 = " + result + "\nexit\n", List.of());
        ourTargets.add(compile(program));
        theirTargets.add(load(program));
    }

    /**
     * Compares sequences.
     *
     * @param kind the program array
     * @param count how many
     * @param firstSeed seed of the first; the others have those that follow
     * @return how many they were
     * @throws AssertionError at the first difference
     */
    static int compare(MapKind kind, int count, long firstSeed) throws Exception {
        try (TailCallSequences maps = new TailCallSequences(kind)) {
            for (int i = 0; i < count; i++) {
                Random random = new Random(firstSeed + i);
                for (int step = 0; step < OPERATIONS; step++) {
                    maps.step(random, "seed " + (firstSeed + i) + ", operation " + step);
                }
                maps.clear();
            }
        }
        return count;
    }

    private void step(Random random, String where) throws Exception {
        int index = random.nextInt(20) == 0 ? -1 : random.nextInt(kind.keys());
        int target = random.nextInt(ourTargets.size());
        byte[] key = KernelBpf.bytesOf(index);
        KernelMap theirs = caller.maps().get(1);
        switch (random.nextInt(5)) {
            case 0, 1 -> {
                int fd = theirTargets.get(target).program().fd();
                same(
                        "set",
                        where,
                        theirs.update(key, KernelBpf.bytesOf(fd), 0),
                        ours.set(index, ourTargets.get(target)));
            }
            case 2 -> same("clear", where, theirs.delete(key), ours.clear(index));
            case 3 -> same("is there", where, theirs.lookup(key) == null ? 0 : 1, ours.get(index) == null ? 0 : 1);
            default -> call(index, where);
        }
    }

    private void call(int index, String where) throws Exception {
        caller.maps().getFirst().update(ZERO_KEY, KernelBpf.bytesOf(index, 0), 0);
        area.values().set(ValueLayout.JAVA_INT, 0, index);
        int expected = caller.program().testRun(FRAME).checkedValue();
        same(
                "call",
                where,
                expected,
                new TestRun(FRAME).run(compiledCaller, worker).returnValue());
    }

    private void clear() {
        for (int i = 0; i < kind.definition().maxEntries(); i++) {
            same("clear", "at the end", caller.maps().get(1).delete(KernelBpf.bytesOf(i)), ours.clear(i));
        }
    }

    private static void same(String what, String where, int expected, int actual) {
        if (expected != actual) {
            throw new AssertionError("%s gives %d in Linux, %d in bpf4j: %s".formatted(what, expected, actual, where));
        }
    }

    @Override
    public void close() {
        caller.close();
        theirTargets.forEach(KernelLoader.Loaded::close);
    }
}
