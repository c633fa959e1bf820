/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.program;

import io.github.bpf4j.runtime.map.StorageOwner;
import io.github.bpf4j.runtime.packet.SkBuff;

/** What helpers ask about control groups. Thread-safe. */
public interface Cgroups {
    /** The root group, as the owner of values in cgroup storage. */
    StorageOwner ROOT = new StorageOwner(StorageOwner.Kind.CGROUP);

    /** Everything is in the root group, whose number is 1, and has no class. */
    Cgroups ROOT_ONLY = new Cgroups() {};

    /**
     * The current task's group on the version 2 hierarchy, as programs find it at {@code task->cgroups->dfl_cgrp}.
     *
     * @return the owner of the group's values in cgroup storage, of kind {@link StorageOwner.Kind#CGROUP}; always the same one for a group
     */
    default StorageOwner current() {
        return ROOT;
    }

    /**
     * The current task's group on the version 2 hierarchy.
     *
     * @return the group's number
     */
    default long currentId() {
        return 1;
    }

    /**
     * The ancestor of the current task's group at a level.
     *
     * @param level 0 for the root
     * @return the ancestor's number, 0 if the level is below the task's group or negative
     */
    default long ancestorId(int level) {
        return level == 0 ? 1 : 0;
    }

    /**
     * The net_cls class of the packet's socket.
     *
     * @param skb the packet
     * @return the class, 0 for none
     */
    default int classId(SkBuff skb) {
        return 0;
    }
}
