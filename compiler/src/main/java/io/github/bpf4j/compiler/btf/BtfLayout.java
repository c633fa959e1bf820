/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import io.github.bpf4j.compiler.ByteView;
import java.util.Arrays;

/**
 * The checked layout of BTF data: where each type starts. Everything a reader of the types relies
 * on is checked here once, so that {@link Btf} can decode types lazily and without failing.
 */
final class BtfLayout {
    static final String SECTION = ".BTF";
    static final int MAGIC = 0xeb9f;
    static final int HEADER_SIZE = 24;
    static final int TYPE_SIZE = 12;

    /** {@code BTF_MAX_TYPE} is 0xfffff: larger numbers do not fit the kernel's tables. */
    static final int MAX_TYPE = 0xfffff;

    /** The kernel's {@code BTF_MAX_NAME_OFFSET} is 16 MiB; names themselves are below 512 bytes. */
    static final int MAX_IDENTIFIER = 511;

    /** Tags are free text; limited so that work stays proportional to the size of the data. */
    static final int MAX_TAG = 4_095;

    /** {@code BTF_INFO_MASK}. */
    private static final int INFO_MASK = 0x9f00ffff;

    final ByteView types;
    final ByteView strings;
    final int typesAt;

    /** Offset in {@link #types} by type number; element 0 is unused. */
    final int[] offsets;

    BtfLayout(ByteView bytes) {
        if (bytes.length() < HEADER_SIZE) {
            throw fault(bytes.length(), "the header of 24 bytes is cut off");
        }
        if (bytes.u16(0) == 0x9feb) {
            throw fault(0, "big-endian BTF is not supported");
        }
        if (bytes.u16(0) != MAGIC) {
            throw fault(0, "not BTF: magic 0x%04x".formatted(bytes.u16(0)));
        }
        if (bytes.u8(2) != 1) {
            throw fault(2, "unknown version %d".formatted(bytes.u8(2)));
        }
        if (bytes.u8(3) != 0) {
            throw fault(3, "unknown flags 0x%x".formatted(bytes.u8(3)));
        }
        long header = bytes.u32(4);
        if (header < HEADER_SIZE || header > bytes.length()) {
            throw fault(4, "a header of %d bytes".formatted(header));
        }
        for (long i = HEADER_SIZE; i < header; i++) {
            if (bytes.u8(i) != 0) {
                throw fault(i, "unknown header field is not zero");
            }
        }
        ByteView body = bytes.slice(header, bytes.length() - header);
        types = part(body, "type", bytes.u32(8), bytes.u32(12), 8);
        strings = part(body, "string", bytes.u32(16), bytes.u32(20), 16);
        typesAt = (int) (header + bytes.u32(8));
        if (bytes.u32(8) % 4 != 0) {
            throw fault(8, "the type section is not aligned to 4 bytes");
        }
        if (bytes.u32(8) < bytes.u32(16) + bytes.u32(20) && bytes.u32(16) < bytes.u32(8) + bytes.u32(12)) {
            throw fault(16, "the string section overlaps the type section");
        }
        if (strings.length() == 0 || strings.u8(0) != 0 || strings.u8(strings.length() - 1) != 0) {
            throw fault(16, "the string section does not start and end with a zero byte");
        }
        offsets = scan();
    }

    static BtfFormatException fault(long offset, String problem) {
        return new BtfFormatException(SECTION, offset, problem);
    }

    /** The exception for a problem in a type. */
    BtfFormatException typeFault(int id, String problem) {
        return fault(typesAt + (long) offsets[id], "type %d (%s): %s".formatted(id, describe(id), problem));
    }

    private static ByteView part(ByteView body, String what, long offset, long size, int headerAt) {
        if (offset > body.length() || size > body.length() - offset) {
            throw fault(
                    headerAt,
                    "the %s section of %d bytes at %d does not fit in %d bytes"
                            .formatted(what, size, offset, body.length()));
        }
        return body.slice(offset, size);
    }

    int count() {
        return offsets.length;
    }

    BtfKind kind(int id) {
        return id == 0 ? BtfKind.VOID : kindOf(info(id));
    }

