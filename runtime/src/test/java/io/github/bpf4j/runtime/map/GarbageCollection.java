/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** For tests of what must not be kept alive. */
final class GarbageCollection {
    private GarbageCollection() {}

    /** Collects garbage until a condition holds, for a minute at most. */
    static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            System.gc();
        }
    }
}
