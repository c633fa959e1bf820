/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Differential fuzzers: generated programs through compiler, interpreter and host kernel, and mutated programs through both verifiers.
 * Each has a main method for long runs and a slice of a few seconds as a test.
 */
@NullMarked
package io.github.bpf4j.compiler.fuzz;

import org.jspecify.annotations.NullMarked;
