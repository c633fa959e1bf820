/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What all stages of reading an object file share. */
@NullMarked
package io.github.bpf4j.compiler;

import org.jspecify.annotations.NullMarked;
