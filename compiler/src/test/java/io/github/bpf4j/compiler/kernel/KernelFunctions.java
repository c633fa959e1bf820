/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The ids that the host kernel's own type information gives its functions, which kfunc calls name. Read without the compiler's BTF reader, since
 * an oracle should not share its mistakes.
 */
final class KernelFunctions {
    private static final Path VMLINUX = Path.of("/sys/kernel/btf/vmlinux");
    private static final int KIND_FUNC = 12;

    private static final class Ids {
        private static final Map<String, Integer> BY_NAME = read();
    }

    private KernelFunctions() {}

    /** The BTF id of a function of the kernel, empty if it has none of that name. */
    static OptionalInt id(String name) {
        Integer id = Ids.BY_NAME.get(name);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    private static Map<String, Integer> read() {
        byte[] file;
        try {
            file = Files.readAllBytes(VMLINUX);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // struct btf_header: magic, version, flags, hdr_len, type_off, type_len, str_off, str_len
        ByteBuffer btf = ByteBuffer.wrap(file).order(ByteOrder.nativeOrder());
        int header = btf.getInt(4);
        int types = header + btf.getInt(8);
        int typesEnd = types + btf.getInt(12);
        int strings = header + btf.getInt(16);
        Map<String, Integer> ids = new HashMap<>();
        int id = 1;
        for (int at = types; at < typesEnd; id++) {
            int info = btf.getInt(at + 4);
            int kind = (info >>> 24) & 0x1f;
            if (kind == KIND_FUNC) {
                ids.putIfAbsent(string(file, strings + btf.getInt(at)), id);
            }
            at += 12 + trailingBytes(kind, info & 0xffff);
        }
        return ids;
    }

    /** What follows the 12 bytes of {@code struct btf_type} (kernel documentation, bpf/btf.rst). */
    private static int trailingBytes(int kind, int members) {
        return switch (kind) {
            case 1, 14, 17 -> 4; // INT, VAR, DECL_TAG
            case 3 -> 12; // ARRAY
            case 4, 5, 15, 19 -> 12 * members; // STRUCT, UNION, DATASEC, ENUM64
            case 6, 13 -> 8 * members; // ENUM, FUNC_PROTO
            default -> 0;
        };
    }

    private static String string(byte[] file, int start) {
        int end = start;
        while (file[end] != 0) {
            end++;
        }
        return new String(file, start, end - start, StandardCharsets.UTF_8);
    }
}
