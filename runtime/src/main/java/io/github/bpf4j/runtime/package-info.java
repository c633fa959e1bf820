/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The world an eBPF program runs in. */
@NullMarked
package io.github.bpf4j.runtime;

import org.jspecify.annotations.NullMarked;
