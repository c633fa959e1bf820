/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The package that the hidden classes of compiled programs belong to; exported to the compiler only. */
@NullMarked
package io.github.bpf4j.runtime.generated;

import org.jspecify.annotations.NullMarked;
