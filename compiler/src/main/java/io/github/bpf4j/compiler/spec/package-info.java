/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What an object file declares: programs, functions, maps, externs. Immutable values made from ELF and BTF without any side effect; a
 * user may edit a copy (resize a map, set a constant, choose a pin path) before the loader makes programs and maps of it.
 */
@NullMarked
package io.github.bpf4j.compiler.spec;

import org.jspecify.annotations.NullMarked;
