/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What a map holds, as part of a {@link MapImage}: its values, its elements, or the maps in it by their place in the image. */
final class MapContents {
    /** How contents are written. */
    private enum Form {
        EMPTY,
        VALUES,
        ELEMENTS,
        MAPS,
        PAGES
    }

    private MapContents() {}

    /** The maps that a map holds; empty for most kinds. */
    static List<BpfMap> innerMaps(BpfMap map) {
        List<BpfMap> found = new ArrayList<>();
        if (holdsMaps(map)) {
            for (MemorySegment key : keys(map)) {
                BpfMap inner = map.lookupInner(key, 0);
                if (inner != null) {
                    found.add(inner);
                }
            }
        }
        return found;
    }

    /**
     * Writes a map's contents.
     *
     * @throws IllegalArgumentException if the map has some that cannot be written
     */
    static void write(BpfMap map, List<BpfMap> all, DataOutputStream out) throws IOException {
        switch (map.definition().type()) {
            case ARRAY -> writeValues(map, out);
            case HASH, LRU_HASH, LPM_TRIE -> writeElements(map, out);
            case ARRAY_OF_MAPS, HASH_OF_MAPS -> writeMaps(map, all, out);
            case ARENA -> writePages((ArenaMap) map, out);
            default -> {
                if (hasElements(map)) {
                    throw new IllegalArgumentException("map " + map.definition().name() + " ("
                            + map.definition().type() + ") has elements, which an image cannot take along");
                }
                out.writeByte(Form.EMPTY.ordinal());
            }
        }
    }

    /** Gives an empty map the contents that {@link #write} wrote. */
    static void read(BpfMap map, List<BpfMap> all, DataInputStream in) throws IOException {
        int form = in.readUnsignedByte();
        if (form >= Form.values().length) {
            throw new IOException("the image holds contents of an unknown form, " + form);
        }
        switch (Form.values()[form]) {
            case EMPTY -> {
                // it is
            }
            case VALUES -> {
                int size = Math.toIntExact(map.values().byteSize());
                MemorySegment.copy(bytes(in, size), 0, map.values(), ValueLayout.JAVA_BYTE, 0, size);
            }
            case ELEMENTS -> readElements(map, in);
            case MAPS -> readMaps(map, all, in);
            case PAGES -> readPages((ArenaMap) map, in);
        }
    }

    /** The pages that are there: where each starts, then its bytes; at the end -1. */
    private static void writePages(ArenaMap map, DataOutputStream out) throws IOException {
        out.writeByte(Form.PAGES.ordinal());
        int pageSize = 1 << map.memory().pageShift();
        for (long at = 0; at < map.byteSize(); at += pageSize) {
            if (map.isPresent(at)) {
                out.writeLong(at);
                out.write(map.values().asSlice(at, pageSize).toArray(ValueLayout.JAVA_BYTE));
            }
        }
        out.writeLong(-1);
    }

    private static void readPages(ArenaMap map, DataInputStream in) throws IOException {
        int pageSize = 1 << map.memory().pageShift();
        for (long at = in.readLong(); at != -1; at = in.readLong()) {
            if (at < 0 || at > map.byteSize() - pageSize) {
                throw new IOException("the image holds a page outside of arena "
                        + map.definition().name());
            }
            MemorySegment.copy(bytes(in, pageSize), 0, map.map(at, pageSize), ValueLayout.JAVA_BYTE, 0, pageSize);
        }
    }

    private static boolean holdsMaps(BpfMap map) {
        return map.definition().type() == MapType.ARRAY_OF_MAPS
                || map.definition().type() == MapType.HASH_OF_MAPS;
    }

    private static boolean hasElements(BpfMap map) {
        if (map instanceof ObjectArrayMap<?> array) {
            for (int i = 0; i < map.definition().maxEntries(); i++) {
                if (array.get(i) != null) {
                    return true;
                }
            }
            return false;
        }
        return map.elementCount() > 0 || map instanceof IndexedMap && !isZero(map.values());
    }

