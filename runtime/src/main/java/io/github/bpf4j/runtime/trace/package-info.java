/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The trace pipe: what programs print. */
@NullMarked
package io.github.bpf4j.runtime.trace;

import org.jspecify.annotations.NullMarked;
