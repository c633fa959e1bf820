/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The same program on the same input, in Linux and here: results must be the same to the byte. */
@NullMarked
package io.github.bpf4j.compiler.differential;

import org.jspecify.annotations.NullMarked;
