/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Calls as assembly text, for programs that consist of them: {@code call("bpf_skb_load_bytes", "r6", "[0]", "r7 + 512", "[1] & 0xff or out")}.
 *
 * <pre>
 * r6, 0x20, map[m]     an argument: a register, a number, a map
 * [1]                  the second number of the area, to which r7 points
 * r10 - 16             one operation on an argument
 * [1] &amp; 0xff or out    go to the label out if that is 0
 * </pre>
 */
final class CallText {
    private static final Pattern ARGUMENT = Pattern.compile("(\\S+)(?: (\\S+) (\\S+))??( or out)?");
    private static final Pattern NUMBER_OF_AREA = Pattern.compile("\\[(\\d+)]");

    private CallText() {}

    /** A call whose arguments are put into {@code r1} and so on, the first one first. */
    static String call(String function, String... arguments) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < arguments.length; i++) {
            argument(text, "r" + (i + 1), arguments[i]);
        }
        return text.append("call ").append(function).append('\n').toString();
    }

    /** Keeps a call's result at an offset in the area. */
    static String keep(int offset) {
        return "*(u64 *)(r7 + " + offset + ") = r0\n";
    }

    private static void argument(StringBuilder text, String register, String argument) {
        Matcher parts = ARGUMENT.matcher(argument);
        if (!parts.matches()) {
            throw new IllegalArgumentException(argument);
        }
        Matcher number = NUMBER_OF_AREA.matcher(parts.group(1));
        String value = number.matches()
                ? "*(u64 *)(r7 + " + Long.BYTES * Integer.parseInt(number.group(1)) + ")"
                : parts.group(1);
        text.append(register).append(" = ").append(value).append('\n');
        if (parts.group(2) != null) {
            boolean minus = parts.group(2).equals("-");
            text.append(register).append(minus ? " += -" : " " + parts.group(2) + "= ");
            text.append(parts.group(3)).append('\n');
        }
        if (parts.group(4) != null) {
            text.append("if ").append(register).append(" == 0 goto out\n");
        }
    }
}
