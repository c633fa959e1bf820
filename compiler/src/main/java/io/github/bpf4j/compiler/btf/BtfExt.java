/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import io.github.bpf4j.compiler.ByteView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The contents of {@code .BTF.ext}: functions, source lines and CO-RE relocations by the name of
 * the section whose instructions they belong to. Immutable.
 *
 * @param functions functions by section, in the order of the file
 * @param lines source lines by section, in the order of the file
 * @param relocations CO-RE relocations by section, in the order of the file
 */
public record BtfExt(
        Map<String, List<FuncInfo>> functions,
        Map<String, List<LineInfo>> lines,
        Map<String, List<CoreInfo>> relocations) {
    private static final String SECTION = ".BTF.ext";
    private static final int SHORT_HEADER = 24;
    private static final int FULL_HEADER = 32;

    /** No information at all. */
    public static final BtfExt EMPTY = new BtfExt(Map.of(), Map.of(), Map.of());

    /**
     * A function.
     *
     * @param offset its first instruction, in bytes from the start of the section; a multiple of 8
     * @param type its {@link BtfType.Func}
     */
    public record FuncInfo(long offset, int type) {}

    /**
     * A source line. Strings are offsets into the string section of the {@link Btf}.
     *
     * @param offset the first instruction it stands for, in bytes from the start of the section; a
     *     multiple of 8
     * @param file the file name
     * @param text the source text
     * @param line the line number, 0 for code without one
     * @param column the column number
     */
    public record LineInfo(long offset, int file, int text, int line, int column) {}

    /**
     * A CO-RE relocation.
     *
     * @param offset the instruction, in bytes from the start of the section; a multiple of 8
     * @param type the type the access starts from
     * @param access the access string, such as {@code 0:1:2}
     * @param kind what to compute
     */
    public record CoreInfo(long offset, int type, String access, CoreKind kind) {}

    /**
     * Parses {@code .BTF.ext} data.
     *
     * @param bytes the section's contents
     * @param btf the types and strings it refers to
     * @return the parsed records
     * @throws BtfFormatException if the data is damaged or refers to what is not there
     */
    public static BtfExt parse(ByteView bytes, Btf btf) {
        ByteView data = bytes.withFault(BtfExt::fault);
        if (data.length() < SHORT_HEADER) {
            throw fault(data.length(), "the header is cut off");
        }
        if (data.u16(0) != BtfLayout.MAGIC) {
            throw fault(0, "magic 0x%04x".formatted(data.u16(0)));
        }
        if (data.u8(2) != 1 || data.u8(3) != 0) {
            throw fault(2, "unknown version %d or flags 0x%x".formatted(data.u8(2), data.u8(3)));
        }
        long header = data.u32(4);
        if (header < SHORT_HEADER || header > data.length()) {
            throw fault(4, "a header of %d bytes".formatted(header));
        }
        Reader reader = new Reader(data, header, btf);
        Map<String, List<FuncInfo>> functions =
                reader.records("function", 8, 8, (record, at) -> reader.function(record, at));
        Map<String, List<LineInfo>> lines = reader.records("line", 16, 16, (record, at) -> reader.line(record, at));
        Map<String, List<CoreInfo>> relocations = header < FULL_HEADER
                ? Map.of()
                : reader.records("relocation", 24, 16, (record, at) -> reader.relocation(record, at));
        return new BtfExt(functions, lines, relocations);
    }

    private static BtfFormatException fault(long offset, String problem) {
        return new BtfFormatException(SECTION, offset, problem);
    }

    @FunctionalInterface
    private interface Decoder<T> {
        T decode(ByteView record, long at);
    }

    private record Reader(ByteView data, long header, Btf btf) {

        <T> Map<String, List<T>> records(String what, int headerAt, int minimumSize, Decoder<T> decoder) {
            long start = header + data.u32(headerAt);
            long end = start + data.u32(headerAt + 4L);
            if (end > data.length()) {
                throw fault(headerAt, "the %s records do not fit".formatted(what));
            }
            if (start == end) {
                return Map.of();
            }
            if (start % 4 != 0 || end - start < 4) {
                throw fault(headerAt, "the %s records are misplaced".formatted(what));
            }
            long recordSize = data.u32(start);
            if (recordSize < minimumSize || recordSize % 4 != 0) {
                throw fault(start, "%s records of %d bytes".formatted(what, recordSize));
            }
            Map<String, List<T>> all = new LinkedHashMap<>();
            long at = start + 4;
            while (at < end) {
                if (end - at < 8) {
                    throw fault(at, "a %s section is cut off".formatted(what));
                }
                String section = text(data.u32(at), at);
                long count = data.u32(at + 4);
                at += 8;
                if (count == 0 || count > (end - at) / recordSize) {
                    throw fault(at - 4, "%d %s records do not fit".formatted(count, what));
                }
                List<T> list = all.computeIfAbsent(section, name -> new ArrayList<>());
                for (long i = 0; i < count; i++, at += recordSize) {
                    list.add(decoder.decode(data.slice(at, recordSize), at));
                }
            }
            all.replaceAll((name, list) -> List.copyOf(list));
            return java.util.Collections.unmodifiableMap(all);
        }

        FuncInfo function(ByteView record, long at) {
            int type = record.i32(4);
            if (!btf.contains(type) || btf.kind(type) != BtfKind.FUNC) {
                throw fault(at + 4, "type %d is not a function".formatted(type));
            }
            return new FuncInfo(offset(record, at), type);
        }

        LineInfo line(ByteView record, long at) {
            checkText(record.u32(4), at + 4);
            checkText(record.u32(8), at + 8);
            int position = record.i32(12);
            return new LineInfo(offset(record, at), record.i32(4), record.i32(8), position >>> 10, position & 0x3ff);
        }

        CoreInfo relocation(ByteView record, long at) {
            int type = record.i32(4);
            if (!btf.contains(type)) {
                throw fault(at + 4, "type %d does not exist".formatted(type));
            }
            CoreKind kind = CoreKind.of(record.i32(12));
            if (kind == null) {
                throw fault(at + 12, "unknown CO-RE relocation kind %d".formatted(record.i32(12)));
            }
            return new CoreInfo(offset(record, at), type, text(record.u32(8), at + 8), kind);
        }

        private long offset(ByteView record, long at) {
            long offset = record.u32(0);
            if (offset % 8 != 0) {
                throw fault(at, "instruction offset %d is not a multiple of 8".formatted(offset));
            }
            return offset;
        }

        private void checkText(long offset, long at) {
            if (!btf.containsString(offset)) {
                throw fault(at, "string offset %d is outside the strings of .BTF".formatted(offset));
            }
        }

        private String text(long offset, long at) {
            checkText(offset, at);
            String text = btf.string((int) offset);
            if (text.length() > BtfLayout.MAX_TAG) {
                throw fault(at, "a name of %d characters".formatted(text.length()));
            }
            return text;
        }
    }
}