    private static boolean isZero(MemorySegment values) {
        for (long i = 0; i < values.byteSize(); i++) {
            if (values.get(ValueLayout.JAVA_BYTE, i) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Memory for a key or a value, aligned for whatever is in it. */
    private static MemorySegment memory(int size) {
        return MemorySegment.ofArray(new long[(size + Long.BYTES - 1) / Long.BYTES])
                .asSlice(0, size);
    }

    private static List<MemorySegment> keys(BpfMap map) {
        List<MemorySegment> keys = new ArrayList<>();
        MemorySegment previous = null;
        MemorySegment next = memory(map.definition().keySize());
        while (map.nextKey(previous, 0, next, 0) == 0) {
            keys.add(next);
            previous = next;
            next = memory(map.definition().keySize());
        }
        return keys;
    }

    private static void writeValues(BpfMap map, DataOutputStream out) throws IOException {
        boolean empty = isZero(map.values());
        out.writeByte((empty ? Form.EMPTY : Form.VALUES).ordinal());
        if (!empty) {
            out.write(map.values().toArray(ValueLayout.JAVA_BYTE));
        }
    }

    private static void writeElements(BpfMap map, DataOutputStream out) throws IOException {
        List<MemorySegment> keys = keys(map);
        if (keys.size() != map.elementCount()) {
            throw new IllegalArgumentException(
                    "the elements of map " + map.definition().name() + " cannot be read or change meanwhile");
        }
        out.writeByte(Form.ELEMENTS.ordinal());
        out.writeInt(keys.size());
        MemorySegment value = memory(map.definition().valueSize());
        for (MemorySegment key : keys) {
            check(map, map.lookupElement(key, 0, value, 0, 0));
            out.write(key.toArray(ValueLayout.JAVA_BYTE));
            out.write(value.toArray(ValueLayout.JAVA_BYTE));
        }
    }

    private static void readElements(BpfMap map, DataInputStream in) throws IOException {
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            MemorySegment key = segment(in, map.definition().keySize());
            MemorySegment value = segment(in, map.definition().valueSize());
            check(map, map.updateElement(key, 0, value, 0, MapFlags.BPF_ANY));
        }
    }

    private static void writeMaps(BpfMap map, List<BpfMap> all, DataOutputStream out) throws IOException {
        List<MemorySegment> filled = keys(map).stream()
                .filter(key -> map.lookupInner(key, 0) != null)
                .toList();
        out.writeByte(Form.MAPS.ordinal());
        out.writeInt(filled.size());
        for (MemorySegment key : filled) {
            out.write(key.toArray(ValueLayout.JAVA_BYTE));
            out.writeInt(all.indexOf(Objects.requireNonNull(map.lookupInner(key, 0))));
        }
    }

    private static void readMaps(BpfMap map, List<BpfMap> all, DataInputStream in) throws IOException {
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            MemorySegment key = segment(in, map.definition().keySize());
            int inner = in.readInt();
            if (inner < 0 || inner >= all.size()) {
                throw new IOException("map " + map.definition().name() + " holds map " + inner + " of " + all.size());
            }
            MemorySegment id = memory(Integer.BYTES);
            id.set(ValueLayout.JAVA_INT, 0, MapIds.register(all.get(inner)));
            check(map, map.updateElement(key, 0, id, 0, MapFlags.BPF_ANY));
        }
    }

    private static void check(BpfMap map, int result) throws IOException {
        if (result != 0) {
            throw new IOException(
                    "an element of map " + map.definition().name() + " cannot be copied (" + Errno.name(-result) + ")");
        }
    }

    private static byte[] bytes(DataInputStream in, int size) throws IOException {
        byte[] bytes = in.readNBytes(size);
        if (bytes.length != size) {
            throw new IOException("the image is cut short");
        }
        return bytes;
    }

    private static MemorySegment segment(DataInputStream in, int size) throws IOException {
        MemorySegment segment = memory(size);
        MemorySegment.copy(bytes(in, size), 0, segment, ValueLayout.JAVA_BYTE, 0, size);
        return segment;
    }
}
