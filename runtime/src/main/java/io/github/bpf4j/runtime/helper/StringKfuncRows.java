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
                kfunc("bpf_strcasecmp").args(ADDRESS, ADDRESS).rejected("not implemented yet"),
                kfunc("bpf_strchr").args(ADDRESS, SCALAR).rejected("not implemented yet"),
                kfunc("bpf_strchrnul").args(ADDRESS, SCALAR).rejected("not implemented yet"),
                kfunc("bpf_strcmp").args(ADDRESS, ADDRESS).rejected("not implemented yet"),
                kfunc("bpf_strcspn").args(ADDRESS, ADDRESS).rejected("not implemented yet"),
                kfunc("bpf_strlen").args(ADDRESS).rejected("not implemented yet"),
                kfunc("bpf_strnchr").args(ADDRESS, SCALAR, SCALAR).rejected("not implemented yet"),
                kfunc("bpf_strnlen").args(ADDRESS, SCALAR).rejected("not implemented yet"),
                kfunc("bpf_strnstr").args(ADDRESS, ADDRESS, SCALAR).rejected("not implemented yet"),
                kfunc("bpf_strrchr").args(ADDRESS, SCALAR).rejected("not implemented yet"),
                kfunc("bpf_strspn").args(ADDRESS, ADDRESS).rejected("not implemented yet"),
                kfunc("bpf_strstr").args(ADDRESS, ADDRESS).rejected("not implemented yet"));
    }
}
