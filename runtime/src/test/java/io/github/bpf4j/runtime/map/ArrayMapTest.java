/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.MapFixture.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArrayMapTest {
    @Test
    void creationChecks() {
        refused(Errno.EINVAL, MapType.ARRAY, 4, 8, 0, 0);
        refused(Errno.EINVAL, MapType.ARRAY, 8, 8, 4, 0);
        refused(Errno.EINVAL, MapType.ARRAY, 4, 0, 4, 0);
        refused(Errno.EINVAL, MapType.ARRAY, 4, 8, 4, MapFlags.NO_PREALLOC);
        refused(Errno.EINVAL, MapType.ARRAY, 4, 8, 4, MapFlags.RDONLY_PROG | MapFlags.WRONLY_PROG);
        refused(Errno.EINVAL, MapType.ARRAY, 4, 8, 4, MapFlags.RDONLY | MapFlags.WRONLY);
        refused(Errno.EINVAL, MapType.PERCPU_ARRAY, 4, 8, 4, MapFlags.MMAPABLE);
        refused(Errno.E2BIG, MapType.PERCPU_ARRAY, 4, 32769, 4, 0);
        refused(Errno.EINVAL, new MapDefinition("m", MapType.ARRAY, 4, 8, 4, 0, 1, null));
        refused(
                Errno.EINVAL,
                new MapDefinition("m", MapType.ARRAY, 4, 8, 4, 0).withSpecial(SpecialFields.withSpinLock(8)));
        refused(Errno.ENOMEM, MapType.ARRAY, 4, 1 << 20, 1 << 20, 0);
    }

    @Test
    void elementsExistFromTheStartAndAreZero() {
        BpfMap map = map(MapType.ARRAY, 4, 8, 3, 0);
        assertEquals(0, get(map, 2));
        assertEquals(-1, get(map, 3));
        assertEquals(-1, get(map, 0xffff_ffffL));
        assertEquals(16, map.lookupInt(0, 2));
        assertEquals(BpfMap.NOT_FOUND, map.lookupInt(0, -1));
    }

    @Test
    void updateFlags() {
        BpfMap map = map(MapType.ARRAY, 4, 8, 3, 0);
        assertEquals(0, put(map, 1, 7, MapFlags.BPF_ANY));
        assertEquals(0, put(map, 2, 8, MapFlags.BPF_EXIST));
        assertEquals(-Errno.EEXIST, put(map, 1, 9, MapFlags.BPF_NOEXIST));
        assertEquals(-Errno.E2BIG, put(map, 3, 9, MapFlags.BPF_ANY));
        assertEquals(-Errno.E2BIG, put(map, 3, 9, MapFlags.BPF_NOEXIST));
        assertEquals(-Errno.EINVAL, put(map, 1, 9, 3));
        assertEquals(-Errno.EINVAL, put(map, 1, 9, -1));
        assertEquals(-Errno.EINVAL, put(map, 1, 9, MapFlags.BPF_F_LOCK));
        assertEquals(-Errno.EINVAL, remove(map, 1));
        assertEquals(7, get(map, 1));
        assertEquals(8, get(map, 2));
    }

    @Test
    void oddValueSizesKeepApart() {
        BpfMap map = map(MapType.ARRAY, 4, 5, 4, 0);
        for (int i = 0; i < 4; i++) {
            put(map, i, 0x0101010101L * (i + 1), 0);
        }
        for (int i = 0; i < 4; i++) {
            assertEquals(0x0101010101L * (i + 1), get(map, i));
            assertEquals(8L * i, map.lookupInt(0, i));
        }
    }

    @Test
    void lockedFieldIsNotCopied() {
        BpfMap map = map(new MapDefinition("m", MapType.ARRAY, 4, 8, 1, 0).withSpecial(SpecialFields.withSpinLock(0)));
        assertEquals(0, put(map, 0, 0x11111111_22222222L, MapFlags.BPF_F_LOCK));
        assertEquals(0x11111111_00000000L, get(map, 0));
    }

    @Test
    void javaHonoursAccessFlagsAndFreezing() {
        MemorySegment key = bytes(4, 0);
        MemorySegment value = bytes(8, 5);
        BpfMap readOnly = map(MapType.ARRAY, 4, 8, 1, MapFlags.RDONLY);
        assertEquals(-Errno.EPERM, readOnly.updateElement(key, 0, value, 0, 0));
        assertEquals(0, readOnly.lookupElement(key, 0, value, 0, 0));
        BpfMap writeOnly = map(MapType.ARRAY, 4, 8, 1, MapFlags.WRONLY);
        assertEquals(-Errno.EPERM, writeOnly.lookupElement(key, 0, value, 0, 0));
        assertEquals(-Errno.EPERM, writeOnly.nextKey(null, 0, key, 0));
        BpfMap frozen = map(MapType.ARRAY, 4, 8, 1, 0);
        assertEquals(0, frozen.freeze());
        assertEquals(-Errno.EPERM, frozen.freeze());
        assertEquals(-Errno.EPERM, frozen.updateElement(key, 0, value, 0, 0));
        assertEquals(0, put(frozen, 0, 9, 0));
    }

    @Test
    void iteration() {
        BpfMap map = map(MapType.ARRAY, 4, 8, 3, 0);
        MemorySegment key = bytes(4, 0);
        List<Long> keys = new ArrayList<>();
        for (int rc = map.nextKey(null, 0, key, 0); rc == 0; rc = map.nextKey(key, 0, key, 0)) {
            keys.add(number(key, 0, 4));
        }
        assertEquals(List.of(0L, 1L, 2L), keys);
        assertEquals(0, map.nextKey(bytes(4, 77), 0, key, 0));
        assertEquals(0, number(key, 0, 4));
    }

    @Test
    void perCpuValuesAreSeparate() {
        BpfMap map = map(MapType.PERCPU_ARRAY, 4, 12, 2, 0);
        assertEquals(0, map.update(1, bytes(4, 1), 0, bytes(12, 42), 0, 0));
        assertEquals(0, number(map.values(), map.lookupInt(0, 1), 8));
        assertEquals(42, number(map.values(), map.lookupInt(1, 1), 8));
        assertEquals(map.lookupInt(1, 1), map.lookupPerCpu(bytes(4, 1), 0, 1));
        assertEquals(BpfMap.NOT_FOUND, map.lookupPerCpu(bytes(4, 1), 0, 2));
        assertEquals(BpfMap.NOT_FOUND, map.lookupPerCpu(bytes(4, 2), 0, 0));
        assertEquals(-Errno.E2BIG, put(map, 2, 0, MapFlags.BPF_F_LOCK), "a program's update looks at the index first");
        assertEquals(-Errno.EINVAL, put(map, 1, 0, MapFlags.BPF_F_LOCK));
        assertEquals(32, map.userValueSize());
        MemorySegment all = bytes(32, 0);
        assertEquals(0, map.lookupElement(bytes(4, 1), 0, all, 0, 0));
        assertEquals(0, number(all, 0, 8));
        assertEquals(42, number(all, 16, 8));
        all.set(LONG, 0, 7);
        assertEquals(0, map.updateElement(bytes(4, 0), 0, all, 0, 0));
        assertEquals(7, number(map.values(), map.lookupInt(0, 0), 8));
        assertEquals(42, number(map.values(), map.lookupInt(1, 0), 8));
    }

    @Test
    void forEachStopsWhereTheCallbackSays() {
        BpfMap map = map(MapType.ARRAY, 4, 8, 16, 0);
        List<Integer> keys = new ArrayList<>();
        ExecutionContext context = new ExecutionContext(0);
        assertEquals(16, map.forEach(context, (c, m, mb, k, kb, v, vb, x, xb) -> 0, 0, null));
        assertEquals(
                5,
                map.forEach(
                        context,
                        (c, m, mb, k, kb, v, vb, x, xb) -> {
                            int key = ((MemorySegment) kb).get(INT, k);
                            keys.add(key);
                            return key == 4 ? 1 : 0;
                        },
                        0,
                        null));
        assertEquals(List.of(0, 1, 2, 3, 4), keys);
    }
}
