/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Where packets come from and go to: capture files (pcap, pcapng) and network devices.
 *
 * <p>Readers are streaming: they hold one fixed buffer, whatever lengths a file claims, and store packet bytes into the
 * caller's array, so that reading allocates nothing per packet.
 */
@NullMarked
package io.github.bpf4j.runtime.io;

import org.jspecify.annotations.NullMarked;
