/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Programs that are pure functions over a buffer, for conformance tests and embedding. */
@NullMarked
package io.github.bpf4j.compiler.raw;

import org.jspecify.annotations.NullMarked;
