/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.corpus;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapFlags;
import io.github.bpf4j.runtime.map.MapType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A map of any kind as the verifier sees it: its definition and, for an array, its values. No program runs on it. */
final class DeclaredMap extends BpfMap {
    private final MemorySegment values;

    DeclaredMap(MapDefinition definition, byte[] data) {
        super(definition);
        int size = definition.type() == MapType.ARRAY ? definition.valueSize() * definition.maxEntries() : 0;
        values = MemorySegment.ofArray(java.util.Arrays.copyOf(data, size));
        if ((definition.flags() & MapFlags.RDONLY_PROG) != 0) {
            // So does its twin in the kernel.
            freeze();
        }
    }

    @Override
    public MemorySegment values() {
        return values;
    }

    @Override
    public long lookup(int cpu, MemorySegment key, long keyOffset) {
        int index = definition().keySize() == 4 ? key.get(ValueLayout.JAVA_INT_UNALIGNED, keyOffset) : -1;
        return index >= 0 && (index + 1L) * definition().valueSize() <= values.byteSize()
                ? (long) index * definition().valueSize()
                : NOT_FOUND;
    }

    @Override
    public int update(int cpu, MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return -Errno.EPERM;
    }

    @Override
    public int delete(MemorySegment key, long keyOffset) {
        return -Errno.EPERM;
    }
}
