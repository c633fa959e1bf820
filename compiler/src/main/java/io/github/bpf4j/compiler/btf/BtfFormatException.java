/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import io.github.bpf4j.compiler.ObjectException;

/** BTF or {@code .BTF.ext} data is damaged, truncated or contradicts itself. */
public final class BtfFormatException extends ObjectException {
    private static final long serialVersionUID = 1L;

    private final String section;
    private final long offset;
    private final String problem;

    /**
     * Creates the exception.
     *
     * @param section {@code .BTF} or {@code .BTF.ext}
     * @param offset where the data is wrong, in bytes from the start of the section
     * @param problem what is wrong; names the type if one is concerned
     */
    public BtfFormatException(String section, long offset, String problem) {
        super("%s at offset 0x%x: %s".formatted(section, offset, problem));
        this.section = section;
        this.offset = offset;
        this.problem = problem;
    }

    /**
     * The section that is wrong.
     *
     * @return {@code .BTF} or {@code .BTF.ext}
     */
    public String section() {
        return section;
    }

    /**
     * Where the data is wrong.
     *
     * @return bytes from the start of the section
     */
    public long offset() {
        return offset;
    }

    /**
     * What is wrong, without the place.
     *
     * @return a short sentence
     */
    public String problem() {
        return problem;
    }
}
