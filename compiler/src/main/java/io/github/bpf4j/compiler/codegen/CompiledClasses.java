/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * A program as class files, before they are defined. Immutable.
 *
 * @param mainClass internal name of the class that extends {@code BpfProgram}
 * @param classes class files by internal name, the main class first
 */
public record CompiledClasses(String mainClass, SequencedMap<String, byte[]> classes) {
    /** Copies the map. */
    public CompiledClasses {
        classes = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(classes));
    }
}
