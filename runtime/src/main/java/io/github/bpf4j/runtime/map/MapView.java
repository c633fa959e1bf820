/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A map as Java likes it: typed keys and values, exceptions instead of error numbers. All methods act on the live map, as {@code bpf(2)}
 * would; they are thread-safe.
 *
 * @param <K> the key's type; for kinds without keys, anything
 * @param <V> the value's type: for per-CPU kinds, the value of one CPU
 */
public final class MapView<K, V> implements Iterable<Map.Entry<K, V>> {
    private final BpfMap map;
    private final @Nullable MapCodec<K> keys;
    private final MapCodec<V> values;
    private final int perCpu; // how many values an element has, and how far apart
    private final int stride;

    private MapView(BpfMap map, @Nullable MapCodec<K> keys, MapCodec<V> values) {
        MapDefinition definition = map.definition();
        int keySize = keys == null ? 0 : keys.size();
        if (keySize != definition.keySize() || values.size() != definition.valueSize()) {
            throw new IllegalArgumentException("map '" + definition.name() + "' has keys of " + definition.keySize()
                    + " and values of " + definition.valueSize() + " bytes, the codecs are for " + keySize + " and "
                    + values.size());
        }
        this.map = map;
        this.keys = keys;
        this.values = values;
        this.stride = map.userValueSize() == definition.valueSize() && !isPerCpu(definition.type())
                ? definition.valueSize()
                : (int) Words.roundUp(definition.valueSize(), 8);
        this.perCpu = map.userValueSize() / stride;
    }

    private static boolean isPerCpu(MapType type) {
        return switch (type) {
            case PERCPU_ARRAY, PERCPU_HASH, LRU_PERCPU_HASH -> true;
            default -> false;
        };
    }

    /**
     * A view of a map with keys.
     *
     * @param map the map
     * @param keys how keys are laid out
     * @param values how values are laid out
     * @param <K> the key's type
     * @param <V> the value's type
     * @return the view
     * @throws IllegalArgumentException if the codecs' sizes are not the map's
     */
    public static <K, V> MapView<K, V> of(BpfMap map, MapCodec<K> keys, MapCodec<V> values) {
        return new MapView<>(map, keys, values);
    }

    /**
     * A view of a queue, a stack or a bloom filter.
     *
     * @param map the map
     * @param values how values are laid out
     * @param <V> the value's type
     * @return the view
     * @throws IllegalArgumentException if the codec's size is not the map's
     */
    public static <V> MapView<Void, V> ofValues(BpfMap map, MapCodec<V> values) {
        return new MapView<>(map, null, values);
    }

    /**
     * The map.
     *
     * @return the map itself
     */
    public BpfMap map() {
        return map;
    }

    private MemorySegment key(@Nullable K key) {
        if (keys == null) {
            return MemorySegment.NULL;
        }
        if (key == null) {
            throw new NullPointerException("key");
        }
        MemorySegment memory = MemorySegment.ofArray(new byte[keys.size()]);
        keys.encode(key, memory, 0);
        return memory;
    }

    private MemorySegment buffer() {
        return Arena.ofAuto().allocate(map.userValueSize(), 8);
    }

    private MemorySegment value(V value) {
        MemorySegment memory = buffer();
        for (int i = 0; i < perCpu; i++) {
            values.encode(value, memory, (long) i * stride);
        }
        return memory;
    }

    private List<V> decode(MemorySegment memory, long offset) {
        List<V> all = new ArrayList<>(perCpu);
        for (int i = 0; i < perCpu; i++) {
            all.add(values.decode(memory, offset + (long) i * stride));
        }
        return all;
    }

    /** 0 passes, so do the given errors; others are thrown. */
    private int check(String operation, int result, int... expected) {
        if (result < 0) {
            for (int errno : expected) {
                if (result == -errno) {
                    return result;
                }
            }
            throw new MapOperationException(operation, map, -result);
        }
        return result;
    }

    /**
     * Looks a value up.
     *
     * @param key the key
     * @return the value; for per-CPU kinds, that of CPU 0
     * @throws MapOperationException if Java may not read the map
     */
    public Optional<V> get(K key) {
        return getPerCpu(key).map(List::getFirst);
    }

    /**
     * Looks all CPUs' values up.
     *
     * @param key the key
     * @return one value per CPU, or one if the kind is not per-CPU
     * @throws MapOperationException if Java may not read the map
     */
    public Optional<List<V>> getPerCpu(K key) {
        MemorySegment memory = buffer();
        int result = check("lookup", map.lookupElement(key(key), 0, memory, 0, 0), Errno.ENOENT);
        return result == 0 ? Optional.of(decode(memory, 0)) : Optional.empty();
    }

    /**
     * Adds up what a function makes of all CPUs' values.
     *
     * @param key the key
     * @param number makes a number of a value
     * @return the sum; 0 if there is no such element
     * @throws MapOperationException if Java may not read the map
     */
    public long sum(K key, ToLongFunction<V> number) {
        return getPerCpu(key).stream().flatMap(List::stream).mapToLong(number).sum();
    }

