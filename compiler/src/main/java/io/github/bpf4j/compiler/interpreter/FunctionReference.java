/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.interpreter;

/**
 * What the address of a subprogram points to.
 *
 * @param slot the subprogram's first slot
 */
record FunctionReference(int slot) {}
