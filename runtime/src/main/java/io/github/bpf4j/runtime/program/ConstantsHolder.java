/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.program;

/** A class loader of generated classes that have names; it stands in for the class data of hidden classes. */
public interface ConstantsHolder {
    /**
     * The objects that the classes keep as constants.
     *
     * @return the program's maps, in order
     */
    Object[] constants();
}