    private static BtfKind kindOf(int info) {
        BtfKind kind = BtfKind.of(info >>> 24 & 0x1f);
        if (kind == null) {
            throw new IllegalStateException("scan() lets only known kinds pass");
        }
        return kind;
    }

    int info(int id) {
        return types.i32(offsets[id] + 4L);
    }

    int itemCount(int id) {
        return info(id) & 0xffff;
    }

    boolean kindFlag(int id) {
        return info(id) < 0;
    }

    int nameOffset(int id) {
        return types.i32(offsets[id]);
    }

    /** The third word: size or type number. */
    int sizeOrType(int id) {
        return types.i32(offsets[id] + 8L);
    }

    /** Offset in {@link #types} of what follows the common part. */
    long tail(int id) {
        return offsets[id] + (long) TYPE_SIZE;
    }

    String describe(int id) {
        return id == 0 ? "void" : kind(id) + " '" + string(nameOffset(id)) + "'";
    }

    /** The string at a checked offset. */
    String string(int offset) {
        int end = offset;
        while (strings.u8(end) != 0) {
            end++;
        }
        return new String(strings.toByteArray(offset, end - offset), java.nio.charset.StandardCharsets.UTF_8);
    }

    private int[] scan() {
        int[] found = new int[Math.max(16, types.length() / TYPE_SIZE / 2)];
        int count = 1;
        long at = 0;
        while (at < types.length()) {
            long place = typesAt + at;
            if (types.length() - at < TYPE_SIZE) {
                throw fault(place, "type %d is cut off".formatted(count));
            }
            if (count > MAX_TYPE) {
                throw fault(place, "more than %d types".formatted(MAX_TYPE));
            }
            int info = types.i32(at + 4);
            BtfKind kind = BtfKind.of(info >>> 24 & 0x1f);
            if (kind == null || kind == BtfKind.VOID) {
                throw fault(place + 4, "type %d is of unknown kind %d".formatted(count, info >>> 24 & 0x1f));
            }
            if ((info & ~INFO_MASK) != 0) {
                throw fault(place + 4, "type %d has unknown info bits".formatted(count));
            }
            int items = info & 0xffff;
            int allowed = kind == BtfKind.FUNC ? 2 : 0; // a function's linkage stands there
            if (items > allowed && kind.itemSize() == 0) {
                throw fault(place + 4, "type %d (%s) has %d items".formatted(count, kind, items));
            }
            if (info < 0 && !mayHaveKindFlag(kind)) {
                throw fault(place + 4, "type %d (%s) has the kind flag".formatted(count, kind));
            }
            long size = TYPE_SIZE + kind.fixedSize() + (long) items * kind.itemSize();
            if (size > types.length() - at) {
                throw fault(place, "type %d (%s) is cut off".formatted(count, kind));
            }
            checkName(types.u32(at), place, kind);
            for (int i = 0; i < items; i++) {
                if (kind != BtfKind.DATASEC && kind.itemSize() != 0) {
                    long item = at + TYPE_SIZE + (long) i * kind.itemSize();
                    checkName(types.u32(item), typesAt + item, kind);
                }
            }
            if (count == found.length) {
                found = Arrays.copyOf(found, found.length * 2);
            }
            found[count++] = (int) at;
            at += size;
        }
        return Arrays.copyOf(found, count);
    }

    private static boolean mayHaveKindFlag(BtfKind kind) {
        return kind.isComposite()
                || kind.isEnum()
                || kind == BtfKind.FWD
                || kind == BtfKind.DECL_TAG
                || kind == BtfKind.TYPE_TAG;
    }

    private void checkName(long offset, long place, BtfKind kind) {
        if (offset >= strings.length()) {
            throw fault(place, "name offset %d is outside the %d string bytes".formatted(offset, strings.length()));
        }
        boolean tag = kind == BtfKind.DECL_TAG || kind == BtfKind.TYPE_TAG;
        long limit = offset + (tag ? MAX_TAG : MAX_IDENTIFIER);
        long end = offset;
        while (strings.u8(end) != 0) {
            if (++end > limit) {
                throw fault(place, "a name of more than %d bytes".formatted(limit - offset));
            }
        }
    }
}
