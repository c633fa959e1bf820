/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

/**
 * The static Java method behind a helper or kfunc. Its first parameter is the {@code ExecutionContext}; then each eBPF argument becomes
 * one or two parameters as {@link Passing} says. It returns {@code long}, or {@code void} for {@link ReturnType#VOID}.
 *
 * @param owner the public class that declares the method
 * @param method the method's name, unique in its class
 */
public record Implementation(Class<?> owner, String method) {}
