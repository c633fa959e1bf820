/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.MapFixture.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.packet.SkBuff;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReferenceMapsTest {
    private static MapDefinition outer(MapType type, MapDefinition inner) {
        return new MapDefinition("outer", type, 4, 4, 2, 0, 0, inner);
    }

    private static final MapDefinition INNER = new MapDefinition("inner", MapType.ARRAY, 4, 8, 3, 0);

    @Test
    void innerMapsMustBeLikeTheTemplate() {
        refused(Errno.EBADF, outer(MapType.ARRAY_OF_MAPS, null));
        refused(Errno.EINVAL, outer(MapType.ARRAY_OF_MAPS, outer(MapType.ARRAY_OF_MAPS, INNER)));
        ArrayOfMaps outer = (ArrayOfMaps) map(outer(MapType.ARRAY_OF_MAPS, INNER));
        BpfMap inner = map(INNER);
        assertEquals(0, outer.set(1, inner));
        assertEquals(-Errno.E2BIG, outer.set(2, inner));
        assertEquals(-Errno.EINVAL, outer.set(0, map(INNER.withMaxEntries(4))));
        assertEquals(-Errno.EINVAL, outer.set(0, map(MapType.HASH, 4, 8, 3, 0)));
        assertSame(inner, outer.lookupInner(bytes(4, 1), 0));
        assertEquals(null, outer.lookupInner(bytes(4, 0), 0));
        assertEquals(0, outer.delete(bytes(4, 1), 0));
        assertEquals(-Errno.ENOENT, outer.delete(bytes(4, 1), 0));
        assertEquals(-Errno.EBADF, outer.updateElement(bytes(4, 1), 0, bytes(4, -5), 0, 0));
    }

    @Test
    void arraysWithTheInnerMapFlagMayDifferInSize() {
        MapDefinition inner = new MapDefinition("inner", MapType.ARRAY, 4, 8, 3, MapFlags.INNER_MAP);
        ArrayOfMaps outer = (ArrayOfMaps) map(outer(MapType.ARRAY_OF_MAPS, inner));
        assertEquals(0, outer.set(0, map(inner.withMaxEntries(30))));
    }

    @Test
    void hashOfMapsHoldsMapsByNumber() {
        HashOfMaps outer = (HashOfMaps) map(outer(MapType.HASH_OF_MAPS, INNER));
        BpfMap inner = map(INNER);
        assertEquals(0, outer.set(bytes(4, 77), 0, inner, MapFlags.BPF_NOEXIST));
        assertEquals(-Errno.EEXIST, outer.set(bytes(4, 77), 0, inner, MapFlags.BPF_NOEXIST));
        assertSame(inner, outer.lookupInner(bytes(4, 77), 0));
        assertEquals(null, outer.lookupInner(bytes(4, 78), 0));
        MemorySegment id = bytes(4, 0);
        assertEquals(0, outer.lookupElement(bytes(4, 77), 0, id, 0, 0));
        assertEquals(inner.id(), number(id, 0, 4));
        assertEquals(0, outer.delete(bytes(4, 77), 0));
        assertEquals(null, outer.lookupInner(bytes(4, 77), 0));
    }

    @Test
    void perfSamplesCarryPacketBytesAndLossIsCounted() throws Exception {
        PerfEventArrayMap map = (PerfEventArrayMap) map(MapType.PERF_EVENT_ARRAY, 4, 4, 2, 0);
        SkBuff packet = new SkBuff(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, 0, 8);
        assertEquals(-Errno.ENOENT, map.output(0, packet, 0xffff_ffffL, bytes(8, 5), 0, 8));
        PerfBuffer buffer = map.open(0, 4096);
        assertEquals(-Errno.E2BIG, map.output(0, packet, 2, bytes(8, 5), 0, 8));
        assertEquals(-Errno.EOPNOTSUPP, map.output(1, packet, 0, bytes(8, 5), 0, 8));
        assertEquals(-Errno.EFAULT, map.output(0, packet, 9L << 32, bytes(8, 5), 0, 8));
        assertEquals(-Errno.EINVAL, map.output(0, packet, 1L << 60, bytes(8, 5), 0, 8));
        assertEquals(0, map.output(0, packet, 4L << 32 | 0xffff_ffffL, bytes(8, 5), 0, 8));
        List<String> samples = new ArrayList<>();
        buffer.consume(
                (cpu, memory, offset, length) -> samples.add(
                        cpu + ":" + length + ":" + number(memory, offset, 8) + ":" + number(memory, offset + 8, 4)),
                10);
        assertEquals(List.of("0:12:5:" + 0x04030201), samples);
        int written = 0;
        while (map.output(0, packet, 0, bytes(8, 5), 0, 8) == 0) {
            written++;
        }
        assertEquals(4096 / 24, written);
        assertEquals(1, buffer.lost());
        assertEquals(written, buffer.consume((cpu, memory, offset, length) -> {}, 1000));
    }

    @Test
    void targets() {
        BpfMap devices = map(MapType.DEVMAP, 4, 4, 2, 0);
        assertEquals(-1, get(devices, 0));
        assertEquals(0, put(devices, 0, 3, 0));
        assertEquals(3, get(devices, 0));
        assertEquals(3, ((RedirectTargetMap) devices).target(0));
        assertEquals(-Errno.E2BIG, put(devices, 2, 3, 0));
        assertEquals(-Errno.EEXIST, put(devices, 0, 3, MapFlags.BPF_NOEXIST));
        assertEquals(0, remove(devices, 0));
        assertEquals(-1, get(devices, 0));
        assertEquals(-Errno.ENODEV, put(map(MapType.CPUMAP, 4, 4, 4, 0), 3, 16, 0));
    }

    @Test
    void kindsOfTheKernelOnlyAreRefused() {
        for (MapType type : List.of(MapType.SK_STORAGE, MapType.TASK_STORAGE, MapType.XSKMAP, MapType.STRUCT_OPS)) {
            refused(Errno.EINVAL, type, 4, 4, 1, 0);
        }
    }
}
