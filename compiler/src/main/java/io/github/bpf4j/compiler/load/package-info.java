/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** From a specification to a program whose maps exist and whose relocations are resolved. */
@NullMarked
package io.github.bpf4j.compiler.load;

import org.jspecify.annotations.NullMarked;
