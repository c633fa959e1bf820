/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.elf;

/**
 * One relocation entry.
 *
 * @param offset the place to relocate, in bytes from the start of the section it applies to
 * @param type {@code R_BPF_…} of {@link Elf}
 * @param symbol the symbol whose value to use
 * @param addend the explicit addend of {@code SHT_RELA}; 0 for {@code SHT_REL}, whose addend
 *     stands in the place to relocate
 */
public record ElfRelocation(long offset, int type, ElfSymbol symbol, long addend) {}
