/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.pipeline;

/** What became of a packet. */
public enum Fate {
    /** It is still on its way. */
    PENDING,
    /** It left by the device of its route. */
    SENT,
    /** It was delivered to this node. */
    DELIVERED,
    /** A program sent it to another device. */
    REDIRECTED,
    /** It was cut into fragments, which are packets of their own. */
    FRAGMENTED,
    /** It was dropped. */
    DROPPED,
    /** It is no IP packet, or too short for its link header: no program saw it. */
    BYPASSED
}
