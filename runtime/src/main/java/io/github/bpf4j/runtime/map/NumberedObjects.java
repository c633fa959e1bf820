/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Objects by number, as file descriptors name the kernel's. It does not keep them alive. Thread-safe.
 *
 * @param <T> what is numbered
 */
final class NumberedObjects<T> {
    /** How often entries whose object is gone are looked for: once in so many numbers. */
    private static final int PURGE_INTERVAL = 0x400;

    private final ConcurrentHashMap<Integer, WeakReference<T>> objects = new ConcurrentHashMap<>();

    /** Makes an object known by a number of its own. */
    void register(int number, T object) {
        if (objects.put(number, new WeakReference<>(object)) == null && number % PURGE_INTERVAL == 0) {
            objects.values().removeIf(reference -> reference.refersTo(null));
        }
    }

    /** The object of a number, or null if there is none or it is gone. */
    @Nullable
    T find(int number) {
        WeakReference<T> reference = objects.get(number);
        return reference == null ? null : reference.get();
    }

    /** How many numbers are kept, some perhaps of objects that are gone. */
    int size() {
        return objects.size();
    }
}
