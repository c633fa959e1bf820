/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The reference interpreter: the instruction set written down for obviousness, every access checked. It is an oracle of the tests and
 * confirms the verifier's counterexamples; programs run compiled in production.
 */
@NullMarked
package io.github.bpf4j.compiler.interpreter;

import org.jspecify.annotations.NullMarked;
