/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.spec.MapSpec;
import io.github.bpf4j.compiler.spec.Variable;
import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.map.ArenaMap;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.LocalStorageMap;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.map.StorageOwner;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Shows the elements of a map, decoded by BTF where that is known: per-CPU values one by one and, if they are numbers, their sum. As JSON
 * in the form of {@code bpftool map dump}.
 */
final class MapPrinter {
    private static final Set<MapType> PER_CPU =
            Set.of(MapType.PERCPU_ARRAY, MapType.PERCPU_HASH, MapType.LRU_PERCPU_HASH);

    private final BpfMap map;
    private final MapDefinition definition;
    private final @Nullable BtfValues types;
    private final int keyType;
    private final int valueType;
    private final List<Variable> variables;

    MapPrinter(BpfMap map, @Nullable Btf btf, @Nullable MapSpec spec) {
        this.map = map;
        this.definition = map.definition();
        this.types = btf == null ? null : new BtfValues(btf);
        this.keyType = spec == null ? 0 : spec.keyType();
        this.valueType = spec == null ? 0 : spec.valueType();
        this.variables = spec == null ? List.of() : spec.variables();
    }

    /** An element: its bytes and, in them, the values of one or all CPUs. */
    record Element(byte[] key, byte[] value) {}

    /** Whether the map's elements can be listed: it has keys, and their values are bytes. */
    boolean isListable() {
        return definition.keySize() > 0
                && definition.valueSize() > 0
                && definition.type() != MapType.PROG_ARRAY
                && definition.type() != MapType.PERF_EVENT_ARRAY;
    }

    /** All elements; those that appear or vanish meanwhile may be there or not. */
    List<Element> elements() {
        List<Element> found = map instanceof LocalStorageMap storage ? elementsOf(storage) : walk();
        sortIfNumbers(found);
        return found;
    }

    /** Values by the descriptors of their owners: as in Linux, these maps have no walk over keys. */
    private List<Element> elementsOf(LocalStorageMap storage) {
        List<Element> found = new ArrayList<>();
        for (StorageOwner owner : storage.owners()) {
            MemorySegment key = MemorySegment.ofArray(new int[] {owner.descriptor()});
            MemorySegment value = MemorySegment.ofArray(new byte[map.userValueSize()]);
            if (map.lookupElement(key, 0, value, 0, 0) == 0) {
                found.add(new Element(key.toArray(ValueLayout.JAVA_BYTE), value.toArray(ValueLayout.JAVA_BYTE)));
            }
        }
        return found;
    }

