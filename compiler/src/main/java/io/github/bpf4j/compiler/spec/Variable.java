/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.spec;

/**
 * A global variable in a data section. Immutable.
 *
 * @param name its C name; {@code function.name} for a static variable of a function
 * @param offset where it is in the section, in bytes
 * @param size its size in bytes
 * @param type BTF number of its {@code VAR}, 0 without BTF
 */
public record Variable(String name, long offset, long size, int type) {}
