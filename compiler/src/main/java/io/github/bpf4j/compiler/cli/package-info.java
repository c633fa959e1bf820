/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The {@code bpf4j} command line. Needs picocli, which nothing else here does. */
@NullMarked
package io.github.bpf4j.compiler.cli;

import org.jspecify.annotations.NullMarked;
