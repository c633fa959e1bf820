/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import io.github.bpf4j.runtime.program.ProgramType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A function of the kernel's that programs may call: what the rows of helpers and of kfuncs have in common. */
public sealed interface KernelFunction permits Helper, Kfunc {
    /**
     * The function's name.
     *
     * @return such as {@code bpf_map_lookup_elem}
     */
    String name();

    /**
     * What is left in {@code r0}.
     *
     * @return the type
     */
    ReturnType returns();

    /**
     * What it expects.
     *
     * @return up to five arguments
     */
    List<ArgType> args();

    /**
     * How far it is implemented.
     *
     * @return the extent
     */
    Support support();

    /**
     * The Java method.
     *
     * @return the method, or null exactly if it is {@link Support#REJECTED}
     */
    @Nullable
    Implementation implementation();

    /**
     * The Java method in programs of type LWT_XMIT if it is another one.
     *
     * @return the method, or null
     */
    @Nullable
    Implementation xmitImplementation();

    /**
     * Why it is rejected, or what stands behind it.
     *
     * @return a short text, empty if it is as in Linux
     */
    String note();

    /**
     * The Java method to call from programs of a type.
     *
     * @param type the type of the calling program
     * @return the method, or null if it is {@link Support#REJECTED}
     */
    default @Nullable Implementation implementation(ProgramType type) {
        Implementation xmit = xmitImplementation();
        return type == ProgramType.LWT_XMIT && xmit != null ? xmit : implementation();
    }
}
