/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfType;
import io.github.bpf4j.compiler.spec.InitialValue;
import io.github.bpf4j.compiler.spec.MapSpec;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.spec.Pinning;
import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.map.ArenaMap;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.BpfMaps;
import io.github.bpf4j.runtime.map.ElementTypes;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapException;
import io.github.bpf4j.runtime.map.MapIds;
import io.github.bpf4j.runtime.map.MapType;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Creates or opens an object's maps and gives them their first contents. */
final class MapLoader {
    private final ObjectSpec spec;
    private final LoadOptions options;
    private final KconfigValues kconfig;
    private final SpecialFieldFinder special;
    private final Map<String, List<PointerField>> pointers = new HashMap<>();

    MapLoader(ObjectSpec spec, LoadOptions options, KconfigValues kconfig) {
        this.spec = spec;
        this.options = options;
        this.kconfig = kconfig;
        Btf target = options.target();
        special = new SpecialFieldFinder(spec.btf(), target == null ? TargetTypes.btf() : target);
    }

    Map<String, BpfMap> load() {
        Map<String, BpfMap> maps = new LinkedHashMap<>();
        for (MapSpec map : spec.maps()) {
            BpfMap reused = options.reused().get(map.name());
            maps.put(map.name(), reused == null ? create(map) : reuse(map, reused));
        }
        for (MapSpec map : spec.maps()) {
            if (map.type() == MapType.ARRAY_OF_MAPS || map.type() == MapType.HASH_OF_MAPS) {
                fillOuter(map, maps);
            }
        }
        return maps;
    }

    /** By name of a map that was loaded, the pointers in its values that Linux looks after. */
    Map<String, List<PointerField>> pointers() {
        return pointers;
    }

    private static String place(MapSpec map) {
        return "map '" + map.name() + "'";
    }

    private BpfMap reuse(MapSpec map, BpfMap existing) {
        MapDefinition wanted = definition(map);
        MapDefinition found = existing.definition();
        boolean same = wanted.type() == found.type()
                && wanted.keySize() == found.keySize()
                && wanted.valueSize() == found.valueSize()
                && wanted.flags() == found.flags()
                && wanted.maxEntries() == found.maxEntries();
        if (!same) {
            throw new LoadException(place(map), "the map to reuse is %s, declared is %s".formatted(found, wanted));
        }
        return existing;
    }

    private BpfMap create(MapSpec map) {
        MapDefinition definition = definition(map);
        if (map.type().isLocalStorage() && !hasStorageTypes(map)) {
            throw new LoadException(
                    place(map),
                    "local storage needs the types of its key, an integer of 4 bytes, and of its value (%s)"
                            .formatted(Errno.name(Errno.EINVAL)));
        }
        String path = pinPath(map);
        PinStore pins = options.pins();
        BpfMap created;
        try {
            created = path == null || pins == null
                    ? BpfMaps.create(definition, options.maps())
                    : pins.open(path, definition, elementTypes(map), options.maps());
        } catch (MapException e) {
            String message = String.valueOf(e.getMessage());
            String problem = message.startsWith(place(map))
                    ? message.substring(place(map).length())
                    : message;
            throw new LoadException(
                    place(map), "%s (%s)".formatted(problem.replaceFirst("^[: ]+", ""), Errno.name(e.errno())), e);
        }
        if (map.origin().isSection() && !created.isFrozen()) {
            fillSection(map, created);
        } else if (created instanceof ArenaMap arena && map.contents() != null) {
            fillArena(map, arena);
        }
        return created;
    }

    /** Linux wants to know the types of local storage: it shows them to those who dump sockets. */
    private boolean hasStorageTypes(MapSpec map) {
        Btf btf = spec.btf();
        return btf != null
                && map.valueType() != 0
                && map.keyType() != 0
                && btf.resolve(map.keyType()) instanceof BtfType.Int key
                && key.size() == Integer.BYTES
                && key.bits() == Integer.SIZE
                && btf.sizeOf(map.valueType()) == Integer.toUnsignedLong(map.valueSize());
    }

