/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MixedTrafficTest {
    @Test
    void sampleCaptureIsWhatTheGeneratorMakes() throws IOException {
        ByteArrayOutputStream made = new ByteArrayOutputStream();
        MixedTraffic.write(made);
        assertArrayEquals(Files.readAllBytes(Path.of("captures/mixed.pcap")), made.toByteArray());
    }
}
