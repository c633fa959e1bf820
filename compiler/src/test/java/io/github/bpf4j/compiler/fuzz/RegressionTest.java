/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bpf4j.compiler.fuzz.Comparison.Extent;
import io.github.bpf4j.compiler.fuzz.RandomPrograms.Place;
import io.github.bpf4j.compiler.isa.Instruction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs that the fuzzer has found once, through interpreter, cold and hot compiled program, and the host kernel where there is one. */
class RegressionTest {
    private static final Path DIRECTORY = Path.of("src/test/resources/fuzz/regressions");

    static List<Regression> regressions() throws IOException {
        return Regression.readAll(DIRECTORY);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("regressions")
    void doesTheSameEverywhere(Regression regression) {
        Counts counts = new Counts();
        String name = "regression" + regression.name();
        try (Comparison comparison = new Comparison()) {
            assertNull(comparison.difference(
                    name, regression.instructions(), regression.seed(), new Extent(true, true), counts));
        }
        assertEquals(0, counts.refused, "the verifier refuses it");
        assertEquals(0, counts.kernelRefused, "the kernel refuses it");
    }

    @Test
    void survivesBeingSaved(@TempDir Path directory) throws IOException {
        for (long seed = 0; seed < 200; seed++) {
            Regression regression = new Regression(
                    "r" + seed, seed, "it differed", RandomPrograms.program(new Random(seed), Place.MAP_VALUE));
            regression.save(directory);
        }
        List<Regression> read = Regression.readAll(directory);
        assertEquals(200, read.size());
        for (Regression regression : read) {
            assertEquals(
                    RandomPrograms.program(new Random(regression.seed()), Place.MAP_VALUE), regression.instructions());
        }
    }

    @Test
    void draftOfProgramIsTheProgram() {
        for (long seed = 0; seed < 200; seed++) {
            List<Instruction> program = RandomPrograms.program(new Random(seed), Place.MAP_VALUE);
            assertEquals(program, Draft.of(program).instructions());
        }
    }

    @Test
    void fileMustSayItsSeed() {
        assertThrows(IllegalArgumentException.class, () -> Regression.parse("broken", "exit\n"));
    }
}
