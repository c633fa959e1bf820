/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static io.github.bpf4j.compiler.differential.Argument.NUMBER;
import static io.github.bpf4j.compiler.differential.Argument.SIZE;
import static io.github.bpf4j.compiler.differential.HelperCase.EPILOGUE;
import static io.github.bpf4j.compiler.differential.HelperCase.PROLOGUE;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_OUT;

import java.util.ArrayList;
import java.util.List;

/** Helpers that print: formats of all conversions, with numbers or pointers; and formats that Linux refuses. */
final class FormatCases {
    /** Conversions of numbers, with flags and widths. */
    private static final List<String> OF_NUMBERS = List.of(
            "%d %i %u",
            "%x|%X|%lx",
            "%ld,%lu,%lld",
            "%llu %llx %lli",
            "[%5d][%-7d][%05u]",
            "%+d% d%+lld",
            "%c%c%c",
            "%3c|%c|%%",
            "%20llx<%-20llu>%020lld",
            "no conversions",
            "%08x%08X%2u");

    /** Conversions of memory: two of it, then a number. */
    private static final List<String> OF_MEMORY =
            List.of("%s|%s|%d", "%pI4 %pi4 %u", "%pI6 %pi6 %x", "%10s%-12s>%d", "%s%pI4%d", "%pi6 %s %c");

    private FormatCases() {}

    static List<HelperCase> all() {
        String numbers = PROLOGUE + """
                    r1 = r7
                    r1 += 512
                    r2 = *(u64 *)(r7 + 24)
                    r2 &= 0xff
                    r3 = map[m][0]
                    r4 = r7
                    r5 = %d
                    call bpf_snprintf
                """ + EPILOGUE;
        String memory = PROLOGUE + """
                    r0 = r7
                    r0 += 128
                    *(u64 *)(r10 - 24) = r0
                    r0 += 40
                    *(u64 *)(r10 - 16) = r0
                    r0 = *(u64 *)(r7 + 0)
                    *(u64 *)(r10 - 8) = r0
                    r1 = r7
                    r1 += 512
                    r2 = *(u64 *)(r7 + 24)
                    r2 &= 0xff
                    r3 = map[m][0]
                    r4 = r10
                    r4 += -24
                    r5 = 24
                    call bpf_snprintf
                """ + EPILOGUE;
        // most formats end with a NUL, as they must
        String ended = PROLOGUE + """
                    r1 = r7
                    r1 += 128
                    r2 = *(u64 *)(r7 + 0)
                    r2 &= 0x1f
                    if r2 == 0 goto out
                    r0 = *(u64 *)(r7 + 8)
                    r0 &= 7
                    if r0 == 7 goto open
                    r0 = r1
                    r0 += r2
                    *(u8 *)(r0 - 1) = 0
                open:
                """;
        String trace = ended + """
                    r3 = *(u32 *)(r7 + 8)
                    r4 = *(u32 *)(r7 + 16)
                    r5 = *(u32 *)(r7 + 24)
                    call bpf_trace_printk
                """ + EPILOGUE;
        String traceMany = ended + """
                    r3 = r7
                    r3 += 8
                    r4 = *(u64 *)(r7 + 32)
                    r4 &= 0x1f
                    call bpf_trace_vprintk
                """ + EPILOGUE;
        List<HelperCase> cases = new ArrayList<>();
        // what is printed goes to the trace buffer; its length is the result
        cases.add(new HelperCase("trace_printk", LWT_OUT, trace, SIZE, NUMBER, NUMBER, NUMBER));
        cases.add(new HelperCase("trace_vprintk", LWT_OUT, traceMany, SIZE, NUMBER, NUMBER, NUMBER, SIZE));
        for (String format : OF_NUMBERS) {
            int bytes = 8 * conversions(format);
            cases.add(new HelperCase(
                            "snprintf \"" + format + "\"",
                            LWT_OUT,
                            numbers.formatted(bytes),
                            NUMBER,
                            NUMBER,
                            NUMBER,
                            SIZE)
                    .with(() -> List.of(TextHelperCases.constant(format))));
        }
        for (String format : OF_MEMORY) {
            cases.add(new HelperCase("snprintf \"" + format + "\"", LWT_OUT, memory, NUMBER, NUMBER, NUMBER, SIZE)
                    .with(() -> List.of(TextHelperCases.constant(format))));
        }
        return cases;
    }

    private static int conversions(String format) {
        String rest = format.replace("%%", "");
        return rest.length() - rest.replace("%", "").length();
    }
}
