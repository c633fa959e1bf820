/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.program.BpfProgram;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * Maps as bytes, for programs compiled ahead of time: definitions and contents. Arrays, which data sections are, take their values along;
 * hashes, LRU hashes and tries their elements; arrays and hashes of maps the maps that they hold. Written next to the classes, read when
 * the first of them starts.
 */
public final class MapImage {
    private static final int MAGIC = 0x6270_666d; // "bpfm"
    private static final int MOST_MAPS = 65_536;

    private MapImage() {}

    /**
     * Writes maps and the maps that they hold.
     *
     * @param maps the maps, in the order that programs know them by
     * @param target where to; not closed
     * @throws IOException if writing fails
     * @throws IllegalArgumentException if a map has contents that cannot be written
     */
    public static void write(List<BpfMap> maps, OutputStream target) throws IOException {
        List<BpfMap> all = withInner(maps);
        DataOutputStream out = new DataOutputStream(target);
        out.writeInt(MAGIC);
        out.writeInt(all.size());
        for (BpfMap map : all) {
            writeDefinition(map.definition(), out);
        }
        for (BpfMap map : all) {
            MapContents.write(map, all, out);
            out.writeBoolean(map.isFrozen());
        }
        out.flush();
    }

    private static List<BpfMap> withInner(List<BpfMap> maps) {
        SequencedSet<BpfMap> all = new LinkedHashSet<>(maps);
        for (BpfMap map : maps) {
            all.addAll(MapContents.innerMaps(map));
        }
        return new ArrayList<>(all);
    }

    private static void writeDefinition(MapDefinition definition, DataOutputStream out) throws IOException {
        out.writeUTF(definition.name());
        out.writeInt(definition.type().kernelId());
        out.writeInt(definition.keySize());
        out.writeInt(definition.valueSize());
        out.writeInt(definition.maxEntries());
        out.writeInt(definition.flags());
        out.writeLong(definition.extra());
        SpecialFields special = definition.special();
        for (int offset : new int[] {special.spinLock(), special.resSpinLock(), special.timer(), special.workQueue()}) {
            out.writeInt(offset);
        }
        out.writeInt(special.kptrs().size());
        for (int offset : special.kptrs()) {
            out.writeInt(offset);
        }
        MapDefinition inner = definition.inner();
        out.writeBoolean(inner != null);
        if (inner != null) {
            writeDefinition(inner, out);
        }
    }

    /**
     * Creates the maps of an image that lies beside a class, for as many CPUs as the machine has. The maps that others hold follow the ones
     * that were written.
     *
     * @param anchor the class
     * @param resource the image's name, relative to the class
     * @return the maps, in their order
     * @throws UncheckedIOException if the image is missing or damaged
     * @throws IllegalStateException if a map cannot be created
     */
    public static BpfMap[] create(Class<?> anchor, String resource) {
        try (InputStream in = anchor.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("no " + resource + " beside " + anchor.getName());
            }
            MapEnvironment environment = MapEnvironment.of(Runtime.getRuntime().availableProcessors());
            return read(in, environment).toArray(BpfMap[]::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (MapException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Puts a program into a program array.
     *
     * @param map the array
     * @param index the element
     * @param program what it shall hold
     * @throws IllegalStateException if the map takes no such program there
     */
    public static void put(BpfMap map, int index, BpfProgram program) {
        int result = map instanceof ProgramArrayMap array ? array.set(index, program) : -Errno.EINVAL;
        if (result != 0) {
            throw new IllegalStateException("element " + index + " of "
                    + map.definition().name() + " cannot hold " + program.name() + " (" + Errno.name(-result) + ")");
        }
    }

    private static List<BpfMap> read(InputStream source, MapEnvironment environment) throws IOException, MapException {
        DataInputStream in = new DataInputStream(source);
        if (in.readInt() != MAGIC) {
            throw new IOException("not an image of maps");
        }
        int count = in.readInt();
        if (count < 0 || count > MOST_MAPS) {
            throw new IOException("the image claims " + count + " maps");
        }
        List<BpfMap> maps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            maps.add(BpfMaps.create(readDefinition(in, 0), environment));
        }
        for (BpfMap map : maps) {
            MapContents.read(map, maps, in);
            if (in.readBoolean()) {
                map.freeze();
            }
        }
        return maps;
    }

    private static MapDefinition readDefinition(DataInputStream in, int depth) throws IOException {
        String name = in.readUTF();
        MapType type = type(in.readInt());
        int keySize = in.readInt();
        int valueSize = in.readInt();
        int maxEntries = in.readInt();
        int flags = in.readInt();
        long extra = in.readLong();
        int spinLock = in.readInt();
        int resSpinLock = in.readInt();
        int timer = in.readInt();
        int workQueue = in.readInt();
        List<Integer> kptrs = new ArrayList<>();
        int pointers = in.readInt();
        for (int i = 0; i < pointers; i++) {
            kptrs.add(in.readInt());
        }
        @Nullable MapDefinition inner = null;
        if (in.readBoolean()) {
            if (depth > 0) {
                throw new IOException("map " + name + ": maps of maps do not nest");
            }
            inner = readDefinition(in, depth + 1);
        }
        SpecialFields special = new SpecialFields(spinLock, resSpinLock, timer, workQueue, kptrs);
        return new MapDefinition(name, type, keySize, valueSize, maxEntries, flags, extra, inner, special);
    }

    private static MapType type(int kernelId) throws IOException {
        for (MapType type : MapType.values()) {
            if (type.kernelId() == kernelId) {
                return type;
            }
        }
        throw new IOException("no map type has the number " + kernelId);
    }
}
