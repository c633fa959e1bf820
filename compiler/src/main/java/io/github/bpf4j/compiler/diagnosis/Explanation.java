/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.diagnosis;

/**
 * The words for a rejection.
 *
 * @param title one line that says what is wrong
 * @param why why that is unsafe, or not allowed
 * @param fix what usually fixes it
 */
record Explanation(String title, String why, String fix) {}
