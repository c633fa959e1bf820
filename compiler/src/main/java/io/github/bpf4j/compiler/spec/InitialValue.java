/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.spec;

/**
 * An element that a map of maps or a program array starts with. Immutable.
 *
 * @param index the element's key
 * @param target name of the inner map or of the program
 */
public record InitialValue(int index, String target) {}
