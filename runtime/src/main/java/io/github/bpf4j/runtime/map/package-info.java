/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** BPF maps: definitions, kinds and access from programs and from Java. */
@NullMarked
package io.github.bpf4j.runtime.map;

import org.jspecify.annotations.NullMarked;
