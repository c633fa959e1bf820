/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.MapFixture.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.runtime.Errno;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PinDirectoryTest {
    private static final int KILLS = Integer.getInteger("bpf4j.pin.kills", 6);

    @TempDir
    Path directory;

    private static MapDefinition definition(MapType type) {
        return switch (type) {
            case QUEUE, STACK, BLOOM_FILTER -> new MapDefinition("p", type, 0, 8, 100, 0);
            case RINGBUF -> new MapDefinition("p", type, 0, 0, 4096, 0);
            case LPM_TRIE -> new MapDefinition("p", type, 8, 8, 100, MapFlags.NO_PREALLOC);
            case DEVMAP, CPUMAP -> new MapDefinition("p", type, 4, 4, 2, 0);
            case ARRAY, PERCPU_ARRAY -> new MapDefinition("p", type, 4, 8, 100, 0);
            default -> new MapDefinition("p", type, 8, 8, 100, 0);
        };
    }

    @Test
    void aPinIsOneMapInAProcess() throws Exception {
        PinDirectory pins = PinDirectory.of(directory);
        BpfMap map = pins.openOrCreate("counts", definition(MapType.HASH), TWO_CPUS);
        assertEquals(0, put(map, 1, 5, 0));
        assertSame(map, pins.open("counts"));
        assertSame(map, pins.openOrCreate("counts", definition(MapType.HASH), TWO_CPUS));
        assertEquals(List.of("counts"), pins.names());
        assertTrue(pins.unpin("counts"));
        assertEquals(
                Errno.ENOENT,
                assertThrows(MapException.class, () -> pins.open("counts")).errno());
        assertEquals(5, get(map, 1));
    }

    @Test
    void everyDifferenceIsNamed() throws Exception {
        PinDirectory pins = PinDirectory.of(directory);
        BpfMap held = pins.openOrCreate("m", definition(MapType.HASH), TWO_CPUS);
        MapDefinition other = new MapDefinition("m", MapType.PERCPU_HASH, 4, 16, 200, MapFlags.NO_PREALLOC);
        MapException e = assertThrows(MapException.class, () -> pins.openOrCreate("m", other, TWO_CPUS));
        assertEquals(Errno.EINVAL, e.errno());
        assertEquals(
                "pin 'm' is another map: type is HASH in the pin, PERCPU_HASH wanted; key_size is 8 in the pin, 4 wanted; "
                        + "value_size is 8 in the pin, 16 wanted; max_entries is 100 in the pin, 200 wanted; "
                        + "map_flags is 0x0 in the pin, 0x1 wanted",
                e.getMessage());
        assertEquals(0, held.elementCount());
    }

    @ParameterizedTest
    @CsvSource({
        "HASH, 0, 1, true", "HASH, 0, 5, true", "PERCPU_HASH, 0, 1, true", "PERCPU_HASH, 0, 2, true",
        "PERCPU_HASH, 0, 3, false", "PERCPU_ARRAY, 0, 3, false", "CPUMAP, 0, 3, false", "LRU_HASH, 0, 3, true",
        "LRU_HASH, 2, 3, false"
    })
    void onlyMapsWithSomethingForEachCpuNeedAsManyCpus(MapType type, int flags, int cpus, boolean fits)
            throws Exception {
        PinDirectory pins = PinDirectory.of(directory);
        MapDefinition plain = definition(type);
        MapDefinition definition = new MapDefinition("p", type, plain.keySize(), plain.valueSize(), 100, flags);
        BpfMap map = pins.openOrCreate("m", definition.withMaxEntries(type == MapType.CPUMAP ? 2 : 100), TWO_CPUS);
        MapEnvironment other = MapEnvironment.of(cpus);
        if (fits) {
            assertSame(map, pins.openOrCreate("m", map.definition(), other));
        } else {
            assertEquals(
                    "pin 'm' is another map: number of CPUs is 2 in the pin, 3 wanted",
                    assertThrows(MapException.class, () -> pins.openOrCreate("m", map.definition(), other))
                            .getMessage());
        }
    }

    @Test
    void typesOfElementsAreKept() throws Exception {
        PinDirectory pins = PinDirectory.of(directory);
        ElementTypes types = new ElementTypes("some BTF".getBytes(java.nio.charset.StandardCharsets.UTF_8), 3, 7);
        BpfMap map = pins.openOrCreate("typed", definition(MapType.HASH), types, TWO_CPUS);
        BpfMap plain = pins.openOrCreate("plain", definition(MapType.HASH), TWO_CPUS);
        assertEquals(types, pins.types("typed").orElseThrow(), "while it is open");
        assertTrue(pins.types("plain").isEmpty());
        assertEquals(0, put(map, 1, 5, 0));
        PinDirectory.release(map);
        PinDirectory.release(plain);
        assertEquals(types, pins.types("typed").orElseThrow(), "while it is not");
        assertEquals(5, get(pins.open("typed"), 1));
        byte[] file = Files.readAllBytes(directory.resolve("typed"));
        check(pins, java.util.Arrays.copyOf(file, file.length - 1), "is truncated or has grown");
        assertEquals(
                Errno.ENOENT,
                assertThrows(MapException.class, () -> pins.types("nope")).errno());
    }

    @Test
    void thoseWhoOnlyLookCreateNothing() throws Exception {
        Path absent = directory.resolve("absent");
        assertThrows(NoSuchFileException.class, () -> PinDirectory.existing(absent));
        assertFalse(Files.exists(absent));
        Path file = Files.createFile(directory.resolve("file"));
        assertThrows(NotDirectoryException.class, () -> PinDirectory.existing(file));
        assertThrows(NotDirectoryException.class, () -> PinDirectory.of(file));
        Files.createDirectory(directory.resolve("folder"));
        MapException e = assertThrows(
                MapException.class, () -> PinDirectory.existing(directory).open("folder"));
        assertEquals("pin 'folder' is not a pinned map: it is no file", e.getMessage());
    }

    @Test
    void kindsWithReferencesCannotBePinned() throws Exception {
        PinDirectory pins = PinDirectory.of(directory);
        MapDefinition programs = new MapDefinition("m", MapType.PROG_ARRAY, 4, 4, 1, 0);
        MapException e = assertThrows(MapException.class, () -> pins.openOrCreate("m", programs, TWO_CPUS));
        assertEquals(Errno.EOPNOTSUPP, e.errno());
        assertEquals(List.of(), pins.names());
    }

    @Test
    void foreignTruncatedAndDamagedFilesAreRefused() throws Exception {
        PinDirectory pins = PinDirectory.of(directory);
        PinDirectory work = PinDirectory.of(directory.resolve("work"));
        work.openOrCreate("m", definition(MapType.HASH), TWO_CPUS);
        byte[] good = Files.readAllBytes(directory.resolve("work/m"));
        check(pins, new byte[0], "is not a pinned map: it has 0 bytes");
        check(pins, "#!/bin/sh\necho hello\n".getBytes(java.nio.charset.StandardCharsets.UTF_8), "is not a pinned map");
        check(pins, java.util.Arrays.copyOf(good, good.length - 1), "is truncated or has grown");
        check(pins, java.util.Arrays.copyOf(good, 3000), "is truncated or has grown");
        check(pins, java.util.Arrays.copyOf(good, 1000), "is truncated or has grown");
        byte[] damaged = good.clone();
        damaged[24] ^= 1;
        check(pins, damaged, "has a damaged header: its checksum is wrong");
        byte[] version = good.clone();
        version[8] = 9;
        check(pins, version, "has format version 9, this program knows version 4");
        byte[] order = good.clone();
        for (int i = 0; i < 8; i++) {
            order[i] = good[7 - i];
        }
        check(pins, order, "was written on a machine with another byte order");
    }

    private void check(PinDirectory pins, byte[] file, String reason) throws IOException {
        Files.write(directory.resolve("bad"), file);
        MapException e = assertThrows(MapException.class, () -> pins.open("bad"));
        assertEquals(Errno.EINVAL, e.errno());
        assertTrue(e.getMessage().contains(reason), e.getMessage());
    }

    /** Whatever is in the memory of an abandoned pin, opening it ends, and the map works afterwards. */
    @ParameterizedTest
    @EnumSource(
            names = {
                "HASH",
                "ARRAY",
                "PERCPU_HASH",
                "LRU_HASH",
                "LRU_PERCPU_HASH",
                "LPM_TRIE",
                "QUEUE",
                "STACK",
                "RINGBUF",
                "BLOOM_FILTER"
            })
    void damagedMemoryIsRepaired(MapType type) throws Exception {
        long seed = 42;
        Random random = new Random(seed);
        PinDirectory pins = PinDirectory.of(directory);
        BpfMap map = pins.openOrCreate("m", definition(type), TWO_CPUS);
        if (map.definition().keySize() == 8 && type != MapType.LPM_TRIE) {
            for (int i = 0; i < 60; i++) {
                put(map, i, i, 0);
            }
        }
        byte[] good = Files.readAllBytes(directory.resolve("m"));
        for (int i = 0; i < 100; i++) {
            byte[] damaged = good.clone();
            for (int j = 0; j < 1 + i; j++) {
                int at = PinHeader.SIZE + random.nextInt(damaged.length - PinHeader.SIZE);
                damaged[at] = (byte) (random.nextBoolean() ? 0xff : random.nextInt());
            }
            Files.write(directory.resolve("d" + i), damaged);
            BpfMap repaired = pins.open("d" + i);
            MapDefinition d = repaired.definition();
            if (d.keySize() == 8 && type != MapType.LPM_TRIE && !repaired.isFrozen()) {
                for (int k = 0; k < 60; k++) {
                    remove(repaired, k);
                    assertEquals(0, put(repaired, k, k + 1, 0), "seed " + seed);
                    assertEquals(k + 1, get(repaired, k), "seed " + seed);
                }
            } else if (repaired instanceof RingBufferMap ring) {
                ring.consume((m, o, l) -> {}, 10_000);
                assertEquals(0, ring.query(0), "seed " + seed);
                assertEquals(0, ring.output(bytes(8, 1), 0, 8, 0), "seed " + seed);
            } else if (d.keySize() == 0) {
                repaired.push(bytes(8, 1), 0, MapFlags.BPF_EXIST);
            }
            pins.unpin("d" + i);
        }
    }

    /**
     * A process that is killed while it updates: the pin opens again, every entry that was not being written is intact, no lock stays
     * taken. In every second round this process has the maps open all the time, so that locks are taken over from the dead while the
     * map is in use; in the others it opens them afterwards, alone. {@code -Dbpf4j.pin.kills=100} kills more often.
     */
    @Test
    void survivesKilledProcesses() throws Exception {
        long seed = 11;
        Random random = new Random(seed);
        PinDirectory pins = PinDirectory.of(directory);
        for (int round = 0; round < KILLS; round++) {
            boolean alone = round % 2 == 0;
            Process writer = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            PinWriter.class.getName(),
                            directory.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (InputStream out = writer.getInputStream()) {
                assertEquals('r', out.read(), "the writer has begun");
                TimeUnit.MICROSECONDS.sleep(random.nextInt(60_000));
            } finally {
                writer.destroyForcibly().waitFor();
            }
            BpfMap hash = pins.open("hash");
            MemorySegment key = bytes(8, 0);
            int count = 0;
            for (int rc = hash.nextKey(null, 0, key, 0); rc == 0; rc = hash.nextKey(key, 0, key, 0)) {
                long k = number(key, 0, 8);
                long at = hash.lookup(0, key, 0);
                long value = hash.values().get(LONG, at);
                assertEquals(k * 31, value - hash.values().get(LONG, at + 8), "round " + round + ", seed " + seed);
                count++;
            }
            if (alone) {
                assertEquals(count, hash.elementCount());
            }
            for (long k = 0; k < PinWriter.STEADY; k++) {
                assertTrue(hash.lookup(0, bytes(8, k), 0) >= 0, "key " + k + " is never deleted");
            }
            for (int k = 0; k < PinWriter.KEYS; k++) { // every lock is free, no element is lost
                int result = hash.update(0, bytes(8, k), 0, PinWriter.value(k, 1), 0, 0);
                assertTrue(
                        result == 0 || !alone && k >= PinWriter.STEADY && result == -Errno.E2BIG, "result " + result);
            }
            BpfMap queue = pins.open("queue");
            MemorySegment value = bytes(8, 0);
            for (long last = -1; queue.pop(value, 0) == 0; last = number(value, 0, 8)) {
                assertTrue(last < 0 || number(value, 0, 8) == last + 1, "a queue without holes");
            }
            RingBufferMap ring = (RingBufferMap) pins.open("ring");
            ring.consume((m, o, l) -> assertEquals(m.get(LONG, o), m.get(LONG, o + 8)), 1 << 20);
            assertEquals(0, ring.query(0));
            if (!alone) {
                PinDirectory.release(hash);
                PinDirectory.release(queue);
                PinDirectory.release(ring);
            }
        }
    }
}
