/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static io.github.bpf4j.compiler.differential.Argument.SMALL;
import static io.github.bpf4j.compiler.differential.HelperCase.EPILOGUE;
import static io.github.bpf4j.compiler.differential.HelperCase.PROLOGUE;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_OUT;

import java.util.List;

/** Kfuncs on strings. */
final class StringKfuncCases {
    private StringKfuncCases() {}

    static List<HelperCase> all() {
        String strings = PROLOGUE + """
                    r1 = r7
                    r1 += 128
                    r2 = r7
                    r2 += 256
                    r3 = *(u64 *)(r7 + 0)
                    call %s
                """ + EPILOGUE;
        String characters = PROLOGUE + """
                    r1 = r7
                    r1 += 128
                    r2 = *(u64 *)(r7 + 0)
                    r3 = *(u64 *)(r7 + 8)
                    call %s
                """ + EPILOGUE;
        return List.of(
                new HelperCase("strcmp", LWT_OUT, strings.formatted("bpf_strcmp"), SMALL),
                new HelperCase("strcasecmp", LWT_OUT, strings.formatted("bpf_strcasecmp"), SMALL),
                new HelperCase("strspn", LWT_OUT, strings.formatted("bpf_strspn"), SMALL),
                new HelperCase("strcspn", LWT_OUT, strings.formatted("bpf_strcspn"), SMALL),
                new HelperCase("strstr", LWT_OUT, strings.formatted("bpf_strstr"), SMALL),
                new HelperCase("strnstr", LWT_OUT, strings.formatted("bpf_strnstr"), SMALL),
                new HelperCase("strchr", LWT_OUT, characters.formatted("bpf_strchr"), SMALL, SMALL),
                new HelperCase("strchrnul", LWT_OUT, characters.formatted("bpf_strchrnul"), SMALL, SMALL),
                new HelperCase("strrchr", LWT_OUT, characters.formatted("bpf_strrchr"), SMALL, SMALL),
                new HelperCase("strnchr", LWT_OUT, characters.formatted("bpf_strnchr"), SMALL, SMALL),
                new HelperCase("strlen", LWT_OUT, characters.formatted("bpf_strlen"), SMALL, SMALL),
                new HelperCase("strnlen", LWT_OUT, characters.formatted("bpf_strnlen"), SMALL, SMALL));
    }
}
