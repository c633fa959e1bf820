/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import io.github.bpf4j.compiler.kernel.KernelArena;
import io.github.bpf4j.compiler.kernel.KernelBpf;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.KernelMap;
import io.github.bpf4j.runtime.map.ArenaMap;
import io.github.bpf4j.runtime.map.ArrayOfMaps;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.BpfMaps;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapException;
import io.github.bpf4j.runtime.map.MapType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * The maps of {@link Comparison#MAPS}, here and in the kernel. Keys below 4 are in the array, even ones in the hash, 0 and 2 in the outer array. The
 * pages of {@link ArenaPages} are in the arena.
 */
final class FuzzMaps {
    private static final int ENTRIES = 4;
    private static final long ARENA_ADDRESS = 0x1004_0000_0000L;

    private final BpfMap values;
    private final BpfMap array;
    private final BpfMap table;
    private final BpfMap outer;
    private final ArenaMap arena;
    private final MemorySegment value;

    /**
     * Makes the maps.
     *
     * @param valueSize size of the value to work on
     */
    FuzzMaps(int valueSize) {
        values = create(new MapDefinition("values", MapType.ARRAY, 4, valueSize, 1, 0));
        array = create(new MapDefinition("array", MapType.ARRAY, 4, 8, ENTRIES, 0));
        table = create(new MapDefinition("table", MapType.HASH, 4, 8, ENTRIES, 0));
        outer = create(new MapDefinition("outer", MapType.ARRAY_OF_MAPS, 4, 4, ENTRIES, 0, 0, array.definition()));
        arena = ArenaPages.create("arena", ARENA_ADDRESS, 0);
        value = values.values().asSlice(values.lookup(0, MemorySegment.ofArray(new int[1]), 0), valueSize);
        for (int key = 0; key < ENTRIES; key++) {
            array.values().set(ValueLayout.JAVA_LONG, 8L * key, number(key));
            if (key % 2 == 0) {
                check(table.update(
                        0,
                        MemorySegment.ofArray(new int[] {key}),
                        0,
                        MemorySegment.ofArray(new long[] {number(key)}),
                        0,
                        0));
                check(((ArrayOfMaps) outer).set(key, array));
            }
        }
    }

    private static BpfMap create(MapDefinition definition) {
        try {
            return BpfMaps.create(definition, MapEnvironment.of(1));
        } catch (MapException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long number(int key) {
        return 0x8123_4567_89ab_cdefL * (key + 1);
    }

    private static void check(int result) {
        if (result < 0) {
            throw new IllegalStateException("error " + -result);
        }
    }

    /** The maps, in the order of their names. */
    List<BpfMap> all() {
        return List.of(values, array, table, outer, arena);
    }

    void set(Contents contents) {
        value.copyFrom(MemorySegment.ofArray(contents.value()));
        ArenaPages.fill(arena.values(), contents.pages());
    }

    Contents get() {
        return new Contents(value.toArray(ValueLayout.JAVA_BYTE), ArenaPages.contents(arena.values()));
    }

    /** The same maps in the kernel, but for what programs work on. Their arena's address is taken until they are closed. */
    FuzzTwins twins() {
        List<KernelMap> twins = KernelLoader.twins(all());
        for (int key = 0; key < ENTRIES; key += 2) {
            byte[] value = MemorySegment.ofArray(new long[] {number(key)}).toArray(ValueLayout.JAVA_BYTE);
            check(twins.get(2).update(KernelBpf.bytesOf(key), value, 0));
            check(twins.get(3)
                    .update(
                            KernelBpf.bytesOf(key),
                            KernelBpf.bytesOf(twins.get(1).fd()),
                            0));
        }
        return new FuzzTwins(twins, new KernelArena(twins.getLast(), arena));
    }
}
