/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Packet memory and the socket buffer that a program sees as its context. */
@NullMarked
package io.github.bpf4j.runtime.packet;

import org.jspecify.annotations.NullMarked;
