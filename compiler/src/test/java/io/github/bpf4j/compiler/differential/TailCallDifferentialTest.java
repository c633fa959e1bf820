/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.interpreter.Interpreter;
import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.kernel.KernelBpf;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.KernelMap;
import io.github.bpf4j.compiler.kernel.LoadResult;
import io.github.bpf4j.compiler.kernel.RequiresKernel;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.BpfMaps;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.map.ProgramArrayMap;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tail calls from the program and from subprograms: same result in Linux, interpreted and compiled; element 1 is filled, 0 is not. */
@RequiresKernel
class TailCallDifferentialTest {
    private static final String TARGET = """
            r6 = *(u32 *)(r1 + 8)
            r6 += 1
            *(u32 *)(r1 + 8) = r6
            r0 = 40
            r0 += r6
            exit
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                // from the program: what follows does not run
                """
                r6 = r1
                r2 = map[programs]
                r3 = 1
                call bpf_tail_call
                r0 = 1
                exit
                """,
                // an empty element: it goes on
                """
                r2 = map[programs]
                r3 = 0
                call bpf_tail_call
                r0 = 1
                exit
                """,
                // from a subprogram: its caller goes on with the target's result
                """
                r6 = r1
                call sub
                r0 *= 2
                r1 = *(u32 *)(r6 + 8)
                r0 += r1
                exit
                sub:
                r2 = map[programs]
                r3 = 1
                call bpf_tail_call
                r0 = 5
                exit
                """,
                // two levels down, twice
                """
                r6 = r1
                call middle
                r7 = r0
                r1 = r6
                call middle
                r0 *= 100
                r0 += r7
                exit
                middle:
                call sub
                r0 += 1
                exit
                sub:
                r2 = map[programs]
                r3 = 1
                call bpf_tail_call
                r0 = 5
                exit
                """
            })
    void sameResult(String text) throws Exception {
        BpfMap programs =
                BpfMaps.create(new MapDefinition("programs", MapType.PROG_ARRAY, 4, 4, 2, 0), MapEnvironment.of(1));
        Program caller = program(text, programs);
        Program target = program(TARGET, programs);
        BpfProgram compiledCaller = ProgramCompiler.compile(Verifier.verify(caller), CompilerOptions.DEFAULT);
        BpfProgram compiledTarget = ProgramCompiler.compile(Verifier.verify(target), CompilerOptions.DEFAULT);
        assertEquals(0, ((ProgramArrayMap) programs).set(1, compiledTarget));

        byte[] frame = new byte[64];
        int expected;
        List<KernelMap> twins = KernelLoader.twins(List.of(programs));
        try (KernelMap array = twins.getFirst();
                LoadResult kernelTarget = KernelLoader.loadWith(target, twins, 1, new byte[0]);
                LoadResult kernelCaller = KernelLoader.loadWith(caller, twins, 1, new byte[0])) {
            assertEquals(
                    0,
                    array.update(
                            KernelBpf.bytesOf(1),
                            KernelBpf.bytesOf(kernelTarget.program().fd()),
                            0));
            expected = kernelCaller.program().testRun(frame).checkedValue();
        }
        ExecutionContext context = new ExecutionContext(0);
        assertEquals(expected, (int) compiledCaller.run(context, new SkBuff(frame, 14, 50)), "compiled");
        assertEquals(
                expected, (int) Interpreter.run(caller, context, new SkBuff(frame, 14, 50), 1000, null), "interpreted");
    }

    private static Program program(String text, BpfMap programs) {
        return Program.of(
                "tail",
                ProgramType.LWT_XMIT,
                Assembler.assemble(text, List.of("programs")).instructions(),
                List.of(programs));
    }
}
