/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.pipeline;

import io.github.bpf4j.runtime.lwt.HookPoint;
import org.jspecify.annotations.Nullable;

/** Where a packet is on its way through the {@link Router}. The order is the one in which packets pass. */
enum Stage {
    SEG6LOCAL(HookPoint.SEG6LOCAL),
    IN(HookPoint.IN),
    OUT(HookPoint.OUT),
    XMIT(HookPoint.XMIT),
    /** A fragment whose predecessor has not left yet. */
    WAITING(null),
    DONE(null);

    final @Nullable HookPoint point;

    Stage(@Nullable HookPoint point) {
        this.point = point;
    }
}
