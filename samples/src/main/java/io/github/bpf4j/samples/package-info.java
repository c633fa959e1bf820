/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Small programs that embed the library, and the generator of the sample capture. */
@NullMarked
package io.github.bpf4j.samples;

import org.jspecify.annotations.NullMarked;
