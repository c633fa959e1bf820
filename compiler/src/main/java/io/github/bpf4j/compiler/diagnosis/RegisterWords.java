/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.diagnosis;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says in words what the kernel's notation of a register state means. */
final class RegisterWords {
    private static final Pattern STATE = Pattern.compile("([a-z_0-9]+)(?:\\((.*)\\))?.*");
    private static final Pattern ATTRIBUTE = Pattern.compile("((?:[a-z0-9_]+=)+)(-?[0-9a-zA-Z_.()+-]+)");

    private static final Map<String, String> KINDS = Map.ofEntries(
            Map.entry("ctx", "the context (struct __sk_buff *)"),
            Map.entry("pkt", "a packet pointer"),
            Map.entry("pkt_end", "the end of the packet"),
            Map.entry("fp", "a pointer to the stack"),
            Map.entry("map_ptr", "a map"),
            Map.entry("map_value", "a pointer into a map value"),
            Map.entry("map_value_or_null", "a map value or NULL"),
            Map.entry("map_key", "a pointer to a map key"),
            Map.entry("mem", "a pointer to memory"),
            Map.entry("mem_or_null", "a pointer to memory or NULL"),
            Map.entry("ringbuf_mem", "a ring buffer record"),
            Map.entry("ringbuf_mem_or_null", "a ring buffer record or NULL"),
            Map.entry("sock_common_or_null", "a socket or NULL"),
            Map.entry("sock_common", "a socket"),
            Map.entry("scalar", "a number"));

    private RegisterWords() {}

    /**
     * Describes a register state.
     *
     * @param state the kernel's notation, such as {@code pkt(id=0,off=14,r=10)}
     * @return the words with the notation behind them; empty if the state is empty
     */
    static String describe(String state) {
        if (state.isEmpty()) {
            return "";
        }
        if (state.equals("?")) {
            return "empty: nothing has been written to it on this path";
        }
        Matcher matcher = STATE.matcher(state);
        if (!matcher.matches()) {
            return state;
        }
        String words = KINDS.get(matcher.group(1));
        if (words == null) {
            return state.matches("-?\\d+|0x[0-9a-f]+") ? "the number " + decimal(state) : state;
        }
        String details = details(matcher.group(1), matcher.group(2));
        return state.endsWith("()") || details.isEmpty() ? words + details : words + details + " — " + state;
    }

    /** Numbers of up to 32 bits are easier to read in decimal. */
    private static String decimal(String value) {
        return value.matches("0x[0-9a-f]{1,8}") ? Long.toString(Long.decode(value)) : value;
    }

    private static String details(String kind, String attributes) {
        if (attributes == null) {
            return kind.equals("scalar") ? " that can have any value" : "";
        }
        StringBuilder out = new StringBuilder();
        Matcher attribute = ATTRIBUTE.matcher(attributes);
        while (attribute.find()) {
            String value = decimal(attribute.group(2));
            for (String name : attribute.group(1).split("=")) {
                switch (name) {
                    case "off" -> out.append(value.equals("0") ? "" : ", moved by " + value + " bytes");
                    case "r" -> out.append(", with ").append(value).append(" bytes proven to be there");
                    case "umin", "smin" -> out.append(", at least ").append(value);
                    case "umax" -> out.append(", at most ").append(value);
                    default -> {}
                }
            }
        }
        return out.toString();
    }
}
