/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;

/** An operation of a {@link MapView} failed, with the error number that {@code bpf(2)} gives. */
public final class MapOperationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /**
     * Creates the exception.
     *
     * @param operation what was tried
     * @param map the map
     * @param errno a positive number of {@link io.github.bpf4j.runtime.Errno}
     */
    public MapOperationException(String operation, BpfMap map, int errno) {
        super(operation + " of map '" + map.definition().name() + "' ("
                + map.definition().type() + ") failed with " + Errno.name(errno));
        this.errno = errno;
    }

    /**
     * The error number.
     *
     * @return a positive number of {@link io.github.bpf4j.runtime.Errno}
     */
    public int errno() {
        return errno;
    }
}
