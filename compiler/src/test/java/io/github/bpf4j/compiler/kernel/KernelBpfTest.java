/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.runtime.Errno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

@RequiresKernel
class KernelBpfTest {
    private static final int HASH = 1;
    private static final int ARRAY = 2;
    private static final int PERCPU_HASH = 5;
    private static final int RINGBUF = 27;

    /** Opcode, registers, offset, immediate. */
    private static byte[] program(long... instructions) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * instructions.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long instruction : instructions) {
            bytes.putLong(instruction);
        }
        return bytes.array();
    }

    private static long insn(int opcode, int dst, int src, int offset, int immediate) {
        return ((long) immediate << 32) | (offset & 0xffffL) << 16 | (long) src << 12 | (long) dst << 8 | opcode;
    }

    private static long movImmediate(int dst, int value) {
        return insn(0xb7, dst, 0, 0, value);
    }

    private static final long EXIT = insn(0x95, 0, 0, 0, 0);

    @Test
    void loadsAndRunsTheSmallestProgram() {
        try (LoadResult result =
                KernelBpf.load(ProgramLoad.of(ProgramLoad.LWT_OUT, program(movImmediate(0, 7), EXIT)))) {
            assertTrue(result.accepted(), result.log());
            byte[] frame = new byte[64];
            frame[20] = 42;
            TestRunResult run = result.program().testRun(frame);
            assertEquals(0, run.errno());
            assertEquals(7, run.value());
            assertArrayEquals(frame, run.data());
        }
    }

    @Test
    void aRefusedProgramHasErrnoAndLog() {
        // r0 is never set
        try (LoadResult result = KernelBpf.load(ProgramLoad.of(ProgramLoad.LWT_OUT, program(EXIT)))) {
            assertFalse(result.accepted());
            assertEquals(Errno.EACCES, result.errno());
            assertTrue(result.log().contains("R0 !read_ok"), result.log());
            assertThrows(IllegalStateException.class, result::program);
        }
    }

    @Test
    void contextGoesInAndComesOut() {
        // *(u32 *)(r1 + 8) = 5, the mark; r0 = *(u32 *)(r1 + 32), the priority
        byte[] code = program(movImmediate(2, 5), insn(0x63, 1, 2, 8, 0), insn(0x61, 0, 1, 32, 0), EXIT);
        try (LoadResult result = KernelBpf.load(ProgramLoad.of(ProgramLoad.LWT_XMIT, code))) {
            byte[] context = new byte[TestRun.CONTEXT_SIZE];
            context[32] = 99;
            TestRunResult run =
                    result.program().testRun(TestRun.of(new byte[64]).withContext(context));
            assertEquals(99, run.checkedValue());
            assertEquals(TestRun.CONTEXT_SIZE, run.contextSize());
            assertEquals(5, run.context()[8]);
        }
    }

    @Test
    void repeatedRunsAreTimed() {
        try (LoadResult result =
                KernelBpf.load(ProgramLoad.of(ProgramLoad.LWT_OUT, program(movImmediate(0, 0), EXIT)))) {
            TestRunResult run =
                    result.program().testRun(TestRun.of(new byte[64]).repeated(1000));
            assertEquals(0, run.checkedValue());
            assertTrue(run.nanoseconds() < 1_000_000, "mean of a run: " + run.nanoseconds() + " ns");
        }
    }

    @Test
    void mapElements() {
        try (KernelMap map = KernelMap.create(MapCreate.of(HASH, 4, 8, 2))) {
            byte[] one = KernelBpf.bytesOf(1);
            byte[] value = KernelBpf.bytesOf(10, 20);
            assertNull(map.lookup(one));
            assertEquals(0, map.update(one, value, 0));
            assertEquals(-Errno.EEXIST, map.update(one, value, 1));
            assertArrayEquals(value, map.lookup(one));
            assertEquals(0, map.update(KernelBpf.bytesOf(2), value, 0));
            assertEquals(-Errno.E2BIG, map.update(KernelBpf.bytesOf(3), value, 0));
            byte[] first = new byte[4];
            byte[] second = new byte[4];
            assertEquals(0, map.nextKey(null, first));
            assertEquals(0, map.nextKey(first, second));
            assertEquals(-Errno.ENOENT, map.nextKey(second, new byte[4]));
            byte[] taken = new byte[8];
            assertEquals(0, map.lookupAndDelete(one, taken, 0));
            assertArrayEquals(value, taken);
            assertEquals(-Errno.ENOENT, map.delete(one));
        }
    }

    @Test
    void mapBatches() {
        try (KernelMap map = KernelMap.create(MapCreate.of(ARRAY, 4, 4, 3))) {
            assertEquals(
                    new KernelBpf.BatchResult(3, 0),
                    map.updateBatch(KernelBpf.bytesOf(0, 1, 2), KernelBpf.bytesOf(7, 8, 9), 3, 0));
            byte[] keys = new byte[12];
            byte[] values = new byte[12];
            byte[] position = new byte[4];
            KernelBpf.BatchResult two = map.lookupBatch(position, false, keys, values, 2);
            assertEquals(new KernelBpf.BatchResult(2, 0), two);
            KernelBpf.BatchResult rest = map.lookupBatch(position, true, keys, values, 3);
            assertEquals(new KernelBpf.BatchResult(1, -Errno.ENOENT), rest);
            assertEquals(9, values[0]);
        }
    }

    @Test
    void perCpuValues() {
        try (KernelMap map = KernelMap.create(MapCreate.of(PERCPU_HASH, 4, 4, 1))) {
            byte[] all = KernelBpf.perCpu(KernelBpf.bytesOf(3));
            assertEquals(0, map.update(KernelBpf.bytesOf(1), all, 0));
            byte[] read = map.lookup(KernelBpf.bytesOf(1));
            assertNotNull(read);
            assertArrayEquals(all, read);
            assertArrayEquals(KernelBpf.bytesOf(3), KernelBpf.ofCpu(read, 4, KernelBpf.possibleCpus() - 1));
        }
    }

    @Test
    void frozenMapsRefuseUpdates() {
        try (KernelMap map = KernelMap.create(MapCreate.of(ARRAY, 4, 4, 1))) {
            assertEquals(0, map.freeze());
            assertEquals(-Errno.EPERM, map.update(KernelBpf.bytesOf(0), KernelBpf.bytesOf(0), 0));
        }
    }

    @Test
    void anImpossibleMapIsRefused() {
        assertEquals(-Errno.EINVAL, KernelMap.tryCreate(MapCreate.of(ARRAY, 8, 4, 1)));
        assertEquals(
                Errno.EINVAL,
                assertThrows(KernelCallException.class, () -> KernelMap.create(MapCreate.of(ARRAY, 8, 4, 1)))
                        .errno());
    }

    @Test
    void pinnedMapsAreFoundAgain() throws IOException {
        Path mount = KernelBpf.bpfFileSystem().orElse(null);
        Assumptions.assumeTrue(mount != null, "no bpf file system is mounted");
        Path pin = mount.resolve("bpf4j-test-" + LibC.getpid());
        try (KernelMap map = KernelMap.create(MapCreate.of(ARRAY, 4, 4, 1))) {
            assertEquals(0, map.update(KernelBpf.bytesOf(0), KernelBpf.bytesOf(77), 0));
            assertEquals(0, map.pin(pin));
            try (KernelMap again = KernelMap.open(pin, 0)) {
                assertArrayEquals(KernelBpf.bytesOf(77), again.lookup(KernelBpf.bytesOf(0)));
            }
        } finally {
            Files.deleteIfExists(pin);
        }
    }

    @Test
    void ringBufferRecordsArrive() {
        int size = 4096;
        try (KernelMap map = KernelMap.create(MapCreate.of(RINGBUF, 0, 0, size));
                KernelRingBuffer ring = new KernelRingBuffer(map, size)) {
            // *(u64 *)(r10 - 8) = 0x2a; bpf_ringbuf_output(map, r10 - 8, 8, 0); r0 = 0
            byte[] code = program(
                    insn(0x7a, 10, 0, -8, 42),
                    insn(0x18, 1, 1, 0, map.fd()),
                    0,
                    insn(0xbf, 2, 10, 0, 0),
                    insn(0x07, 2, 0, 0, -8),
                    movImmediate(3, 8),
                    movImmediate(4, 0),
                    insn(0x85, 0, 0, 0, 130),
                    movImmediate(0, 0),
                    EXIT);
            try (LoadResult result = KernelBpf.load(ProgramLoad.of(ProgramLoad.LWT_IN, code))) {
                assertTrue(result.accepted(), result.log());
                assertEquals(List.of(), ring.poll());
                assertEquals(0, result.program().testRun(new byte[64]).checkedValue());
                List<byte[]> records = ring.poll();
                assertEquals(1, records.size());
                assertArrayEquals(new byte[] {42, 0, 0, 0, 0, 0, 0, 0}, records.get(0));
                assertEquals(List.of(), ring.poll());
            }
        }
    }

    @Test
    void aBrokenBtfIsRefusedWithTheLog() {
        KernelCallException e = assertThrows(KernelCallException.class, () -> KernelBtf.load(new byte[24]));
        assertEquals(Errno.EINVAL, e.errno());
        assertTrue(String.valueOf(e.getMessage()).contains("magic"), e::getMessage);
    }
}
