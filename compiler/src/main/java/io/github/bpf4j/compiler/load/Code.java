/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.compiler.ByteView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Raw instructions that relocations are written into (RFC 9669, section 3). */
final class Code {
    static final int MAP_FD = 1;
    static final int MAP_VALUE = 2;
    static final int FUNC = 4;

    static final int HELPER = 0;
    static final int SUBPROGRAM = 1;
    static final int KFUNC = 2;

    static final int CALL = 0x85;
    static final int LD_IMM64 = 0x18;

    private static final int SLOT = 8;

    private final ByteBuffer bytes;

    Code(int slots) {
        bytes = ByteBuffer.allocate(slots * SLOT).order(ByteOrder.LITTLE_ENDIAN);
    }

    void put(int slot, ByteView code) {
        bytes.put(slot * SLOT, code.toByteArray());
    }

    byte[] toByteArray() {
        return bytes.array();
    }

    int opcode(int slot) {
        return bytes.get(slot * SLOT) & 0xff;
    }

    void setOpcode(int slot, int opcode) {
        bytes.put(slot * SLOT, (byte) opcode);
    }

    int source(int slot) {
        return bytes.get(slot * SLOT + 1) >> 4 & 15;
    }

    int offset(int slot) {
        return bytes.getShort(slot * SLOT + 2);
    }

    void setOffset(int slot, int offset) {
        bytes.putShort(slot * SLOT + 2, (short) offset);
    }

    int imm(int slot) {
        return bytes.getInt(slot * SLOT + 4);
    }

    void setImm(int slot, int imm) {
        bytes.putInt(slot * SLOT + 4, imm);
    }

    /** Makes an {@code LD_IMM64} one of a kind, keeping its register. */
    void setImm64(int slot, int source, int imm, int nextImm) {
        bytes.put(slot * SLOT + 1, (byte) (bytes.get(slot * SLOT + 1) & 15 | source << 4));
        setImm(slot, imm);
        setImm(slot + 1, nextImm);
    }

    void setValue(int slot, long value) {
        setImm64(slot, 0, (int) value, (int) (value >>> 32));
    }

    void setCall(int slot, int source, int imm) {
        bytes.putInt(slot * SLOT, CALL | source << 12);
        setImm(slot, imm);
    }
}
