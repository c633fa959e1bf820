/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.elf;

import io.github.bpf4j.compiler.ByteView;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Zero-terminated strings, addressed by byte offset. Each string is decoded once. A crafted table
 * can make every offset name a different, long tail of one string; the decoded total is therefore
 * limited to a small multiple of the table's size.
 */
final class StringTable {
    private static final int OVERLAP = 8;
    private static final int MINIMUM_BUDGET = 65_536;

    private final ByteView bytes;
    private final Map<Integer, String> decoded = new HashMap<>();
    private long budget;

    StringTable(ByteView bytes) {
        this.bytes = bytes;
        this.budget = Math.max(MINIMUM_BUDGET, (long) OVERLAP * bytes.length());
    }

    /** The string at an offset. {@code fault} reports a bad offset where the reference stands. */
    String at(long offset, ByteView.Fault fault) {
        if (offset == 0 && bytes.length() == 0) {
            return "";
        }
        if (offset < 0 || offset >= bytes.length()) {
            throw fault.at(
                    0, "name offset %d is outside the string table of %d bytes".formatted(offset, bytes.length()));
        }
        String known = decoded.get((int) offset);
        if (known != null) {
            return known;
        }
        long end = offset;
        while (end < bytes.length() && bytes.u8(end) != 0) {
            end++;
            if (end - offset > budget) {
                throw fault.at(0, "the names of the string table overlap too much");
            }
        }
        if (end == bytes.length()) {
            throw fault.at(0, "the name at string offset %d has no terminating zero".formatted(offset));
        }
        budget -= end - offset;
        String name = new String(bytes.toByteArray(offset, end - offset), StandardCharsets.UTF_8);
        decoded.put((int) offset, name);
        return name;
    }
}
