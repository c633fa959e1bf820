/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Benchmarks: programs run by bpf4j, the same in hand-written Java and in native C, and the host kernel's figure. */
@NullMarked
package io.github.bpf4j.benchmarks;

import org.jspecify.annotations.NullMarked;
