/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.bpf4j.compiler.BpfObject;
import io.github.bpf4j.compiler.TestObjects;
import io.github.bpf4j.compiler.codegen.AheadOfTimeCompiler;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.spec.Variable;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.runtime.map.ArenaMap;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code arena.bpf.c}: a list in an arena, with its head and other variables at the arena's start. */
class ArenaObjectTest {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final long NODES = 5 * 4096;
    private static final int NODE = 16;

    private static ObjectSpec spec() {
        return ObjectSpec.read(TestObjects.read("arena.o"));
    }

    private static long variable(String name) {
        List<Variable> variables = spec().map("arena").orElseThrow().variables();
        return variables.stream()
                .filter(variable -> variable.name().equals(name))
                .findFirst()
                .orElseThrow()
                .offset();
    }

    /** Lets {@code head} point to a list of nodes with values 1, 2, … in pages of their own, and gives the memory of the nodes. */
    private static MemorySegment list(ArenaMap arena, int length) {
        MemorySegment nodes = arena.map(NODES, (long) length * NODE);
        for (int i = 0; i < length; i++) {
            boolean last = i == length - 1;
            nodes.set(LONG, (long) i * NODE, last ? 0 : arena.addressOf(NODES + (i + 1L) * NODE));
            nodes.set(INT, (long) i * NODE + 8, i + 1);
        }
        arena.map(variable("head"), 8).set(LONG, 0, arena.addressOf(NODES));
        return nodes;
    }

    private static long walk(BpfProgram program) {
        return program.run(new ExecutionContext(0), new SkBuff(new byte[40], 0, 40));
    }

    @Test
    void programsWalkWhatJavaHasBuilt() throws Exception {
        BpfObject object = BpfObject.load(spec(), LoadOptions.of(1));
        ArenaMap arena = (ArenaMap) object.map("arena");
        assertEquals(1L << 44, arena.userAddress());
        assertEquals(3, arena.map(variable("factor"), 8).get(LONG, 0));
        assertFalse(arena.isPresent(NODES));

        BpfProgram walk = object.program("walk");
        assertEquals(0, walk(walk), "head is NULL");
        MemorySegment nodes = list(arena, 10);
        assertEquals(3 * 55, walk(walk));
        assertEquals(3 * 55, walk(walk));
        assertEquals(2, nodes.get(INT, 12), "visits");
        assertEquals(3 * 55, arena.map(variable("sum"), 8).get(LONG, 0));
        long largest = arena.map(variable("largest"), 8).get(LONG, 0);
        assertEquals(10, nodes.get(INT, arena.offsetOf(largest) - NODES + 8));

        arena.map(variable("head"), 8).set(LONG, 0, arena.addressOf(900 * 4096));
        assertEquals(0, walk(walk), "a node on a page that is not there is all zeroes");
    }

    @Test
    void variablesCanBeSetBeforeLoading() throws Exception {
        ObjectSpec spec = spec().withVariable("factor", 100);
        BpfObject object = BpfObject.load(spec, LoadOptions.of(1));
        list((ArenaMap) object.map("arena"), 2);
        assertEquals(300, walk(object.program("walk")));
        assertEquals(
                List.of("head", "sum", "factor", "largest"),
                spec.map("arena").orElseThrow().variables().stream()
                        .map(Variable::name)
                        .toList());
    }

    @Test
    void aJarTakesThePagesAlong(@TempDir Path directory) throws Exception {
        LoadedObject object = ObjectLoader.load(spec(), LoadOptions.of(1));
        list((ArenaMap) object.maps().get("arena"), 4);
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        AheadOfTimeCompiler.write(
                List.of(Verifier.verify(object.program("walk").orElseThrow().program())), List.of(), jar);
        Path file = Files.write(directory.resolve("walk.jar"), jar.toByteArray());
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {file.toUri().toURL()}, BpfProgram.class.getClassLoader())) {
            BpfProgram walk = ServiceLoader.load(BpfProgram.class, loader).stream()
                    .map(ServiceLoader.Provider::get)
                    .filter(program -> loader.equals(program.getClass().getClassLoader()))
                    .findFirst()
                    .orElseThrow();
            assertEquals(30, walk(walk));
        }
    }
}
