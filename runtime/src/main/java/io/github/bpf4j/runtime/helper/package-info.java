/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The tables of helpers and kfuncs, and the Java methods that implement them. */
@NullMarked
package io.github.bpf4j.runtime.helper;

import org.jspecify.annotations.NullMarked;
