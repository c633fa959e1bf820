/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.packet.SkBuff;

/** A user's stand-in for a cgroup. */
public interface CgroupMembership {
    /**
     * Whether a packet's socket belongs to the group ({@code bpf_skb_under_cgroup}).
     *
     * @param packet the packet, which must not be changed
     * @return whether it does
     */
    boolean contains(SkBuff packet);

    /**
     * Whether the task that runs the program belongs to the group ({@code bpf_current_task_under_cgroup}).
     *
     * @return whether it does; false unless overridden
     */
    default boolean containsCurrentTask() {
        return false;
    }
}
