/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The host kernel as the tests' oracle: {@code bpf(2)}, network namespaces and bpf4j programs loaded into Linux. Tests that need it carry
 * {@link io.github.bpf4j.compiler.kernel.RequiresKernel} or {@link io.github.bpf4j.compiler.kernel.RequiresNetworkNamespace} and skip elsewhere.
 */
@NullMarked
package io.github.bpf4j.compiler.kernel;

import org.jspecify.annotations.NullMarked;
