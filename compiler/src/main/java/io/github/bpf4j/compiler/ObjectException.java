/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler;

/**
 * An eBPF object file cannot be read, understood or loaded. The subclasses say which stage refused
 * it: the ELF container, the BTF type information, the declarations made from both, or
 * the loader. Whatever bytes an object file consists of, reading it ends in a result or in one of
 * these.
 */
public abstract class ObjectException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String place;
    private final String problem;

    /**
     * Creates the exception. Its message is the place and the problem.
     *
     * @param place what is wrong, such as {@code map 'flows'} or {@code .BTF at offset 0x18}
     * @param problem why
     */
    protected ObjectException(String place, String problem) {
        super(place + ": " + problem);
        this.place = place;
        this.problem = problem;
    }

    /**
     * Creates the exception with a cause. Its message is the place and the problem.
     *
     * @param place what is wrong, such as {@code map 'flows'} or {@code .BTF at offset 0x18}
     * @param problem why
     * @param cause the failure behind it
     */
    protected ObjectException(String place, String problem, Throwable cause) {
        super(place + ": " + problem, cause);
        this.place = place;
        this.problem = problem;
    }

    /**
     * What is wrong.
     *
     * @return such as {@code map 'flows'}
     */
    public final String place() {
        return place;
    }

    /**
     * Why it is wrong, without the place.
     *
     * @return a short sentence
     */
    public final String problem() {
        return problem;
    }
}
