/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * BTF, the BPF Type Format: the C types of an eBPF object or of a kernel, and its companion {@code
 * .BTF.ext}, which ties functions, source lines and CO-RE relocations to instructions.
 *
 * @see <a href="https://docs.kernel.org/bpf/btf.html">BPF Type Format, kernel documentation</a>
 */
@NullMarked
package io.github.bpf4j.compiler.btf;

import org.jspecify.annotations.NullMarked;
