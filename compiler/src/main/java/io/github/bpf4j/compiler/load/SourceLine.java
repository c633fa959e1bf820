/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

/**
 * A line record of {@code .BTF.ext}: from an instruction on, until the next record, code belongs to this line.
 *
 * @param slot the first instruction's slot
 * @param file the source file's name as the compiler recorded it
 * @param text the source line, leading white space included; may be empty
 * @param line line number from 1; 0 for compiler-generated code
 * @param column column from 1, 0 if unknown
 */
public record SourceLine(int slot, String file, String text, int line, int column) {}
