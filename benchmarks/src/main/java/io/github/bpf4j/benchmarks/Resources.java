/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/** The files of {@code benchmarks/bpf}, which lie beside the classes in the jar. */
final class Resources {
    private Resources() {}

    static byte[] read(String file) throws IOException {
        try (InputStream in = Resources.class.getResourceAsStream("bpf/" + file)) {
            if (in == null) {
                throw new FileNotFoundException("no resource bpf/" + file);
            }
            return in.readAllBytes();
        }
    }
}
