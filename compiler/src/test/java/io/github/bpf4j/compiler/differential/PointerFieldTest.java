/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.interpreter.InterpretedProgram;
import io.github.bpf4j.compiler.kernel.KernelBpf;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.RequiresKernel;
import io.github.bpf4j.compiler.load.LoadOptions;
import io.github.bpf4j.compiler.load.ObjectLoader;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.lwt.TestRun;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs with pointers in map values that Linux looks after: what they may do with them without having any. */
class PointerFieldTest {
    private static final byte[] FRAME = new byte[74];
    private static final int VALUE_SIZE = 32;

    static {
        FRAME[12] = 0x08; // IPv4
        FRAME[14] = 0x45;
    }

    private static Program program(String name) throws IOException {
        try (InputStream in = PointerFieldTest.class.getResourceAsStream("/corpus/objects/kernel_pointers.o")) {
            ObjectSpec spec = ObjectSpec.read(Objects.requireNonNull(in).readAllBytes());
            return ObjectLoader.load(spec, LoadOptions.of(1))
                    .program(name)
                    .orElseThrow()
                    .program();
        }
    }

    private static BpfProgram compile(Program program) throws Exception {
        return ProgramCompiler.compile(Verifier.verify(program), CompilerOptions.DEFAULT);
    }

    private static int run(BpfProgram program) throws Exception {
        return new TestRun(FRAME).run(program, new ExecutionContext(0)).returnValue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "beside_pointers",
                "task_compared",
                "untrusted_compared",
                "untrusted_cleared",
                "beside_user_pointer",
                "user_memory"
            })
    void pointersAreNull(String name) throws Exception {
        Program program = program(name);
        assertEquals(0, run(compile(program)));
        assertEquals(0, run(new InterpretedProgram(program, 10_000)));
    }

    @RequiresKernel
    @ParameterizedTest
    @ValueSource(strings = {"task_compared", "untrusted_compared", "untrusted_cleared", "user_memory"})
    void pointersAreNullInLinux(String name) throws Exception {
        try (KernelLoader.Loaded linux = KernelLoader.loadWithTypes(program(name), 1)) {
            assertEquals(0, linux.program().testRun(FRAME).checkedValue());
        }
    }

    @RequiresKernel
    @Test
    void userSpaceCannotStorePointers() throws Exception {
        Program program = program("untrusted_compared");
        byte[] value = new byte[VALUE_SIZE];
        Arrays.fill(value, (byte) -1);
        byte[] key = KernelBpf.bytesOf(0);
        BpfMap ours = program.maps().getFirst();
        byte[] read = new byte[VALUE_SIZE];
        try (KernelLoader.Loaded linux = KernelLoader.loadWithTypes(program, 1)) {
            assertEquals(0, linux.maps().getFirst().update(key, value, 0));
            assertEquals(0, linux.program().testRun(FRAME).checkedValue());
            assertEquals(0, linux.maps().getFirst().lookup(key, read, 0));
        }
        assertEquals(0, ours.update(0, MemorySegment.ofArray(new int[1]), 0, MemorySegment.ofArray(value), 0, 0));
        assertEquals(0, run(compile(program)));
        byte[] here = new byte[VALUE_SIZE];
        assertEquals(0, ours.lookupElement(MemorySegment.ofArray(new int[1]), 0, MemorySegment.ofArray(here), 0, 0));
        assertEquals(Arrays.toString(read), Arrays.toString(here));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            task_read        | kernel memory can be read inside of a kernel only
            untrusted_stored | maps that keep pointers to objects of the kernel are not supported
            exchanged        | helper bpf_kptr_xchg#194 is not implemented: Linux offers LWT programs no way to obtain a kernel object to exchange
            """)
    void whatNeedsAKernelIsNamed(String name, String message) throws IOException {
        Program program = program(name);
        assertEquals(
                message,
                assertThrows(VerifierException.class, () -> Verifier.verify(program))
                        .getMessage());
    }
}
