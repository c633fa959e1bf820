/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfDecoder;
import io.github.bpf4j.compiler.spec.Variable;
import io.github.bpf4j.runtime.map.ArenaMap;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.LocalStorageMap;
import io.github.bpf4j.runtime.map.MapCodec;
import io.github.bpf4j.runtime.map.MapCodecs;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapOperationException;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.map.MapView;
import io.github.bpf4j.runtime.map.StorageOwner;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
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
    private final @Nullable BtfDecoder textTypes;
    private final @Nullable BtfDecoder jsonTypes;
    private final int keyType;
    private final int valueType;
    private final List<Variable> variables;

    /**
     * Shows a map.
     *
     * @param btf the types, or null if they are not known
     * @param keyType number of the key's type, 0 if it is not known
     * @param valueType number of the value's type, 0 if it is not known
     * @param variables variables in an arena
     */
    MapPrinter(BpfMap map, @Nullable Btf btf, int keyType, int valueType, List<Variable> variables) {
        this.map = map;
        this.definition = map.definition();
        this.textTypes = btf == null ? null : new BtfDecoder(btf, BtfValues.TEXT);
        this.jsonTypes = btf == null ? null : new BtfDecoder(btf, BtfValues.BPFTOOL);
        this.keyType = keyType;
        this.valueType = valueType;
        this.variables = variables;
    }

    /** An element as {@link BpfMap#lookupElement} gives it. */
    static Element element(BpfMap map, byte[] key, MemorySegment value) {
        List<byte[]> values = new ArrayList<>();
        for (long at = 0; at < value.byteSize(); at += stride(map)) {
            values.add(value.asSlice(at, map.definition().valueSize()).toArray(ValueLayout.JAVA_BYTE));
        }
        return new Element(key, values);
    }

    /** An element: its key, and its value or those of all CPUs. */
    record Element(byte[] key, List<byte[]> values) {}

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
        MapView<Integer, byte[]> view = MapView.of(map, MapCodecs.INT32, MapCodecs.bytes(definition.valueSize()));
        List<Element> found = new ArrayList<>();
        for (StorageOwner owner : storage.owners()) {
            byte[] key = new byte[Integer.BYTES];
            MapCodecs.INT32.encode(owner.descriptor(), MemorySegment.ofArray(key), 0);
            view.getPerCpu(owner.descriptor()).ifPresent(values -> found.add(new Element(key, values)));
        }
        return found;
    }

    private List<Element> walk() {
        List<Element> found = new ArrayList<>();
        MapCodec<byte[]> keys = MapCodecs.bytes(definition.keySize());
        MapCodec<byte[]> values = MapCodecs.bytes(definition.valueSize());
        try {
            MapView.of(map, keys, values)
                    .perCpuEntries()
                    .forEach(entry -> found.add(new Element(entry.getKey(), entry.getValue())));
        } catch (MapOperationException e) {
            throw CommandFailure.failed(String.valueOf(e.getMessage()));
        }
        return found;
    }

    /** Elements by rising key, if keys are numbers: a hash map has no order that would mean anything. */
    private void sortIfNumbers(List<Element> elements) {
        if (elements.stream().allMatch(e -> key(textTypes, e) instanceof BigInteger)) {
            elements.sort(Comparator.comparing(e -> (BigInteger) key(textTypes, e)));
        }
    }

    boolean isPerCpu() {
        return PER_CPU.contains(definition.type());
    }

    private Object key(@Nullable BtfDecoder types, Element element) {
        return decoded(types, keyType, element.key);
    }

    private List<Object> values(@Nullable BtfDecoder types, Element element) {
        return element.values.stream()
                .map(value -> decoded(types, valueType, value))
                .toList();
    }

    /** Bytes from one CPU's value to the next; for other maps, of the only value. */
    static int stride(BpfMap map) {
        MapDefinition definition = map.definition();
        return PER_CPU.contains(definition.type()) ? definition.valueSize() + 7 & ~7 : map.userValueSize();
    }

    private static Object decoded(@Nullable BtfDecoder types, int type, byte[] bytes) {
        return types != null && type != 0 ? types.decode(type, bytes, 0) : BtfValues.untyped(bytes, 0, bytes.length);
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
            if (arena.isPresent(variable.offset())) {
                text(variable, out);
            }
        }
    }

    private void text(Variable variable, PrintStream out) {
        if (variable.size() > 0) {
            Object value = decoded(textTypes, variable.type(), bytes(variable));
            out.println("  " + variable.name() + ": " + BtfValues.text(value));
        }
    }

    private byte[] bytes(Variable variable) {
        return map.values().asSlice(variable.offset(), variable.size()).toArray(ValueLayout.JAVA_BYTE);
    }

    /** The global variables in a data section. */
    void textVariables(PrintStream out) {
        out.printf("variables in %s%n", definition.name());
        variables.forEach(variable -> text(variable, out));
    }

    /** The global variables in a data section as an object. */
    void jsonVariables(JsonWriter json) {
        json.beginObject();
        for (Variable variable : variables) {
            if (variable.size() > 0) {
                json.name(variable.name());
                BtfValues.write(json, decoded(jsonTypes, variable.type(), bytes(variable)));
            }
        }
        json.endObject();
    }

    /** An element on one line. */
    String text(Element element) {
        List<Object> values = values(textTypes, element);
        String value = isPerCpu() ? perCpu(values) : BtfValues.text(values.getFirst());
        return element.key.length == 0 ? value : BtfValues.text(key(textTypes, element)) + ": " + value;
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

    /** The elements as an array of objects with bytes and, if their types are known, decoded values under {@code formatted}. */
    void json(JsonWriter json) {
        List<Element> elements = elements();
        json.beginArray();
        for (Element element : elements) {
            json(json, element);
        }
        json.endArray();
    }

    void json(JsonWriter json, Element element) {
        json.beginObject().name("key");
        bytes(json, element.key);
        json(json, element.values, MapPrinter::bytes);
        if (jsonTypes != null && valueType != 0) {
            json.name("formatted").beginObject();
            if (keyType != 0) {
                json.name("key");
                BtfValues.write(json, key(jsonTypes, element));
            }
            json(json, values(jsonTypes, element), BtfValues::write);
            json.endObject();
        }
        json.endObject();
    }

    /** The value, or those of all CPUs. */
    private <T> void json(JsonWriter json, List<T> values, BiConsumer<JsonWriter, T> writer) {
        if (!isPerCpu()) {
            json.name("value");
            writer.accept(json, values.getFirst());
            return;
        }
        json.name("values").beginArray();
        for (int cpu = 0; cpu < values.size(); cpu++) {
            json.beginObject().name("cpu").value(cpu).name("value");
            writer.accept(json, values.get(cpu));
            json.endObject();
        }
        json.endArray();
    }

    private static void bytes(JsonWriter json, byte[] bytes) {
        json.beginArray();
        for (byte each : bytes) {
            json.value("0x%02x".formatted(each));
        }
        json.endArray();
    }
}