    private List<Element> walk() {
        List<Element> found = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(definition.keySize(), 8);
            MemorySegment next = arena.allocate(definition.keySize(), 8);
            MemorySegment value = arena.allocate(map.userValueSize(), 8);
            // Deletions during the listing may send it back to the start: no more steps than the map can hold elements
            // twice over.
            long steps = 2 * Integer.toUnsignedLong(definition.maxEntries());
            int result = map.nextKey(null, 0, next, 0);
            while (result == 0 && steps-- > 0) {
                MemorySegment.copy(next, 0, key, 0, key.byteSize());
                if (map.lookupElement(key, 0, value, 0, 0) == 0) {
                    found.add(new Element(key.toArray(ValueLayout.JAVA_BYTE), value.toArray(ValueLayout.JAVA_BYTE)));
                }
                result = map.nextKey(key, 0, next, 0);
            }
            if (result != 0 && result != -Errno.ENOENT) {
                throw CommandFailure.failed("map " + definition.name() + " cannot be listed: error " + -result);
            }
        }
        return found;
    }

    /** Elements by rising key, if keys are numbers: a hash map has no order that would mean anything. */
    private void sortIfNumbers(List<Element> elements) {
        if (elements.stream().allMatch(e -> key(e) instanceof BigInteger)) {
            elements.sort(Comparator.comparing(e -> (BigInteger) key(e)));
        }
    }

    boolean isPerCpu() {
        return PER_CPU.contains(definition.type());
    }

    Object key(Element element) {
        return decoded(keyType, element.key, 0, definition.keySize());
    }

    /** The values of all CPUs, or the only one. */
    List<Object> values(Element element) {
        int stride = stride(map);
        List<Object> values = new ArrayList<>();
        for (int at = 0; at < element.value.length; at += stride) {
            values.add(decoded(valueType, element.value, at, definition.valueSize()));
        }
        return values;
    }

    private Object decoded(int type, byte[] bytes, int offset, int size) {
        return types != null && type != 0 ? types.decode(type, bytes, offset) : BtfValues.untyped(bytes, offset, size);
    }

    /** Bytes from one CPU's value to the next; for other maps, of the only value. */
    static int stride(BpfMap map) {
        MapDefinition definition = map.definition();
        return PER_CPU.contains(definition.type()) ? definition.valueSize() + 7 & ~7 : map.userValueSize();
    }

    /** How many pages of an arena are there, and the variables in them. */
    private void text(ArenaMap arena, PrintStream out) {
        long pageSize = arena.byteSize() / Integer.toUnsignedLong(definition.maxEntries());
        long present = 0;
        for (long at = 0; at < arena.byteSize(); at += pageSize) {
            present += arena.isPresent(at) ? 1 : 0;
        }
        out.printf(
                "map %s (%s): %d of %s pages at 0x%x%n",
                definition.name(),
                definition.type(),
                present,
                Integer.toUnsignedString(definition.maxEntries()),
                arena.userAddress());
        for (Variable variable : variables) {
            if (arena.isPresent(variable.offset()) && variable.size() > 0) {
                byte[] bytes = arena.values()
                        .asSlice(variable.offset(), variable.size())
                        .toArray(ValueLayout.JAVA_BYTE);
                out.println("  " + variable.name() + ": "
                        + BtfValues.text(decoded(variable.type(), bytes, 0, bytes.length)));
            }
        }
    }

    /** An element on one line. */
    String text(Element element) {
        List<Object> values = values(element);
        return BtfValues.text(key(element)) + ": " + (isPerCpu() ? perCpu(values) : BtfValues.text(values.get(0)));
    }

    void text(PrintStream out) {
        if (map instanceof ArenaMap arena) {
            text(arena, out);
            return;
        }
        if (!isListable()) {
            out.printf("map %s (%s): its elements cannot be listed%n", definition.name(), definition.type());
            return;
        }
        List<Element> elements = elements();
        boolean limited = definition.maxEntries() != 0;
        out.printf(
                "map %s (%s): %d%s elements%n",
                definition.name(),
                definition.type(),
                elements.size(),
                limited ? " of " + Integer.toUnsignedString(definition.maxEntries()) : "");
        for (Element element : elements) {
            out.println("  " + text(element));
        }
    }

    private static String perCpu(List<Object> values) {
        StringBuilder text = new StringBuilder();
        BigInteger sum = BtfValues.sum(values);
        if (sum != null) {
            text.append(sum).append(' ');
        }
        text.append('(');
        for (int cpu = 0; cpu < values.size(); cpu++) {
            text.append(cpu == 0 ? "cpu" : ", cpu").append(cpu).append(' ').append(BtfValues.text(values.get(cpu)));
        }
        return text.append(')').toString();
    }

    /** The elements as an array of objects with bytes and, under {@code formatted}, decoded values. */
    void json(JsonWriter json) {
        json.beginArray();
        for (Element element : elements()) {
            json(json, element);
        }
        json.endArray();
    }

    void json(JsonWriter json, Element element) {
        List<Object> values = values(element);
        json.beginObject().name("key");
        bytes(json, element.key, 0, definition.keySize());
        int stride = stride(map);
        if (isPerCpu()) {
            json.name("values").beginArray();
            for (int cpu = 0; cpu < values.size(); cpu++) {
                json.beginObject().name("cpu").value(cpu).name("value");
                bytes(json, element.value, cpu * stride, definition.valueSize());
                json.endObject();
            }
            json.endArray();
        } else {
            json.name("value");
            bytes(json, element.value, 0, definition.valueSize());
        }
        json.name("formatted").beginObject().name("key");
        BtfValues.write(json, key(element));
        if (isPerCpu()) {
            json.name("values").beginArray();
            for (int cpu = 0; cpu < values.size(); cpu++) {
                json.beginObject().name("cpu").value(cpu).name("value");
                BtfValues.write(json, values.get(cpu));
                json.endObject();
            }
            json.endArray();
            BigInteger sum = BtfValues.sum(values);
            if (sum != null) {
                json.name("sum").number(sum);
            }
        } else {
            json.name("value");
            BtfValues.write(json, values.get(0));
        }
        json.endObject().endObject();
    }

    private static void bytes(JsonWriter json, byte[] bytes, int offset, int length) {
        json.beginArray();
        for (int i = 0; i < length; i++) {
            json.value("0x%02x".formatted(bytes[offset + i]));
        }
        json.endArray();
    }
}
