/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What the verifier accepts and rejects, as data, each case checked against the host kernel too. */
@NullMarked
package io.github.bpf4j.compiler.corpus;

import org.jspecify.annotations.NullMarked;
