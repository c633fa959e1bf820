/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Moves packets in vectors of up to 256 from a source through the network stack's hooks to sinks. One worker plays the part of one
 * CPU; nothing is allocated per packet.
 */
@NullMarked
package io.github.bpf4j.runtime.pipeline;

import org.jspecify.annotations.NullMarked;
