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
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArenaMapTest {
    private static final int PAGE = 4096;
    private static final long ADDRESS = 0x1000_0000_0000L;

    @TempDir
    private Path directory;

    private static MapDefinition definition(int pages, long address) {
        return new MapDefinition("pages", MapType.ARENA, 0, 0, pages, MapFlags.MMAPABLE, address, null);
    }

    private static ArenaMap arena(int pages, long address) {
        return (ArenaMap) map(definition(pages, address));
    }

    @Test
    void pagesAppearWhenTheyAreMapped() {
        ArenaMap arena = arena(4, ADDRESS);
        assertEquals(4 * PAGE, arena.byteSize());
        assertFalse(arena.isPresent(PAGE));
        assertEquals(0, arena.memory().load(PAGE, 8));
        arena.memory().store(PAGE, 8, 5);

        MemorySegment memory = arena.map(PAGE + 8, PAGE);
        assertEquals(PAGE, memory.byteSize());
        assertFalse(arena.isPresent(PAGE - 1));
        assertTrue(arena.isPresent(PAGE));
        assertTrue(arena.isPresent(3 * PAGE - 1));
        assertFalse(arena.isPresent(3 * PAGE));
        assertEquals(0, arena.memory().load(PAGE, 8), "what was stored before is gone");
        memory.set(LONG, 0, 7);
        assertEquals(7, arena.memory().load(PAGE + 8, 8));
        assertEquals(7, arena.map(PAGE, 16).get(LONG, 8), "mapping again changes nothing");
        assertThrows(IndexOutOfBoundsException.class, () -> arena.map(4 * PAGE - 1, 2));
        assertThrows(IndexOutOfBoundsException.class, () -> arena.isPresent(4 * PAGE));
    }

    @Test
    void accessesThatReachAMissingPageDoNothing() {
        ArenaMap arena = arena(2, ADDRESS);
        arena.map(0, PAGE).fill((byte) -1);
        ArenaMemory memory = arena.memory();
        memory.store(PAGE - 4, 8, 0);
        assertEquals(0xffff_ffffL, memory.load(PAGE - 4, 4));
        assertEquals(0, memory.load(PAGE - 4, 8));
        assertEquals(0, memory.load(-1, 1));
        assertEquals(0, memory.load(1L << 32, 2), "behind 4 GiB nothing starts again");
        assertEquals(77, memory.loadAcquire(PAGE - 2, 4, 1L << 32 | 77));
        assertEquals(0xffff, memory.loadAcquire(PAGE - 2, 2, 77));
        assertEquals(1L << 40, memory.updateLong(AtomicUpdate.ADD, PAGE, 1L << 40), "the register stays as it is");
        assertEquals(5, memory.updateInt(AtomicUpdate.ADD, PAGE, 1L << 40 | 5), "its low half does");
        assertEquals(6, memory.compareAndExchangeInt(PAGE, 1L << 40 | 6, 3));
    }

    @Test
    void atomicOperationsTakeAnyAlignment() {
        ArenaMap arena = arena(1, ADDRESS);
        arena.map(0, PAGE);
        ArenaMemory memory = arena.memory();
        for (long at : new long[] {64, 67}) {
            memory.store(at, 8, 12);
            assertEquals(12, memory.updateLong(AtomicUpdate.ADD, at, 3));
            assertEquals(15, memory.updateLong(AtomicUpdate.XOR, at, 5));
            assertEquals(10, memory.updateInt(AtomicUpdate.OR, at, 1L << 32 | 4));
            assertEquals(14, memory.updateInt(AtomicUpdate.AND, at, 6));
            assertEquals(6, memory.updateInt(AtomicUpdate.XCHG, at, -1));
            assertEquals(0xffff_ffffL, memory.updateInt(AtomicUpdate.ADD, at, 2));
            assertEquals(1, memory.load(at, 8));
            assertEquals(1, memory.compareAndExchangeInt(at, 5L << 32, 9), "what was there, zero-extended");
            assertEquals(1, memory.compareAndExchangeInt(at, 5L << 32 | 1, 9));
            assertEquals(9, memory.compareAndExchangeLong(at, 8, 10));
            assertEquals(9, memory.compareAndExchangeLong(at, 9, 10));
            assertEquals(10, memory.load(at, 8));
        }
    }

    @Test
    void pointersAreUserAddressesOrTheirLowHalves() {
        ArenaMap arena = arena(2, ADDRESS + 0x7000);
        assertEquals(ADDRESS + 0x7000, arena.userAddress());
        assertEquals(ADDRESS + 0x7005, arena.addressOf(5));
        assertEquals(5, arena.offsetOf(arena.addressOf(5)));
        assertEquals(5, arena.offsetOf(0x7005));
        assertEquals(-1, arena.offsetOf(0x6fff));
        assertEquals(-1, arena.offsetOf(0x7000 + 2 * PAGE));
        assertEquals(-1, arena.offsetOf(0));
        assertEquals(ADDRESS + 5, arena.memory().toUser(5));
        assertEquals(0, arena.memory().toUser(0));
        arena.map(PAGE, PAGE).set(ValueLayout.JAVA_BYTE, 3, (byte) 9);
        assertEquals(9, arena.memory().load(0x8003, 1));
        assertEquals(ArenaMap.DEFAULT_ADDRESS, arena(1, 0).userAddress());
    }

    @Test
    void fourGigabytesTakeOnlyWhatIsMapped() {
        ArenaMap arena = arena(1 << 20, ADDRESS);
        assertEquals(1L << 32, arena.byteSize());
        arena.map((1L << 32) - 16, 16).set(LONG, 8, 3);
        assertEquals(3, arena.memory().load(0xffff_fff8L, 8));
        assertEquals(0, arena.memory().load(0xffff_fff9L, 8));
        assertFalse(arena.isPresent(0));
    }

    @Test
    void onlyPagesOfOneHalfOfTheAddressSpace() {
        refused(Errno.EINVAL, MapType.ARENA, 0, 0, 4, 0);
        refused(Errno.EINVAL, MapType.ARENA, 4, 0, 4, MapFlags.MMAPABLE);
        refused(Errno.EINVAL, definition(4, 100));
        refused(Errno.E2BIG, definition((1 << 20) + 1, ADDRESS));
        refused(Errno.ERANGE, definition(2, 0xffff_f000L));
        assertEquals(PAGE, arena(1, 0xffff_f000L).byteSize());
    }

    @Test
    void thereAreNoElements() {
        ArenaMap arena = arena(1, ADDRESS);
        assertEquals(BpfMap.NOT_FOUND, arena.lookup(0, bytes(4, 0), 0));
        assertEquals(-Errno.EOPNOTSUPP, arena.updateElement(bytes(4, 0), 0, bytes(8, 0), 0, 0));
        assertEquals(-Errno.EOPNOTSUPP, arena.deleteElement(bytes(4, 0), 0));
        assertEquals(-Errno.EOPNOTSUPP, arena.nextKey(null, 0, bytes(4, 0), 0));
        assertEquals(-Errno.EINVAL, arena.lookupElement(bytes(4, 0), 0, bytes(8, 0), 0, 0));
    }

    @Test
    void aPinKeepsThePages() throws Exception {
        PinDirectory pins = PinDirectory.of(directory);
        ArenaMap arena = (ArenaMap) pins.openOrCreate("pages", definition(1 << 20, ADDRESS), TWO_CPUS);
        arena.map(2L * PAGE, 8).set(LONG, 0, 11);
        PinDirectory.release(arena);
        ArenaMap again = (ArenaMap) pins.open("pages");
        assertEquals(11, again.memory().load(2L * PAGE, 8));
        assertFalse(again.isPresent(PAGE));
    }
}
