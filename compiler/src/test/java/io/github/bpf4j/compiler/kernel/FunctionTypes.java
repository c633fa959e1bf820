/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The least type information that makes Linux accept callbacks: every function is {@code static int f(void)}. Static functions are verified as
 * part of their callers, so their signatures do not matter.
 *
 * @param btf a {@code .BTF} section
 * @param functionInfo {@code struct bpf_func_info} records
 */
record FunctionTypes(byte[] btf, byte[] functionInfo) {
    private static final int INT_ID = 1;
    private static final int PROTO_ID = 2;
    private static final int FIRST_FUNCTION_ID = 3;
    private static final int KIND_INT = 1 << 24;
    private static final int KIND_FUNC = 12 << 24;
    private static final int KIND_FUNC_PROTO = 13 << 24;
    private static final int SIGNED_32_BITS = 1 << 24 | 32;

    /** For the functions that start at the given slots, the entry first. */
    static FunctionTypes of(List<Integer> starts) {
        byte[] strings = "\0int\0f\0".getBytes(StandardCharsets.UTF_8);
        int typeBytes = 16 + 12 + 12 * starts.size();
        ByteBuffer btf = ByteBuffer.allocate(24 + typeBytes + strings.length).order(ByteOrder.nativeOrder());
        btf.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(24);
        btf.putInt(0).putInt(typeBytes).putInt(typeBytes).putInt(strings.length);
        btf.putInt(1).putInt(KIND_INT).putInt(4).putInt(SIGNED_32_BITS);
        btf.putInt(0).putInt(KIND_FUNC_PROTO).putInt(INT_ID);
        ByteBuffer info = ByteBuffer.allocate(8 * starts.size()).order(ByteOrder.nativeOrder());
        for (int i = 0; i < starts.size(); i++) {
            btf.putInt(5).putInt(KIND_FUNC).putInt(PROTO_ID);
            info.putInt(starts.get(i)).putInt(FIRST_FUNCTION_ID + i);
        }
        btf.put(strings);
        return new FunctionTypes(btf.array(), info.array());
    }
}
