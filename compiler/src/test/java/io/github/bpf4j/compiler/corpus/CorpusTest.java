/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.kernel.RequiresKernel;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CorpusTest {
    static List<String> files() {
        return Corpus.FILES;
    }

    @RequiresKernel
    @ParameterizedTest
    @MethodSource("files")
    void linuxSaysWhatTheCorpusSays(String file) {
        List<String> differences = new ArrayList<>();
        for (CorpusCase test : Corpus.read(file)) {
            for (ProgramType type : test.types()) {
                LinuxVerdict verdict = LinuxVerdict.of(test, type);
                String message = test.linux().message();
                boolean same = message == null
                        ? verdict.accepted()
                        : !verdict.accepted() && verdict.log().contains(message);
                if (!same) {
                    differences.add(test.name() + " (" + type + "): expected " + test.linux() + ", Linux says "
                            + (verdict.accepted() ? "accept" : verdict.log()));
                }
            }
        }
        assertEquals("", String.join("\n", differences));
    }

    @ParameterizedTest
    @MethodSource("files")
    void bpf4jSaysWhatTheCorpusSays(String file) {
        List<String> differences = new ArrayList<>();
        for (CorpusCase test : Corpus.read(file)) {
            for (ProgramType type : test.types()) {
                OurVerdict verdict = OurVerdict.of(test, type);
                String expected = test.ours().message();
                String message = verdict.message();
                boolean same = expected == null ? message == null : message != null && message.contains(expected);
                if (!same) {
                    differences.add(test.name() + " (" + type + "): expected " + test.ours() + ", bpf4j says "
                            + (message == null ? "accept" : "reject: " + message));
                }
            }
        }
        assertEquals("", String.join("\n", differences));
    }

    @Test
    void namesAreUnique() {
        Set<String> names = new HashSet<>();
        for (CorpusCase test : Corpus.all()) {
            assertTrue(names.add(test.file() + " " + test.name()), () -> "twice: " + test.file() + " " + test.name());
        }
        assertTrue(names.size() >= 600, () -> "only " + names.size() + " cases");
    }
}
