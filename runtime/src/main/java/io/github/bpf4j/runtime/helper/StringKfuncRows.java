/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static io.github.bpf4j.runtime.helper.HelperRow.*;
import static io.github.bpf4j.runtime.helper.KfuncRow.*;

import java.util.List;

/** Kfuncs of strings. */
final class StringKfuncRows {
    private StringKfuncRows() {}

    static List<Kfunc> rows() {
        return List.of(
                kfunc("bpf_strcasecmp").args(UNCHECKED, UNCHECKED).rejected("not implemented yet"),
                kfunc("bpf_strchr").args(UNCHECKED, SCALAR).rejected("not implemented yet"),
                kfunc("bpf_strchrnul").args(UNCHECKED, SCALAR).rejected("not implemented yet"),
                kfunc("bpf_strcmp").args(UNCHECKED, UNCHECKED).rejected("not implemented yet"),
                kfunc("bpf_strcspn").args(UNCHECKED, UNCHECKED).rejected("not implemented yet"),
                kfunc("bpf_strlen").args(UNCHECKED).rejected("not implemented yet"),
                kfunc("bpf_strnchr").args(UNCHECKED, SCALAR, SCALAR).rejected("not implemented yet"),
                kfunc("bpf_strnlen").args(UNCHECKED, SCALAR).rejected("not implemented yet"),
                kfunc("bpf_strnstr").args(UNCHECKED, UNCHECKED, SCALAR).rejected("not implemented yet"),
                kfunc("bpf_strrchr").args(UNCHECKED, SCALAR).rejected("not implemented yet"),
                kfunc("bpf_strspn").args(UNCHECKED, UNCHECKED).rejected("not implemented yet"),
                kfunc("bpf_strstr").args(UNCHECKED, UNCHECKED).rejected("not implemented yet"));
    }
}
