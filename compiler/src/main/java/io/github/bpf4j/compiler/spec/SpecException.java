/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.spec;

import io.github.bpf4j.compiler.ObjectException;

/** An object file is well-formed, but what it declares makes no sense or is not supported. */
public final class SpecException extends ObjectException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param place what is wrong, such as {@code map 'flows'} or {@code section 'lwt_xmit'}
     * @param problem why
     */
    public SpecException(String place, String problem) {
        super(place, problem);
    }
}
