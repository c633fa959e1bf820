/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Explains a rejection: what is wrong, where in the C source, why, what usually fixes it, and how the program gets there. */
@NullMarked
package io.github.bpf4j.compiler.diagnosis;

import org.jspecify.annotations.NullMarked;
