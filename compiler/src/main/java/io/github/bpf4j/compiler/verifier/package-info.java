/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Path-sensitive abstract interpretation that proves a program safe. */
@NullMarked
package io.github.bpf4j.compiler.verifier;

import org.jspecify.annotations.NullMarked;
