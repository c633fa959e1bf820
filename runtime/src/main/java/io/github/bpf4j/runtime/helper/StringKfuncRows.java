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
                kfunc("bpf_strcasecmp").args(UNCHECKED, UNCHECKED).same(StringHelpers.class, "strcasecmp"),
                kfunc("bpf_strchr").args(UNCHECKED, SCALAR).same(StringHelpers.class, "strchr"),
                kfunc("bpf_strchrnul").args(UNCHECKED, SCALAR).same(StringHelpers.class, "strchrnul"),
                kfunc("bpf_strcmp").args(UNCHECKED, UNCHECKED).same(StringHelpers.class, "strcmp"),
                kfunc("bpf_strcspn").args(UNCHECKED, UNCHECKED).same(StringHelpers.class, "strcspn"),
                kfunc("bpf_strlen").args(UNCHECKED).same(StringHelpers.class, "strlen"),
                kfunc("bpf_strnchr").args(UNCHECKED, SCALAR, SCALAR).same(StringHelpers.class, "strnchr"),
                kfunc("bpf_strnlen").args(UNCHECKED, SCALAR).same(StringHelpers.class, "strnlen"),
                kfunc("bpf_strnstr").args(UNCHECKED, UNCHECKED, SCALAR).same(StringHelpers.class, "strnstr"),
                kfunc("bpf_strrchr").args(UNCHECKED, SCALAR).same(StringHelpers.class, "strrchr"),
                kfunc("bpf_strspn").args(UNCHECKED, UNCHECKED).same(StringHelpers.class, "strspn"),
                kfunc("bpf_strstr").args(UNCHECKED, UNCHECKED).same(StringHelpers.class, "strstr"));
    }
}
