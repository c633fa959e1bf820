/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bpf4j.compiler.isa.Assembler;
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
        AheadOfTimeCompiler.write(List.of(verify("first", map), verify("second", map)), jar);
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        AheadOfTimeCompiler.write(List.of(verify("first", map), verify("second", map)), again);
        assertArrayEquals(jar.toByteArray(), again.toByteArray());

        Path file = Files.write(directory.resolve("programs.jar"), jar.toByteArray());
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {file.toUri().toURL()}, BpfProgram.class.getClassLoader())) {
            List<BpfProgram> programs = ServiceLoader.load(BpfProgram.class, loader).stream()
                    .map(ServiceLoader.Provider::get)
                    .filter(program -> loader.equals(program.getClass().getClassLoader()))
                    .toList();
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
    void elementsOfHashesStayBehind() throws Exception {
        BpfMap map = BpfMaps.create(new MapDefinition("counts", MapType.HASH, 4, 8, 2, 0), MapEnvironment.of(1));
        VerifiedProgram program = verify("first", map);
        MemorySegment zero = Arena.ofAuto().allocate(8, 8);
        assertEquals(0, map.update(0, zero, 0, zero, 0, 0));
        CodeGenerationException refused = assertThrows(
                CodeGenerationException.class,
                () -> AheadOfTimeCompiler.write(List.of(program), new ByteArrayOutputStream()));
        assertEquals("map counts (HASH) has elements, which only arrays can take along", refused.getMessage());
    }
}
