/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.lwt;

/** What a hook does with a packet, given the program's return code; see {@link HookPoint#action}. */
public enum HookAction {
    /** The packet goes on as if there were no program. */
    CONTINUE,
    /** The packet is freed; a local sender sees {@code EPERM}. */
    DROP,
    /** The packet goes to the device, or for segment routing to the destination, that a helper chose. */
    REDIRECT,
    /** The route is looked up again, from the packet's present outer header. */
    REROUTE,
    /** No such return code: the packet is freed; a local sender sees {@code EINVAL}. */
    ILLEGAL
}
