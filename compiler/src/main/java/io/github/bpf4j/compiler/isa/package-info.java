/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The eBPF instruction set of RFC 9669: model, decoding, encoding and text. */
@NullMarked
package io.github.bpf4j.compiler.isa;

import org.jspecify.annotations.NullMarked;
