/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import io.github.bpf4j.compiler.kernel.KernelBpf;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.KernelMap;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.BpfMaps;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapException;
import io.github.bpf4j.runtime.map.MapIds;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Maps to be put into maps of maps. A test's value is the number of a pair: 0 and 1 fit the outer map, 2 has other values, 3 does not exist.
 * To Linux one gives a descriptor and gets an id; here both are ids.
 */
final class InnerMapPairs implements AutoCloseable {
    /** How many numbers there are. */
    static final int COUNT = 4;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final int NONE = -1;
    private static final int ID = 4; // in struct bpf_map_info

    private final List<BpfMap> ours = new ArrayList<>();
    private final List<KernelMap> theirs;
    private final List<Integer> descriptors = new ArrayList<>();
    private final List<Integer> theirIds = new ArrayList<>();
    private final List<Integer> ourIds = new ArrayList<>();

    InnerMapPairs(MapDefinition template, MapEnvironment host) throws MapException {
        ours.add(BpfMaps.create(template, host));
        ours.add(BpfMaps.create(template, host));
        ours.add(BpfMaps.create(
                new MapDefinition("other", template.type(), template.keySize(), 2 * template.valueSize(), 4, 0), host));
        theirs = KernelLoader.twins(ours);
        for (int i = 0; i < ours.size(); i++) {
            descriptors.add(theirs.get(i).fd());
            theirIds.add(MemorySegment.ofArray(KernelBpf.info(theirs.get(i).fd(), 80))
                    .get(INT, ID));
            ourIds.add(MapIds.register(ours.get(i)));
        }
    }

    /** Turns numbers, in a row, into what Linux takes. */
    byte[] forLinux(byte[] values) {
        return replace(values, number -> of(descriptors, number));
    }

    /** Turns numbers, in a row, into what bpf4j takes. */
    byte[] forBpf4j(byte[] values) {
        return replace(values, number -> of(ourIds, number));
    }

    /** Turns ids, in a row, into numbers. */
    void numbersOfLinux(byte[] values) {
        System.arraycopy(replace(values, theirIds::indexOf), 0, values, 0, values.length);
    }

    /** Turns ids, in a row, into numbers. */
    void numbersOfBpf4j(byte[] values) {
        System.arraycopy(replace(values, ourIds::indexOf), 0, values, 0, values.length);
    }

    private static int of(List<Integer> handles, int number) {
        return number >= 0 && number < handles.size() ? handles.get(number) : NONE;
    }

    private static byte[] replace(byte[] values, java.util.function.IntUnaryOperator operator) {
        byte[] replaced = new byte[values.length];
        for (int at = 0; at < values.length; at += 4) {
            int value = MemorySegment.ofArray(values).get(INT, at);
            MemorySegment.ofArray(replaced).set(INT, at, operator.applyAsInt(value));
        }
        return replaced;
    }

    @Override
    public void close() {
        theirs.forEach(KernelMap::close);
    }
}