    /**
     * Sets a value; for per-CPU kinds, for all CPUs.
     *
     * @param key the key
     * @param value the value
     * @throws MapOperationException if the map is full, read-only or frozen, or has no such index
     */
    public void put(K key, V value) {
        check("update", map.updateElement(key(key), 0, value(value), 0, MapFlags.BPF_ANY));
    }

    /**
     * Sets the values of all CPUs.
     *
     * @param key the key
     * @param all one value per CPU
     * @throws MapOperationException if the map is full, read-only or frozen, or has no such index
     */
    public void putPerCpu(K key, List<V> all) {
        if (all.size() != perCpu) {
            throw new IllegalArgumentException(all.size() + " values for " + perCpu + " CPUs");
        }
        MemorySegment memory = buffer();
        for (int i = 0; i < perCpu; i++) {
            values.encode(all.get(i), memory, (long) i * stride);
        }
        check("update", map.updateElement(key(key), 0, memory, 0, MapFlags.BPF_ANY));
    }

    /**
     * Sets the value of one CPU and leaves the others' alone ({@code BPF_F_CPU} of newer kernels); if there is no such element, theirs are
     * zero.
     *
     * @param key the key
     * @param cpu whose value
     * @param value the value
     * @throws IndexOutOfBoundsException if there is no such CPU; for kinds that are not per-CPU there is only 0
     * @throws MapOperationException if the map is full, read-only or frozen, or has no such index
     */
    public void put(K key, int cpu, V value) {
        Objects.checkIndex(cpu, perCpu);
        MemorySegment memory = buffer();
        values.encode(value, memory, 0);
        check("update", map.mayWrite() ? map.update(cpu, key(key), 0, memory, 0, MapFlags.BPF_ANY) : -Errno.EPERM);
    }

    /**
     * Sets many values, one after the other ({@code BPF_MAP_UPDATE_BATCH}); for per-CPU kinds, for all CPUs.
     *
     * @param elements keys and values
     * @throws MapOperationException if the map is full, read-only or frozen, or has no such index; elements before the one that failed are set
     */
    public void putAll(Map<? extends K, ? extends V> elements) {
        elements.forEach(this::put);
    }

    /**
     * Looks many values up; for per-CPU kinds, those of CPU 0.
     *
     * @param wanted the keys
     * @return the elements that are there, in the order of the keys
     * @throws MapOperationException if Java may not read the map
     */
    public Map<K, V> getAll(Collection<? extends K> wanted) {
        Map<K, V> found = new LinkedHashMap<>();
        wanted.forEach(key -> get(key).ifPresent(value -> found.put(key, value)));
        return found;
    }

    /**
     * Deletes many elements, one after the other ({@code BPF_MAP_DELETE_BATCH}).
     *
     * @param unwanted the keys
     * @return how many were there
     * @throws MapOperationException if elements of the kind cannot be deleted, or the map is read-only or frozen
     */
    public int removeAll(Collection<? extends K> unwanted) {
        int removed = 0;
        for (K key : unwanted) {
            removed += remove(key) ? 1 : 0;
        }
        return removed;
    }

    /**
     * Adds an element unless the key is there.
     *
     * @param key the key
     * @param value the value
     * @return whether it was added
     * @throws MapOperationException if the map is full, read-only or frozen
     */
    public boolean putIfAbsent(K key, V value) {
        return check("update", map.updateElement(key(key), 0, value(value), 0, MapFlags.BPF_NOEXIST), Errno.EEXIST)
                == 0;
    }

    /**
     * Sets the value of a key that is there.
     *
     * @param key the key
     * @param value the value
     * @return whether it was there
     * @throws MapOperationException if the map is read-only or frozen
     */
    public boolean replace(K key, V value) {
        return check("update", map.updateElement(key(key), 0, value(value), 0, MapFlags.BPF_EXIST), Errno.ENOENT) == 0;
    }

    /**
     * Looks a value up under its spin lock ({@code BPF_F_LOCK}): never half of what a program writes under the lock.
     *
     * @param key the key
     * @return the value
     * @throws MapOperationException with {@code EINVAL} if values have no spin lock, or if Java may not read the map
     */
    public Optional<V> getLocked(K key) {
        MemorySegment memory = buffer();
        int result = check(
                "lookup under lock", map.lookupElement(key(key), 0, memory, 0, MapFlags.BPF_F_LOCK), Errno.ENOENT);
        return result == 0 ? Optional.of(values.decode(memory, 0)) : Optional.empty();
    }

    /**
     * Sets a value under its spin lock ({@code BPF_F_LOCK}): programs that take the lock never see half of it.
     *
     * @param key the key
     * @param value the value; the lock in it does not count
     * @throws MapOperationException with {@code EINVAL} if values have no spin lock, or if the map is full, read-only or frozen
     */
    public void putLocked(K key, V value) {
        check("update under lock", map.updateElement(key(key), 0, value(value), 0, MapFlags.BPF_F_LOCK));
    }

