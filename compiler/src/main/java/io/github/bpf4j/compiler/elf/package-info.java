/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Reads ELF files as clang writes them for the {@code bpf} target: 64-bit, little-endian,
 * relocatable, machine {@code EM_BPF}. Parsing only: every offset is checked, nothing is trusted,
 * nothing is interpreted beyond what the ELF format itself says.
 */
@NullMarked
package io.github.bpf4j.compiler.elf;

import org.jspecify.annotations.NullMarked;
