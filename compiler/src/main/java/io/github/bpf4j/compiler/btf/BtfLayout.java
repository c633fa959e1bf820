/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import io.github.bpf4j.compiler.ByteView;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The checked layout of BTF data: where each type starts. Everything a reader of the types relies
 * on is checked here once, so that {@link Btf} can decode types lazily and without failing.
 *
 * <p>Split BTF continues the type numbers and string offsets of its base. What is asked by a type number
 * or string offset of the base is answered by the base's layout.
 */
final class BtfLayout {
    /** The section that types usually stand in. */
    static final String SECTION = ".BTF";

    /** The section that holds a {@link DistilledBase}. */
    static final String BASE_SECTION = ".BTF.base";

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

    /** The number of the first type that is not the base's. */
    final int firstId;

    private final String section;
    private final @Nullable BtfLayout base;

    /** Where the strings that are not the base's start among all. */
    private final int firstString;

    /** Offset in {@link #types} by type number less {@link #firstId}. */
    private final int[] offsets;

    /**
     * Checks the layout of some data.
     *
     * @param raw the data; must not change afterwards
     * @param section the name of the section that it is from
     */
    BtfLayout(byte[] raw, String section, @Nullable BtfLayout base) {
        this.section = section;
        this.base = base;
        ByteView bytes = ByteView.of(raw, this::fault);
        firstId = base == null ? 1 : base.count();
        firstString = base == null ? 0 : base.stringEnd();
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
        checkStrings();
        offsets = scan();
    }

    private void checkStrings() {
        // The empty string is the base's.
        boolean mayBeEmpty = base != null;
        if (mayBeEmpty && strings.length() == 0) {
            return;
        }
        boolean startsRight = mayBeEmpty || (strings.length() > 0 && strings.u8(0) == 0);
        if (!startsRight || strings.u8(strings.length() - 1) != 0) {
            throw fault(16, "the string section does not start and end with a zero byte");
        }
        if (strings.length() > Integer.MAX_VALUE - firstString) {
            throw fault(16, "the string sections of base and split BTF are too long");
        }
    }

    BtfFormatException fault(long offset, String problem) {
        return new BtfFormatException(section, offset, problem);
    }

    /** The exception for a problem in a type. */
    BtfFormatException typeFault(int id, String problem) {
        return fault(typesAt + (long) offsets[id - firstId], "type %d (%s): %s".formatted(id, describe(id), problem));
    }

    private ByteView part(ByteView body, String what, long offset, long size, int headerAt) {
        if (offset > body.length() || size > body.length() - offset) {
            throw fault(
                    headerAt,
                    "the %s section of %d bytes at %d does not fit in %d bytes"
                            .formatted(what, size, offset, body.length()));
        }
        return body.slice(offset, size);
    }

    int count() {
        return firstId + offsets.length;
    }

    /** The layout that a type number belongs to. */
    private BtfLayout of(int id) {
        return base != null && id < firstId ? base.of(id) : this;
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

    private int word(int id, int index) {
        BtfLayout layout = of(id);
        return layout.types.i32(layout.offsets[id - layout.firstId] + (long) Integer.BYTES * index);
    }

    int info(int id) {
        return word(id, 1);
    }

    int itemCount(int id) {
        return info(id) & 0xffff;
    }

    boolean kindFlag(int id) {
        return info(id) < 0;
    }

    int nameOffset(int id) {
        return word(id, 0);
    }

    /** The third word: size or type number. */
    int sizeOrType(int id) {
        return word(id, 2);
    }

    /** The first word after the common part, of a type that has one. */
    int firstTailWord(int id) {
        return word(id, 3);
    }

    /** Offset in {@link #types} of what follows the common part; not of a type of the base. */
    long tail(int id) {
        return offsets[id - firstId] + (long) TYPE_SIZE;
    }

    String describe(int id) {
        return id == 0 ? "void" : kind(id) + " '" + string(nameOffset(id)) + "'";
    }

    /** Where the strings end, the base's included. */
    int stringEnd() {
        return firstString + strings.length();
    }

    /** The string at a checked offset. */
    String string(int offset) {
        if (base != null && offset < firstString) {
            return base.string(offset);
        }
        int start = offset - firstString;
        int end = start;
        while (strings.u8(end) != 0) {
            end++;
        }
        return new String(strings.toByteArray(start, end - start), java.nio.charset.StandardCharsets.UTF_8);
    }

    /** Whether the string at an offset below {@link #stringEnd} is no longer than a limit. */
    private boolean isWithin(long offset, int limit) {
        if (base != null && offset < firstString) {
            return base.isWithin(offset, limit);
        }
        long start = offset - firstString;
        for (long end = start; strings.u8(end) != 0; end++) {
            if (end - start == limit) {
                return false;
            }
        }
        return true;
    }

    private int[] scan() {
        int[] found = new int[Math.max(16, types.length() / TYPE_SIZE / 2)];
        int count = 0;
        long at = 0;
        while (at < types.length()) {
            long place = typesAt + at;
            int id = firstId + count;
            if (types.length() - at < TYPE_SIZE) {
                throw fault(place, "type %d is cut off".formatted(id));
            }
            if (id > MAX_TYPE) {
                throw fault(place, "more than %d types".formatted(MAX_TYPE));
            }
            int info = types.i32(at + 4);
            BtfKind kind = BtfKind.of(info >>> 24 & 0x1f);
            if (kind == null || kind == BtfKind.VOID) {
                throw fault(place + 4, "type %d is of unknown kind %d".formatted(id, info >>> 24 & 0x1f));
            }
            if ((info & ~INFO_MASK) != 0) {
                throw fault(place + 4, "type %d has unknown info bits".formatted(id));
            }
            int items = info & 0xffff;
            int allowed = kind == BtfKind.FUNC ? 2 : 0; // a function's linkage stands there
            if (items > allowed && kind.itemSize() == 0) {
                throw fault(place + 4, "type %d (%s) has %d items".formatted(id, kind, items));
            }
            if (info < 0 && !mayHaveKindFlag(kind)) {
                throw fault(place + 4, "type %d (%s) has the kind flag".formatted(id, kind));
            }
            long size = TYPE_SIZE + kind.fixedSize() + (long) items * kind.itemSize();
            if (size > types.length() - at) {
                throw fault(place, "type %d (%s) is cut off".formatted(id, kind));
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
        if (offset >= stringEnd()) {
            throw fault(place, "name offset %d is outside the %d string bytes".formatted(offset, stringEnd()));
        }
        boolean tag = kind == BtfKind.DECL_TAG || kind == BtfKind.TYPE_TAG;
        int limit = tag ? MAX_TAG : MAX_IDENTIFIER;
        if (!isWithin(offset, limit)) {
            throw fault(place, "a name of more than %d bytes".formatted(limit));
        }
    }
}
