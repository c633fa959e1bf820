/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

/** The kinds of value a register can hold, as the verifier's hot loop wants them: a base type and modifier flags in one {@code int}. */
final class RegisterType {
    static final int NOT_INIT = 0;
    static final int SCALAR = 1;
    static final int CTX = 2;
    static final int STACK = 3;
    static final int PACKET = 4;
    static final int PACKET_END = 5;
    static final int MAP = 6;
    static final int MAP_VALUE = 7;
    static final int MAP_KEY = 8;
    static final int MEM = 9;
    static final int SOCK_COMMON = 10;
    static final int BTF_ID = 11;
    static final int FUNC = 12;
    static final int ARENA = 13;
    static final int RAW_MEM = 14;
    static final int DYNPTR = 15;
    /** Raw programs only: different kinds on different paths. */
    static final int MIXED = 16;

    static final int BASE = 0xff;
    static final int MAYBE_NULL = 1 << 8;
    static final int RDONLY = 1 << 9;
    static final int RINGBUF = 1 << 10;
    static final int UNTRUSTED = 1 << 11;
    static final int TRUSTED = 1 << 12;
    /** Protected by a section of read-copy-update, which an LWT program is as a whole. */
    static final int RCU = 1 << 13;

    /** Packet range of a pointer known to be at least at the end. */
    static final int AT_PACKET_END = -1;
    /** Packet range of a pointer known to be beyond the end. */
    static final int BEYOND_PACKET_END = -2;
    /** Farthest offset a packet pointer may have. */
    static final int MAX_PACKET_OFFSET = 0xffff;
    /** Farthest offset any pointer may have. */
    static final long MAX_OFFSET = 1L << 29;

    private static final String[] NAMES = {
        "?",
        "scalar",
        "ctx",
        "fp",
        "pkt",
        "pkt_end",
        "map_ptr",
        "map_value",
        "map_key",
        "mem",
        "sock_common",
        "ptr_",
        "func",
        "arena",
        "raw_mem",
        "dynptr_ptr",
        "mixed"
    };

    private RegisterType() {}

    static int base(int type) {
        return type & BASE;
    }

    static boolean maybeNull(int type) {
        return (type & MAYBE_NULL) != 0;
    }

    static boolean isPointer(int type) {
        return type != NOT_INIT && type != SCALAR && type != MIXED;
    }

    /** Whether the value at address zero is excluded, so that comparing with NULL has a certain outcome. */
    static boolean neverNull(int type) {
        if (maybeNull(type)) {
            return false;
        }
        return switch (base(type)) {
            case MAP, MAP_VALUE, MAP_KEY, SOCK_COMMON -> true;
            case MEM -> (type & UNTRUSTED) == 0;
            case BTF_ID -> (type & TRUSTED) != 0;
            default -> false;
        };
    }

    /** The kernel's name: {@code map_value_or_null}. */
    static String name(int type) {
        String prefix = "";
        if ((type & RDONLY) != 0) {
            prefix += "rdonly_";
        }
        if ((type & RINGBUF) != 0) {
            prefix += "ringbuf_";
        }
        if ((type & UNTRUSTED) != 0) {
            prefix += "untrusted_";
        }
        if ((type & TRUSTED) != 0) {
            prefix += "trusted_";
        }
        if ((type & RCU) != 0) {
            prefix += "rcu_";
        }
        String suffix = maybeNull(type) ? (base(type) == BTF_ID ? "or_null_" : "_or_null") : "";
        return prefix + NAMES[base(type)] + suffix;
    }
}
