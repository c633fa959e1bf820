/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Compiled programs, their types and the per-worker state they run with. */
@NullMarked
package io.github.bpf4j.runtime.program;

import org.jspecify.annotations.NullMarked;
