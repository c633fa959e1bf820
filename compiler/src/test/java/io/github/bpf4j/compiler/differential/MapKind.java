/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.map.SpecialFields;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;

/**
 * A map to be compared with its twin in the host kernel, and what is drawn for it. Few keys for little room, so that keys meet each other
 * and the map gets full; LRU maps are so large that the kernel evicts nothing, since what it evicts is its own affair.
 *
 * @param name how reports call it
 * @param definition the map
 * @param keys how many keys are drawn from
 */
record MapKind(String name, MapDefinition definition, int keys) {
    /** All update flags there are, combinations, and some that are not. */
    private static final long[] FLAGS = {1, 2, 3, 4, 5, 6, 8, 1L << 33, 1L << 40, -1};

    static MapKind of(String name, MapType type, int key, int value, int entries, int flags, int keys) {
        return new MapKind(name, new MapDefinition(name.replace(' ', '_'), type, key, value, entries, flags), keys);
    }

    /** A map of maps: of hash maps with 4-byte keys and 8-byte values. */
    static MapKind ofMaps(String name, MapType type, int entries) {
        MapDefinition inner = new MapDefinition("inner", MapType.HASH, 4, 8, 4, 0);
        return new MapKind(name, new MapDefinition(name, type, 4, 4, entries, 0, 0, inner, SpecialFields.NONE), 5);
    }

    /** The same map with a {@code bpf_spin_lock} in its value. */
    MapKind withSpinLock(int offset) {
        return new MapKind(name, definition.withSpecial(SpecialFields.withSpinLock(offset)), keys);
    }

    boolean hasSpinLock() {
        return definition.special().spinLock() >= 0;
    }

    MapType type() {
        return definition.type();
    }

    boolean hasKey() {
        return definition.keySize() != 0;
    }

    boolean isPerCpu() {
        return switch (type()) {
            case PERCPU_ARRAY, PERCPU_HASH, LRU_PERCPU_HASH -> true;
            default -> false;
        };
    }

    /** Whether elements are named by an index, and a walk goes from each to the next. */
    boolean isIndexed() {
        return isArray() || type() == MapType.ARRAY_OF_MAPS || type() == MapType.DEVMAP;
    }

    /** Whether elements always exist. */
    boolean isArray() {
        return type() == MapType.ARRAY || type() == MapType.PERCPU_ARRAY;
    }

    /** How many sequences to try where others get so many: each change of a map of maps waits for a grace period in Linux. */
    int userSequences(int count) {
        return definition.inner() == null ? count : Math.max(3, count / 500);
    }

    /** Whether it says of what was never added that it may be there. */
    boolean isFilter() {
        return type() == MapType.BLOOM_FILTER;
    }

    /** Whether it is a ring, which has no elements to the commands of {@code bpf(2)}. */
    boolean isRing() {
        return type() == MapType.RINGBUF || type() == MapType.USER_RINGBUF;
    }

    static long flags(Random random) {
        return random.nextInt(4) != 0 ? 0 : FLAGS[random.nextInt(FLAGS.length)];
    }

    /** Fills in a key; one out of twenty is out of all range. */
    void drawKey(Random random, byte[] key) {
        if (key.length == 0) {
            return;
        }
        if (type() == MapType.LPM_TRIE) {
            int bits = 8 * (key.length - 4);
            int length = random.nextInt(4) == 0 ? bits : random.nextInt(bits + 2);
            MemorySegment.ofArray(key).set(ValueLayout.JAVA_INT_UNALIGNED, 0, length);
            for (int i = 4; i < key.length; i++) {
                key[i] = (byte) (random.nextInt(3) == 0 ? 0x80 : 0);
            }
            return;
        }
        int number = random.nextInt(20) == 0 ? -1 : random.nextInt(keys);
        for (int i = 0; i < Math.min(4, key.length); i++) {
            key[i] = (byte) (number >> 8 * i);
        }
    }

    /** Fills in a value as user space gives it; the padding between per-CPU values is nobody's and stays zero. */
    void drawValue(Random random, byte[] value) {
        switch (type()) {
            case DEVMAP, DEVMAP_HASH -> value[0] = (byte) random.nextInt(2); // none, or the loopback interface
            case BLOOM_FILTER -> value[0] = (byte) random.nextInt(keys);
            case ARRAY_OF_MAPS, HASH_OF_MAPS -> {
                Arrays.fill(value, (byte) 0);
                value[0] = (byte) random.nextInt(InnerMapPairs.COUNT);
            }
            default -> {
                int stride = (definition.valueSize() + 7) & -8;
                for (int i = 0; i < value.length; i++) {
                    boolean padding = isPerCpu() && i % stride >= definition.valueSize();
                    value[i] = padding ? 0 : (byte) random.nextInt();
                }
            }
        }
    }
}
