/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The files of the corpus. */
final class Corpus {
    static final List<String> FILES = List.of(
            "bounds",
            "branches",
            "packet",
            "context",
            "returns",
            "stack",
            "maps",
            "redirects",
            "helpers",
            "ringbuf",
            "locks",
            "storage",
            "subprograms",
            "callbacks",
            "loops",
            "iterators",
            "dynptrs",
            "regions",
            "pointers",
            "arenas",
            "malformed");

    private Corpus() {}

    static List<CorpusCase> read(String file) {
        return CorpusCase.read(file, text(file));
    }

    private static String text(String file) {
        try (InputStream in = Corpus.class.getResourceAsStream("/corpus/" + file + ".txt")) {
            return new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<CorpusCase> all() {
        return FILES.stream().flatMap(file -> read(file).stream()).toList();
    }
}