    /**
     * Deletes an element.
     *
     * @param key the key
     * @return whether it was there
     * @throws MapOperationException if elements of the kind cannot be deleted, or the map is read-only or frozen
     */
    public boolean remove(K key) {
        return check("delete", map.deleteElement(key(key), 0), Errno.ENOENT) == 0;
    }

    /**
     * Deletes an element and returns its value.
     *
     * @param key the key
     * @return the value, if there was one
     * @throws MapOperationException if the kind has no such operation, or Java may not do it
     */
    public Optional<V> take(K key) {
        MemorySegment memory = buffer();
        int result = check("lookup and delete", map.lookupAndDeleteElement(key(key), 0, memory, 0, 0), Errno.ENOENT);
        return result == 0 ? Optional.of(values.decode(memory, 0)) : Optional.empty();
    }

    /**
     * Adds to a queue, a stack or a bloom filter.
     *
     * @param value the value
     * @throws MapOperationException if it is full
     */
    public void push(V value) {
        check("push", map.updateElement(MemorySegment.NULL, 0, value(value), 0, MapFlags.BPF_ANY));
    }

    /**
     * Takes from a queue or a stack.
     *
     * @return the value, if there was one
     */
    public Optional<V> pop() {
        MemorySegment memory = buffer();
        int result = check("pop", map.lookupAndDeleteElement(MemorySegment.NULL, 0, memory, 0, 0), Errno.ENOENT);
        return result == 0 ? Optional.of(values.decode(memory, 0)) : Optional.empty();
    }

    /**
     * Reads the next value of a queue or a stack without taking it.
     *
     * @return the value, if there is one
     */
    public Optional<V> peek() {
        MemorySegment memory = buffer();
        int result = check("peek", map.lookupElement(MemorySegment.NULL, 0, memory, 0, 0), Errno.ENOENT);
        return result == 0 ? Optional.of(values.decode(memory, 0)) : Optional.empty();
    }

    /**
     * Asks a bloom filter.
     *
     * @param value the value
     * @return false if it was never added
     */
    public boolean mightContain(V value) {
        return check("peek", map.lookupElement(MemorySegment.NULL, 0, value(value), 0, 0), Errno.ENOENT) == 0;
    }

    /**
     * Iterates over the live map: elements that are there from start to end are seen exactly once, others at most once. For per-CPU
     * kinds, values are those of CPU 0.
     *
     * @return an iterator without {@code remove}
     */
    @Override
    public Iterator<Map.Entry<K, V>> iterator() {
        Iterator<Map.Entry<K, List<V>>> all = perCpuEntries().iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return all.hasNext();
            }

            @Override
            public Map.Entry<K, V> next() {
                Map.Entry<K, List<V>> entry = all.next();
                return Map.entry(entry.getKey(), entry.getValue().getFirst());
            }
        };
    }

    /**
     * {@link #iterator} with the values of all CPUs.
     *
     * @return something that can be iterated over any number of times
     * @throws MapOperationException when iterating, if Java may not read the map or the kind cannot be iterated
     */
    public Iterable<Map.Entry<K, List<V>>> perCpuEntries() {
        MapCodec<K> codec = keys;
        if (codec == null) {
            throw new MapOperationException("iteration", map, Errno.EINVAL);
        }
        return () -> entries(codec, false);
    }

    /**
     * All elements at about this time.
     *
     * @return a copy
     * @throws MapOperationException if Java may not read the map or the kind cannot be iterated
     */
    public Map<K, V> snapshot() {
        return snapshot((first, second) -> first);
    }

    /**
     * All elements, each with its CPUs' values merged into one.
     *
     * @param merge adds up two CPUs' values
     * @return a copy
     * @throws MapOperationException if Java may not read the map or the kind cannot be iterated
     */
    public Map<K, V> snapshot(BinaryOperator<V> merge) {
        Map<K, V> copy = new LinkedHashMap<>();
        for (Map.Entry<K, List<V>> entry : perCpuEntries()) {
            entry.getValue().stream().reduce(merge).ifPresent(value -> copy.put(entry.getKey(), value));
        }
        return copy;
    }

    /**
     * Takes all elements out of a hash map ({@code BPF_MAP_LOOKUP_AND_DELETE_BATCH}): each value is the one that was deleted, so no count is
     * lost while programs go on counting.
     *
     * @return keys and values, of per-CPU kinds one value per CPU, else one
     * @throws MapOperationException if the kind has no such operation, or Java may not do it
     */
    public Map<K, List<V>> drain() {
        MapCodec<K> codec = keys;
        if (codec == null) {
            throw new MapOperationException("lookup and delete", map, Errno.EINVAL);
        }
        Map<K, List<V>> taken = new LinkedHashMap<>();
        entries(codec, true).forEachRemaining(entry -> taken.put(entry.getKey(), entry.getValue()));
        return taken;
    }

    private Iterator<Map.Entry<K, List<V>>> entries(MapCodec<K> codec, boolean delete) {
        return new MapEntries<>(map, codec, this::decode, delete);
    }
}
