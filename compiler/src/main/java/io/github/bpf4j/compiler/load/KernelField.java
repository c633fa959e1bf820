/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import org.jspecify.annotations.Nullable;

/**
 * The fields of the kernel's own structures that programs may follow: pointers that lead from the current task to its control group. CO-RE
 * relocations against the {@linkplain TargetTypes built-in types} bring programs to the offsets here. They lie behind the end of what any
 * kernel has, so a program that was not relocated never meets them.
 */
public enum KernelField {
    /** {@code task_struct.cgroups}. */
    CGROUPS("task_struct", 0x4000, "css_set"),
    /** {@code css_set.dfl_cgrp}: the group on the version 2 hierarchy. */
    DFL_CGRP("css_set", 0x4008, "cgroup");

    /** Bytes in a field. */
    public static final int BYTES = 8;

    private final String struct;
    private final int offset;
    private final String target;

    KernelField(String struct, int offset, String target) {
        this.struct = struct;
        this.offset = offset;
        this.target = target;
    }

    /**
     * The structure that has the field.
     *
     * @return its name
     */
    public String struct() {
        return struct;
    }

    /**
     * The structure that the field points to.
     *
     * @return its name
     */
    public String target() {
        return target;
    }

    /**
     * The field at an offset; each has its own, whichever structure it is in.
     *
     * @param offset from the start of the structure
     * @return the field, or null if none starts there
     */
    public static @Nullable KernelField at(long offset) {
        for (KernelField field : values()) {
            if (field.offset == offset) {
                return field;
            }
        }
        return null;
    }

    /** The structures as C declarations. */
    static String declarations() {
        StringBuilder text = new StringBuilder();
        for (KernelField field : values()) {
            text.append("struct %s { char kernel[%d]; struct %s *%s; };%n"
                    .formatted(
                            field.struct,
                            field.offset,
                            field.target,
                            field.name().toLowerCase(java.util.Locale.ROOT)));
        }
        return text.toString();
    }
}
