/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.TestObjects;
import io.github.bpf4j.compiler.kernel.RequiresLibBpf;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** CO-RE relocations against libbpf's: {@link CoreComparison} runs the same at any length. */
@RequiresLibBpf
class CoreComparisonTest {
    @Test
    void randomTypesAreRelocatedAsByLibbpf() throws IOException {
        CoreComparison comparison = CoreComparison.random(3_000, TestObjects.seed());
        assertTrue(comparison.poisoned() > 50 && comparison.refused() > 50, comparison::toString);
    }

    @Test
    void theHostsTypesAreRelocatedAsByLibbpf() throws IOException {
        CoreComparison comparison = CoreComparison.host(200, TestObjects.seed());
        assertTrue(comparison.compared() > comparison.refused() + comparison.poisoned(), comparison::toString);
    }
}
