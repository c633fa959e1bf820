/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What programs tell: the trace pipe, and readers of ring buffers and perf events. */
@NullMarked
package io.github.bpf4j.runtime.trace;

import org.jspecify.annotations.NullMarked;
