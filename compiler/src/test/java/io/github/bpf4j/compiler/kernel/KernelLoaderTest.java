/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.isa.Assembly;
import io.github.bpf4j.compiler.isa.Instruction.Exit;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.List;
import org.junit.jupiter.api.Test;

@RequiresKernel
class KernelLoaderTest {
    private static Program program(String text) {
        Assembly assembly = Assembler.assemble(text);
        return Program.of("test", ProgramType.LWT_OUT, assembly.instructions(), List.of());
    }

    @Test
    void anAssembledProgramRuns() {
        try (KernelLoader.Loaded loaded = KernelLoader.load(program("r0 = 5\nexit"))) {
            assertEquals(5, loaded.program().testRun(new byte[64]).checkedValue());
        }
    }

    @Test
    void aRefusalKeepsTheLog() {
        try (KernelLoader.Loaded loaded =
                KernelLoader.load(Program.of("test", ProgramType.LWT_OUT, List.of(new Exit()), List.of()))) {
            assertFalse(loaded.accepted());
            assertTrue(loaded.log().contains("R0 !read_ok"), loaded.log());
        }
    }

    @Test
    void theVerdictAloneIsThatOfALoad() {
        Program good = program("call sub\nexit\nsub:\nr0 = 1\nexit\n");
        assertTrue(KernelLoader.accepts(good, List.of()));
        assertFalse(KernelLoader.accepts(program("r0 = r2\nexit"), List.of()));
        assertFalse(KernelLoader.accepts(
                Program.of("test", ProgramType.LWT_OUT, List.of(new Exit()), List.of()), List.of()));
    }

    @Test
    void callbacksGetTheTypeInformationTheyNeed() {
        // bpf_loop(10, callback, NULL, 0) returns how often it called
        String text = """
                r1 = 10
                r2 = func[callback]
                r3 = 0
                r4 = 0
                call bpf_loop
                exit
                callback:
                r0 = 0
                exit
                """;
        try (KernelLoader.Loaded loaded = KernelLoader.load(program(text))) {
            assertTrue(loaded.accepted(), loaded.log());
            assertEquals(10, loaded.program().testRun(new byte[64]).checkedValue());
        }
    }

    @Test
    void kfuncsAreFoundByName() {
        String text = "call bpf_rcu_read_lock\ncall bpf_rcu_read_unlock\nr0 = 3\nexit";
        try (KernelLoader.Loaded loaded = KernelLoader.load(program(text))) {
            assertTrue(loaded.accepted(), loaded.log());
            assertEquals(3, loaded.program().testRun(new byte[64]).checkedValue());
        }
    }

    @Test
    void aMapThatIsNotThereIsNamed() {
        Program program = Program.of(
                "test",
                ProgramType.LWT_OUT,
                Assembler.assemble("r1 = map[m]\nr0 = 0\nexit", List.of("m")).instructions(),
                List.of());
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> KernelLoader.load(program));
        assertEquals("no map 0 among 0", e.getMessage());
    }
}
