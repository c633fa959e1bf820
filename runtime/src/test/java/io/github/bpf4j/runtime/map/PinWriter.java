/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Random;

/** A process that updates pinned maps until it is killed. Values are {@code key * 31 + x, x}. */
final class PinWriter {
    static final int KEYS = 500;
    static final int STEADY = 100; // keys below are overwritten, never deleted

    private PinWriter() {}

    static MemorySegment value(long key, long x) {
        MemorySegment value = MemorySegment.ofArray(new byte[16]);
        value.set(MapFixture.LONG, 0, key * 31 + x);
        value.set(MapFixture.LONG, 8, x);
        return value;
    }

    public static void main(String[] args) throws Exception {
        PinDirectory pins = PinDirectory.of(Path.of(args[0]));
        BpfMap hash =
                pins.openOrCreate("hash", new MapDefinition("hash", MapType.HASH, 8, 16, KEYS, 0), MapFixture.TWO_CPUS);
        BpfMap queue =
                pins.openOrCreate("queue", new MapDefinition("queue", MapType.QUEUE, 0, 8, 50, 0), MapFixture.TWO_CPUS);
        RingBufferMap ring = (RingBufferMap) pins.openOrCreate(
                "ring", new MapDefinition("ring", MapType.RINGBUF, 0, 0, 4096, 0), MapFixture.TWO_CPUS);
        for (long k = 0; k < STEADY; k++) {
            hash.update(0, MapFixture.bytes(8, k), 0, value(k, 0), 0, 0);
        }
        System.out.print('r');
        System.out.flush();
        Random random = new Random();
        long sequence = 0;
        for (long x = 0; ; x++) {
            long k = random.nextInt(KEYS);
            if (k >= STEADY && random.nextBoolean()) {
                hash.delete(MapFixture.bytes(8, k), 0);
            } else {
                hash.update(0, MapFixture.bytes(8, k), 0, value(k, x), 0, 0);
            }
            if (queue.push(MapFixture.bytes(8, sequence), 0, MapFlags.BPF_EXIST) == 0) {
                sequence++;
            }
            ring.output(value(0, x), 0, 16, 0);
            ring.consume((m, o, l) -> {}, random.nextInt(3));
        }
    }
}
