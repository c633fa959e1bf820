/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream terminal = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void showsPartAndRate() {
        try (ProgressBar bar = new ProgressBar(terminal, true, 1000)) {
            assertEquals(
                    "[###############---------------]  50 % 2,000 packets, 1,000/s ",
                    bar.line(500, 2000, 2_000_000_000L));
            assertEquals("[##############################] 100 % 1 packets, 1,000,000,000/s ", bar.line(2000, 1, 0));
        }
        assertEquals(
                "", bytes.toString(StandardCharsets.UTF_8), "a short run draws nothing and leaves nothing to take off");
    }
}
