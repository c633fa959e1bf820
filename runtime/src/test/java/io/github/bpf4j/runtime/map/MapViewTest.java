/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.MapFixture.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MapViewTest {
    /** {@code struct { u8; u32; u16; u64; }}. */
    public record Mixed(byte a, int b, short c, long d) {}

    /** A struct in a struct. */
    public record Outer(byte tag, Mixed inner, boolean flag) {}

    @Test
    void recordsAreLaidOutAsC() {
        MapCodec<Mixed> codec = MapCodecs.record(Mixed.class);
        assertEquals(24, codec.size());
        assertEquals(8, codec.alignment());
        MemorySegment memory = bytes(24, -1);
        codec.encode(new Mixed((byte) 1, 2, (short) 3, 4), memory, 0);
        assertEquals(1, number(memory, 0, 4), "padding is zero");
        assertEquals(2, number(memory, 4, 4));
        assertEquals(3, number(memory, 8, 8));
        assertEquals(4, number(memory, 16, 8));
        MapCodec<Outer> outer = MapCodecs.record(Outer.class);
        assertEquals(40, outer.size());
        Outer value = new Outer((byte) 9, new Mixed((byte) 1, 2, (short) 3, 4), true);
        MemorySegment other = bytes(40, 0);
        outer.encode(value, other, 0);
        assertEquals(value, outer.decode(other, 0));
    }

    @Test
    void wrongCodecsAreRefused() {
        BpfMap map = map(MapType.HASH, 8, 8, 10, 0);
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> MapView.of(map, MapCodecs.INT32, MapCodecs.INT64));
        assertEquals("map 'm' has keys of 8 and values of 8 bytes, the codecs are for 4 and 8", e.getMessage());
    }

    @Test
    void mapOperations() {
        MapView<Long, Mixed> view =
                MapView.of(map(MapType.HASH, 8, 24, 2, 0), MapCodecs.INT64, MapCodecs.record(Mixed.class));
        Mixed one = new Mixed((byte) 1, 1, (short) 1, 1);
        Mixed two = new Mixed((byte) 2, 2, (short) 2, 2);
        assertEquals(Optional.empty(), view.get(5L));
        assertFalse(view.replace(5L, one));
        assertTrue(view.putIfAbsent(5L, one));
        assertFalse(view.putIfAbsent(5L, two));
        assertEquals(Optional.of(one), view.get(5L));
        view.put(5L, two);
        assertEquals(Optional.of(two), view.get(5L));
        view.put(6L, one);
        MapOperationException full = assertThrows(MapOperationException.class, () -> view.put(7L, one));
        assertEquals(Errno.E2BIG, full.errno());
        assertEquals(Map.of(5L, two, 6L, one), view.snapshot());
        assertEquals(Optional.of(two), view.take(5L));
        assertTrue(view.remove(6L));
        assertFalse(view.remove(6L));
    }

    @Test
    void perCpuValuesAddUp() {
        BpfMap map = map(MapType.PERCPU_HASH, 4, 8, 2, 0);
        map.update(0, bytes(4, 1), 0, bytes(8, 40), 0, 0);
        map.values().set(LONG, map.lookupInt(1, 1), 2);
        MapView<Integer, Long> view = MapView.of(map, MapCodecs.INT32, MapCodecs.INT64);
        assertEquals(List.of(40L, 2L), view.getPerCpu(1).orElseThrow());
        assertEquals(42, view.sum(1, Long::longValue));
        assertEquals(0, view.sum(2, Long::longValue));
        assertEquals(Map.of(1, 42L), view.snapshot(Long::sum));
        view.putPerCpu(2, List.of(7L, 8L));
        assertEquals(15, view.sum(2, Long::longValue));
    }

    @Test
    void prefixesAsKeys() throws Exception {
        MapView<IpPrefix, Integer> v4 =
                MapView.of(map(MapType.LPM_TRIE, 8, 4, 10, 1), MapCodecs.IPV4_PREFIX, MapCodecs.INT32);
        v4.put(IpPrefix.parse("10.0.0.0/8"), 8);
        v4.put(IpPrefix.parse("10.1.0.0/16"), 16);
        assertEquals(Optional.of(16), v4.get(IpPrefix.parse("10.1.2.3")));
        assertEquals(Optional.of(8), v4.get(IpPrefix.parse("10.2.2.3")));
        assertEquals(2, v4.snapshot().size());
        MapView<IpPrefix, Integer> v6 =
                MapView.of(map(MapType.LPM_TRIE, 20, 4, 10, 1), MapCodecs.IPV6_PREFIX, MapCodecs.INT32);
        v6.put(IpPrefix.parse("2001:db8::/32"), 32);
        assertEquals(Optional.of(32), v6.get(IpPrefix.parse("2001:db8:1::1")));
        assertEquals(
                InetAddress.getByName("10.1.0.0"), IpPrefix.parse("10.1.0.0/16").address());
        assertThrows(IllegalArgumentException.class, () -> IpPrefix.parse("example.org/8"));
        assertThrows(IllegalArgumentException.class, () -> IpPrefix.parse("10.0.0.0/33"));
    }

    @Test
    void queues() {
        MapView<Void, Integer> queue = MapView.ofValues(map(MapType.QUEUE, 0, 4, 2, 0), MapCodecs.INT32);
        queue.push(1);
        queue.push(2);
        assertEquals(
                Errno.E2BIG,
                assertThrows(MapOperationException.class, () -> queue.push(3)).errno());
        assertEquals(Optional.of(1), queue.peek());
        assertEquals(Optional.of(1), queue.pop());
        assertEquals(Optional.of(2), queue.pop());
        assertEquals(Optional.empty(), queue.pop());
    }

    @Test
    void bloomFilters() {
        MapView<Void, Integer> filter = MapView.ofValues(map(MapType.BLOOM_FILTER, 0, 4, 1000, 0), MapCodecs.INT32);
        for (int value = 0; value < 100; value++) {
            assertFalse(filter.mightContain(value), "the filter is nearly empty");
            filter.push(value);
        }
        for (int value = 0; value < 100; value++) {
            assertTrue(filter.mightContain(value));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HASH", "LRU_HASH", "PERCPU_HASH", "LRU_PERCPU_HASH"})
    void iterationSeesWhatStaysExactlyOnceWhileOthersComeAndGo(MapType type) {
        MapView<Long, Long> view = MapView.of(map(type, 8, 8, 4000, 0), MapCodecs.INT64, MapCodecs.INT64);
        for (long i = 0; i < 1000; i++) {
            view.put(i, i);
        }
        Map<Long, Integer> seen = new HashMap<>();
        long next = 1000;
        for (Map.Entry<Long, Long> entry : view) {
            seen.merge(entry.getKey(), 1, Integer::sum);
            view.put(entry.getKey(), entry.getValue() + 1); // replaced while we stand on it
            view.put(next, 0L);
            view.remove(next - 500 >= 1000 ? next - 500 : -1);
            next++;
        }
        for (long i = 0; i < 1000; i++) {
            assertEquals(1, seen.get(i), "key " + i);
        }
        assertTrue(seen.values().stream().allMatch(times -> times == 1));
    }

    @Test
    void batches() {
        BpfMap map = map(MapType.HASH, 4, 8, 1000, 0);
        MemorySegment keys = bytes(4000, 0);
        MemorySegment values = bytes(8000, 0);
        for (int i = 0; i < 1000; i++) {
            keys.set(INT, 4L * i, i);
            values.set(LONG, 8L * i, i * 10L);
        }
        assertEquals(new MapBatch.Result(1000, 0), MapBatch.update(map, keys, values, 1000, 0));
        assertEquals(
                new MapBatch.Result(0, -Errno.EINVAL), MapBatch.update(map, keys, values, 10, MapFlags.BPF_NOEXIST));
        MapBatch batch = new MapBatch(map);
        Set<Integer> seen = new HashSet<>();
        while (!batch.atEnd()) {
            int got = batch.lookupAndDelete(keys, 0, values, 0, 100);
            for (int i = 0; i < got; i++) {
                assertEquals(keys.get(INT, 4L * i) * 10L, values.get(LONG, 8L * i));
                seen.add(keys.get(INT, 4L * i));
            }
        }
        assertEquals(1000, seen.size());
        assertEquals(0, map.elementCount());
        assertEquals(new MapBatch.Result(0, -Errno.ENOENT), MapBatch.delete(map, keys, 5));
    }

    @Test
    void oneCpusValueIsSetAlone() {
        MapView<Long, Long> view = MapView.of(map(MapType.PERCPU_HASH, 8, 8, 10, 0), MapCodecs.INT64, MapCodecs.INT64);
        view.put(7L, 1, 5L);
        assertEquals(Optional.of(List.of(0L, 5L)), view.getPerCpu(7L));
        view.put(7L, 0, 6L);
        assertEquals(Optional.of(List.of(6L, 5L)), view.getPerCpu(7L));
        assertThrows(IndexOutOfBoundsException.class, () -> view.put(7L, 2, 1L));
        MapView<Long, Long> plain = MapView.of(map(MapType.HASH, 8, 8, 10, 0), MapCodecs.INT64, MapCodecs.INT64);
        plain.put(7L, 0, 5L);
        assertEquals(Optional.of(5L), plain.get(7L));
        assertThrows(IndexOutOfBoundsException.class, () -> plain.put(7L, 1, 5L));
        plain.map().freeze();
        assertEquals(
                "update of map 'm' (HASH) failed with EPERM",
                assertThrows(MapOperationException.class, () -> plain.put(7L, 0, 1L))
                        .getMessage());
    }

    @Test
    void manyAtOnce() {
        MapView<Long, Long> view = MapView.of(map(MapType.HASH, 8, 8, 3, 0), MapCodecs.INT64, MapCodecs.INT64);
        view.putAll(Map.of(1L, 10L, 2L, 20L, 3L, 30L));
        assertEquals(Map.of(1L, 10L, 3L, 30L), view.getAll(List.of(1L, 3L, 5L)));
        assertEquals(2, view.removeAll(List.of(1L, 2L, 9L)));
        assertEquals(Map.of(3L, 30L), view.snapshot());
        assertThrows(MapOperationException.class, () -> view.putAll(Map.of(4L, 1L, 5L, 1L, 6L, 1L)));
        Map<Long, List<Long>> all = view.drain();
        assertEquals(3, all.size());
        assertEquals(List.of(30L), all.get(3L));
        assertEquals(Map.of(), view.snapshot());
    }

    @Test
    void drainingNeedsAHashMap() {
        MapView<Integer, Long> array = MapView.of(map(MapType.ARRAY, 4, 8, 3, 0), MapCodecs.INT32, MapCodecs.INT64);
        assertEquals(
                Errno.ENOTSUPP,
                assertThrows(MapOperationException.class, array::drain).errno());
        MapView<Void, Long> queue = MapView.ofValues(map(MapType.QUEUE, 0, 8, 3, 0), MapCodecs.INT64);
        assertThrows(MapOperationException.class, queue::drain);
    }

    /** Linux has no batch commands for these, but one can go from key to key. */
    @ParameterizedTest
    @EnumSource(names = {"DEVMAP", "DEVMAP_HASH"})
    void mapsWithoutBatchCommandsAreIterated(MapType type) {
        MapView<Integer, Integer> view = MapView.of(map(type, 4, 4, 5, 0), MapCodecs.INT32, MapCodecs.INT32);
        view.put(3, 7);
        assertEquals(Map.of(3, 7), view.snapshot());
    }

    @Test
    void mappedIpv4AddressesStayIpv6() throws Exception {
        InetAddress mapped =
                Inet6Address.getByAddress(null, new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 0, 0, 1}, -1);
        MemorySegment memory = bytes(16, 0);
        MapCodecs.IPV6.encode(mapped, memory, 0);
        InetAddress decoded = MapCodecs.IPV6.decode(memory, 0);
        assertEquals(mapped, decoded);
        MapCodecs.IPV6.encode(decoded, memory, 0);
    }

    /** {@code struct { struct bpf_spin_lock; u64; }}. */
    public record Locked(int lock, long count) {}

    @Test
    void valuesAreSetUnderTheirLock() throws Exception {
        MapDefinition definition = new MapDefinition("m", MapType.HASH, 8, 16, 10, 0)
                .withSpecial(new SpecialFields(0, -1, -1, -1, List.of()));
        MapView<Long, Locked> view =
                MapView.of(BpfMaps.create(definition, TWO_CPUS), MapCodecs.INT64, MapCodecs.record(Locked.class));
        view.put(1L, new Locked(7, 0));
        view.putLocked(1L, new Locked(7, 8));
        assertEquals(Optional.of(new Locked(0, 8)), view.getLocked(1L), "the lock is not shown");
        assertEquals(Optional.empty(), view.getLocked(2L));
        MapView<Long, Long> plain = MapView.of(map(MapType.HASH, 8, 8, 10, 0), MapCodecs.INT64, MapCodecs.INT64);
        assertEquals(
                "update under lock of map 'm' (HASH) failed with EINVAL",
                assertThrows(MapOperationException.class, () -> plain.putLocked(1L, 1L))
                        .getMessage());
    }

    @Test
    void largeValuesAreIteratedFewAtOnce() {
        MapView<Integer, byte[]> view =
                MapView.of(map(MapType.HASH, 4, 3 << 20, 4, 0), MapCodecs.INT32, MapCodecs.bytes(3 << 20));
        byte[] value = new byte[3 << 20];
        value[value.length - 1] = 9;
        view.putAll(Map.of(1, value, 2, value, 3, value));
        int seen = 0;
        for (Map.Entry<Integer, byte[]> entry : view) {
            seen += entry.getKey();
            assertEquals(9, entry.getValue()[value.length - 1]);
        }
        assertEquals(6, seen);
    }
}
