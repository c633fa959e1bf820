/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfExt.CoreInfo;
import io.github.bpf4j.compiler.btf.BtfType;
import io.github.bpf4j.compiler.btf.BtfType.Array;
import io.github.bpf4j.compiler.btf.BtfType.Composite;
import io.github.bpf4j.compiler.btf.BtfType.EnumType;
import io.github.bpf4j.compiler.btf.CoreKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes programs with random CO-RE relocations for given types: most of them sensible, some as no compiler would write them. */
final class CoreCases {
    private static final int MAX_STEPS = 8;
    private static final int LDX = 1;
    private static final int ST = 2;
    private static final int STX = 3;

    private final Random random;
    private final Btf local;
    private final List<Integer> composites = new ArrayList<>();
    private final List<Integer> enums = new ArrayList<>();
    private final List<Integer> named = new ArrayList<>();

    CoreCases(Random random, Btf local) {
        this.random = random;
        this.local = local;
        for (int id = 1; id < local.size(); id++) {
            if (local.name(id).isEmpty()) {
                continue;
            }
            named.add(id);
            BtfType type = local.resolve(id);
            if (type instanceof Composite) {
                composites.add(id);
            } else if (type instanceof EnumType) {
                enums.add(id);
            }
        }
    }

    CoreCase program(int relocations) {
        List<CoreCase.Relocation> made = new ArrayList<>();
        for (int i = 0; i < relocations; i++) {
            made.add(relocation());
        }
        return new CoreCase(local, List.copyOf(made));
    }

    private boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private CoreCase.Relocation relocation() {
        CoreKind kind = CoreKind.values()[random.nextInt(CoreKind.values().length)];
        // Offsets are what programs ask for most, and what can go wrong in most ways.
        if (oneIn(4)) {
            kind = CoreKind.FIELD_BYTE_OFFSET;
        }
        List<Integer> roots = kind.isField() ? composites : kind.isEnumerator() ? enums : named;
        boolean isOdd = roots.isEmpty() || oneIn(60);
        int type = isOdd ? 1 + random.nextInt(local.size() - 1) : any(roots);
        String access = access(kind, type);
        CoreInfo info = new CoreInfo(0, type, access, kind);
        return new CoreCase.Relocation(info, instruction(info));
    }

    private String access(CoreKind kind, int type) {
        if (oneIn(200)) {
            // Nothing below zero: as an enumerator's index it crashes libbpf 1.1.
            return any(List.of("", "0:", ":0", "0:x", "99", "0:99", "0:0:0:0:0:0"));
        }
        if (kind.isField()) {
            return fieldAccess(type);
        }
        if (kind.isEnumerator() && local.resolve(type) instanceof EnumType values) {
            return String.valueOf(random.nextInt(Math.max(1, values.values().size())));
        }
        return "0";
    }

    private String fieldAccess(int root) {
        StringBuilder text = new StringBuilder(String.valueOf(oneIn(10) ? random.nextInt(4) : 0));
        int type = root;
        for (int step = 0; step < MAX_STEPS; step++) {
            if (step > 0 && oneIn(4)) {
                break;
            }
            int index;
            switch (local.resolve(type)) {
                case Composite struct
                when !struct.members().isEmpty() -> {
                    index = random.nextInt(struct.members().size());
                    type = struct.members().get(index).type();
                }
                case Array array -> {
                    boolean isBeyond = array.length() == 0 || oneIn(30);
                    index = random.nextInt(isBeyond ? 9 : (int) Math.min(array.length(), 1_000));
                    type = array.element();
                }
                case BtfType _ -> {
                    return text.toString();
                }
            }
            text.append(':').append(index);
        }
        return text.toString();
    }

    /** An instruction that holds what the compiler would have put there, mostly. */
    private byte[] instruction(CoreInfo info) {
        long value = 0;
        long size = 0;
        try {
            CoreAccess access = info.kind().isField()
                    ? CoreAccess.field(local, info.type(), info.access())
                    : info.kind().isEnumerator()
                            ? CoreAccess.enumerator(local, info.type(), info.access())
                            : CoreAccess.type(local, info.type(), info.access());
            CoreValue original = CoreValue.of(info.kind(), access);
            value = original.value();
            size = original.size();
        } catch (IllegalArgumentException _) {
            // Nothing that a compiler would write; any number will do.
        }
        if (oneIn(100)) {
            value += oneIn(2) ? 1 : random.nextInt();
        }
        if (oneIn(200)) {
            return slots(any(List.of(0x05, 0x0f, 0x20, 0x85, 0x95, 0xbf)), 0x21, 0, (int) value);
        }
        boolean isMemory = info.kind() == CoreKind.FIELD_BYTE_OFFSET && Long.bitCount(size) == 1 && size <= 8;
        if (isMemory && random.nextInt(3) > 0 || oneIn(100)) {
            int sizeBits = oneIn(60)
                    ? random.nextInt(4) << 3
                    : switch ((int) size) {
                        case 1 -> 0x10;
                        case 2 -> 0x08;
                        case 4 -> 0x00;
                        default -> 0x18;
                    };
            int opcode = 0x60 | sizeBits | any(List.of(LDX, LDX, ST, STX));
            return slots(opcode, opcode % 8 == ST ? 0x02 : 0x21, (short) value, 0);
        }
        return switch (random.nextInt(4)) {
            case 0 -> slots(0xb4, 0x01, 0, (int) value); // w1 = value
            case 1 -> slots(0x07, 0x01, 0, (int) value); // r1 += value
            case 2 -> slots(0xb7, 0x01, 0, (int) value); // r1 = value
            default ->
                buffer(16)
                        .putInt(0x118)
                        .putInt((int) value)
                        .putInt(0)
                        .putInt((int) (value >>> 32))
                        .array();
        };
    }

    private static byte[] slots(int opcode, int registers, int offset, int imm) {
        return buffer(8)
                .put((byte) opcode)
                .put((byte) registers)
                .putShort((short) offset)
                .putInt(imm)
                .array();
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
