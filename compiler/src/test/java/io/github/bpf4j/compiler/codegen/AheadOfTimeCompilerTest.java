/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.load.LoadedObject.ProgramArrayValue;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.VerifiedProgram;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.BpfMaps;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
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

class AheadOfTimeCompilerTest {
    private static final String COUNT = """
                *(u32 *)(r10 - 4) = 1
                r1 = map[0]
                r2 = r10
                r2 += -4
                call bpf_map_lookup_elem
                r1 = r0
                r0 = 0
                if r1 == 0 goto out
                r0 = *(u64 *)(r1 + 0)
                r0 += 1
                *(u64 *)(r1 + 0) = r0
            out:
                exit
            """;

    @TempDir
    private Path directory;

    private static VerifiedProgram verify(String name, BpfMap... maps) throws Exception {
        return Verifier.verify(
                Program.of(name, ProgramType.LWT_OUT, Assembler.assemble(COUNT).instructions(), List.of(maps)));
    }

    @Test
    void jarRunsWithoutTheCompilerAndSharesMaps() throws Exception {
        BpfMap map = BpfMaps.create(new MapDefinition("counts", MapType.ARRAY, 4, 8, 2, 0), MapEnvironment.of(1));
        map.values().set(ValueLayout.JAVA_LONG, 8, 40);
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        AheadOfTimeCompiler.write(List.of(verify("first", map), verify("second", map)), List.of(), jar);
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        AheadOfTimeCompiler.write(List.of(verify("first", map), verify("second", map)), List.of(), again);
        assertArrayEquals(jar.toByteArray(), again.toByteArray());

        try (URLClassLoader loader = loader(jar)) {
            List<BpfProgram> programs = programs(loader);
            assertEquals(
                    List.of("first", "second"),
                    programs.stream().map(BpfProgram::name).toList());
            ExecutionContext context = new ExecutionContext(0);
            assertEquals(41, programs.get(0).run(context, new SkBuff(new byte[40], 0, 40)));
            assertEquals(42, programs.get(1).run(context, new SkBuff(new byte[40], 0, 40)));
        }
        assertEquals(40, map.values().get(ValueLayout.JAVA_LONG, 8));
    }

    @Test
    void elementsOfHashesComeAlong() throws Exception {
        BpfMap map = BpfMaps.create(new MapDefinition("counts", MapType.HASH, 4, 8, 2, 0), MapEnvironment.of(1));
        MemorySegment key = Arena.ofAuto().allocate(4, 4);
        key.set(ValueLayout.JAVA_INT, 0, 1);
        MemorySegment value = Arena.ofAuto().allocate(8, 8);
        value.set(ValueLayout.JAVA_LONG, 0, 99);
        assertEquals(0, map.updateElement(key, 0, value, 0, 0));
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        AheadOfTimeCompiler.write(List.of(verify("first", map)), List.of(), jar);
        try (URLClassLoader loader = loader(jar)) {
            assertEquals(
                    100, programs(loader).getFirst().run(new ExecutionContext(0), new SkBuff(new byte[40], 0, 40)));
        }
    }

    @Test
    void whatAJarCannotTakeAlongIsNamed() throws Exception {
        BpfMap counts =
                BpfMaps.create(new MapDefinition("counts", MapType.PERCPU_ARRAY, 4, 8, 2, 0), MapEnvironment.of(1));
        counts.values().set(ValueLayout.JAVA_LONG, 8, 1);
        VerifiedProgram program = verify("first", counts);
        assertEquals(
                "map counts (PERCPU_ARRAY) has elements, which an image cannot take along",
                assertThrows(
                                CodeGenerationException.class,
                                () -> AheadOfTimeCompiler.write(
                                        List.of(program), List.of(), new ByteArrayOutputStream()))
                        .getMessage());
        BpfMap map = BpfMaps.create(new MapDefinition("m", MapType.ARRAY, 4, 8, 2, 0), MapEnvironment.of(1));
        VerifiedProgram caller = verify("caller", map);
        assertEquals(
                "program array m holds other, which is not in the jar",
                assertThrows(
                                CodeGenerationException.class,
                                () -> AheadOfTimeCompiler.write(
                                        List.of(caller),
                                        List.of(new ProgramArrayValue(map, 0, "other")),
                                        new ByteArrayOutputStream()))
                        .getMessage());
    }

    private URLClassLoader loader(ByteArrayOutputStream jar) throws IOException {
        Path file = Files.write(directory.resolve("programs.jar"), jar.toByteArray());
        return new URLClassLoader(new URL[] {file.toUri().toURL()}, BpfProgram.class.getClassLoader());
    }

    private static List<BpfProgram> programs(URLClassLoader loader) {
        return ServiceLoader.load(BpfProgram.class, loader).stream()
                .map(ServiceLoader.Provider::get)
                .filter(program -> loader.equals(program.getClass().getClassLoader()))
                .toList();
    }
}
