/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The Lightweight Tunnel hooks: where programs are attached, what their return codes make happen, routes and segment routing.
 * Every public type is thread-safe unless it says otherwise.
 */
@NullMarked
package io.github.bpf4j.runtime.lwt;

import org.jspecify.annotations.NullMarked;
