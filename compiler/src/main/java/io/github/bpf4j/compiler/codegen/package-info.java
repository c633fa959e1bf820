/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** From a verified program to a JVM class. */
@NullMarked
package io.github.bpf4j.compiler.codegen;

import org.jspecify.annotations.NullMarked;