    /** What those who find the pin decode its elements with. */
    private @Nullable ElementTypes elementTypes(MapSpec map) {
        Btf btf = spec.btf();
        if (btf == null || map.valueType() == 0) {
            return null;
        }
        byte[] bytes = btf.toByteArray();
        return bytes.length > ElementTypes.MOST_BYTES ? null : new ElementTypes(bytes, map.keyType(), map.valueType());
    }

    private static @Nullable String pinPath(MapSpec map) {
        return map.pinPath() != null ? map.pinPath() : map.pinning() == Pinning.BY_NAME ? map.name() : null;
    }

    private MapDefinition definition(MapSpec map) {
        MapSpec inner = map.inner();
        MapDefinition template = inner == null ? null : definition(inner);
        int entries = map.maxEntries();
        if (map.type() == MapType.RINGBUF || map.type() == MapType.USER_RINGBUF) {
            entries = ringSize(entries);
        } else if (map.type() == MapType.PERF_EVENT_ARRAY && entries == 0) {
            entries = options.maps().cpus();
        }
        MapDefinition definition = new MapDefinition(
                map.name(), map.type(), map.keySize(), map.valueSize(), entries, map.flags(), map.extra(), template);
        if (map.origin().isSection()) {
            return definition;
        }
        SpecialFieldFinder.Fields fields = special.find(place(map), map.type(), map.valueType());
        pointers.put(map.name(), fields.pointers());
        return definition.withSpecial(fields.special());
    }

    /** As libbpf, rounds a ring's size up to a power of two times the page size. */
    private int ringSize(int entries) {
        long size = Integer.toUnsignedLong(entries);
        long page = options.maps().pageSize();
        if (size == 0) {
            return 0;
        }
        long pages = (size + page - 1) / page;
        long rounded = Long.highestOneBit(Math.max(1, 2 * pages - 1)) * page;
        return rounded > 0xffff_ffffL ? entries : (int) rounded;
    }

    private void fillSection(MapSpec map, BpfMap created) {
        byte[] contents = map.origin() == MapSpec.Origin.KCONFIG
                ? kconfig.contents(map)
                : map.contents() == null ? null : map.initialBytes();
        if (contents != null) {
            check(map, created.updateElement(integer(0), 0, words(contents), 0, 0), "its contents cannot be stored");
        }
        if (map.origin() != MapSpec.Origin.DATA) {
            check(map, created.freeze(), "it cannot be frozen");
        }
    }

    /** Global variables start an arena, as libbpf has it; those of a pin stay as they are. */
    private static void fillArena(MapSpec map, ArenaMap arena) {
        if (map.dataSize() > arena.byteSize()) {
            throw new LoadException(
                    place(map),
                    "the arena has %d bytes, too few for %d bytes of variables"
                            .formatted(arena.byteSize(), map.dataSize()));
        }
        if (!arena.isPresent(0)) {
            arena.map(0, map.dataSize()).copyFrom(MemorySegment.ofArray(map.initialBytes()));
        }
    }

    private void fillOuter(MapSpec map, Map<String, BpfMap> maps) {
        BpfMap outer = maps.get(map.name());
        if (outer == null || map.keySize() != Integer.BYTES) {
            if (!map.initialValues().isEmpty()) {
                throw new LoadException(place(map), "initial values need a key of 4 bytes");
            }
            return;
        }
        for (InitialValue value : map.initialValues()) {
            BpfMap inner = maps.get(value.target());
            if (inner == null) {
                throw new LoadException(place(map), "there is no map '%s' to store".formatted(value.target()));
            }
            check(
                    map,
                    outer.updateElement(integer(value.index()), 0, integer(MapIds.register(inner)), 0, 0),
                    "map '%s' cannot be stored at %d".formatted(value.target(), value.index()));
        }
    }

    private static void check(MapSpec map, int result, String problem) {
        if (result != 0) {
            throw new LoadException(place(map), "%s (%s)".formatted(problem, Errno.name(-result)));
        }
    }

    private static MemorySegment integer(int value) {
        return words(new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)});
    }

    /** Memory whose alignment suits any access, as {@code byte[]} does not. */
    private static MemorySegment words(byte[] bytes) {
        MemorySegment words = MemorySegment.ofArray(new long[(bytes.length + 7) / 8]);
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, words, 0, bytes.length);
        return words;
    }
}
