/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import io.github.bpf4j.compiler.FormatException;

/** BTF or {@code .BTF.ext} data is damaged, truncated or contradicts itself, or does not fit the base it is given. Offsets count from the section's start. */
public final class BtfFormatException extends FormatException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param section {@code .BTF}, {@code .BTF.ext} or {@code .BTF.base}
     * @param offset where the data is wrong, in bytes from the start of the section
     * @param problem what is wrong; names the type if one is concerned
     */
    public BtfFormatException(String section, long offset, String problem) {
        super(section, "offset", offset, problem);
    }
}
