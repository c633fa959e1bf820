/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.MapFixture.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.program.BpfCallback;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeferredCallsTest {
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    private static BpfMap mapWithTimer(MapType type) {
        return map(new MapDefinition("m", type, 4, 24, 4, 0).withSpecial(SpecialFields.withTimer(8)));
    }

    @ParameterizedTest
    @EnumSource(names = {"ARRAY", "HASH", "LRU_HASH"})
    void theCallbackReceivesMapKeyAndValue(MapType type) throws Exception {
        BpfMap map = mapWithTimer(type);
        put(map, 3, 77, 0);
        long value = map.lookupInt(1, 3);
        MemorySegment memory = map.values();
        BlockingQueue<String> calls = new LinkedBlockingQueue<>();
        BpfCallback callback = (context, m, mb, k, kb, v, vb, x, xb) -> {
            calls.add(map.equals(mb) + " " + ((MemorySegment) kb).get(INT, k) + " " + ((MemorySegment) vb).get(LONG, v)
                    + " cpu " + context.cpu());
            return 0;
        };
        assertEquals(-Errno.EINVAL, DeferredCalls.startTimer(1, memory, value + 8, 0, 0));
        assertEquals(-Errno.EINVAL, DeferredCalls.setCallback(memory, value + 8, callback));
        assertEquals(-Errno.EINVAL, DeferredCalls.initTimer(memory, value + 8, map, 2));
        assertEquals(0, DeferredCalls.initTimer(memory, value + 8, map, 1));
        assertEquals(-Errno.EBUSY, DeferredCalls.initTimer(memory, value + 8, map, 1));
        assertEquals(-Errno.EINVAL, DeferredCalls.startTimer(1, memory, value + 8, 0, 0));
        assertEquals(0, DeferredCalls.setCallback(memory, value + 8, callback));
        assertEquals(-Errno.EINVAL, DeferredCalls.startTimer(1, memory, value + 8, 0, 4));
        assertEquals(0, DeferredCalls.startTimer(1, memory, value + 8, 1000, 0));
        assertEquals("true 3 77 cpu 1", calls.poll(60, TimeUnit.SECONDS));
        assertEquals(0, DeferredCalls.startTimer(1, memory, value + 8, HOUR, 0));
        assertEquals(1, DeferredCalls.cancel(memory, value + 8));
        assertEquals(0, DeferredCalls.cancel(memory, value + 8));
        assertEquals(
                -Errno.EINVAL,
                DeferredCalls.startTimer(1, memory, value + 8, 0, 0),
                "as in Linux, a cancelled timer has no callback");
        assertEquals(0, DeferredCalls.setCallback(memory, value + 8, callback));
        assertEquals(0, DeferredCalls.startTimer(1, memory, value + 8, 0, DeferredCalls.TIMER_ABS));
        assertEquals("true 3 77 cpu 1", calls.poll(60, TimeUnit.SECONDS), "a point in time that is over");
    }

    @Test
    void aCallbackCannotCancelItselfButStartItselfAgain() throws Exception {
        BpfMap map = mapWithTimer(MapType.ARRAY);
        MemorySegment memory = map.values();
        BlockingQueue<Integer> results = new LinkedBlockingQueue<>();
        assertEquals(0, DeferredCalls.initTimer(memory, 8, map, 7));
        DeferredCalls.setCallback(memory, 8, (context, m, mb, k, kb, v, vb, x, xb) -> {
            results.add(DeferredCalls.cancel(memory, 8));
            if (results.size() < 3) {
                results.add(DeferredCalls.startTimer(0, memory, 8, 1, 0));
            }
            return 0;
        });
        DeferredCalls.startTimer(0, memory, 8, 1, 0);
        assertEquals(-Errno.EDEADLK, results.poll(60, TimeUnit.SECONDS));
        assertEquals(0, results.poll(60, TimeUnit.SECONDS));
        assertEquals(-Errno.EDEADLK, results.poll(60, TimeUnit.SECONDS));
    }

    @Test
    void deletingTheElementFreesItsTimer() {
        BpfMap map = mapWithTimer(MapType.HASH);
        put(map, 1, 5, 0);
        long field = map.lookupInt(0, 1) + 8;
        assertEquals(0, DeferredCalls.initTimer(map.values(), field, map, 1));
        assertTrue(map.values().get(LONG, field) != 0);
        MemorySegment copy = bytes(24, -1);
        assertEquals(0, map.lookupElement(bytes(4, 1), 0, copy, 0, 0));
        assertEquals(0, number(copy, 8, 8), "Java does not see the field");
        assertEquals(0, remove(map, 1));
        assertEquals(0, map.values().get(LONG, field));
        assertEquals(-Errno.EINVAL, DeferredCalls.cancel(map.values(), field));
    }

    @Test
    void workRunsSoon() throws Exception {
        BpfMap map = map(new MapDefinition("m", MapType.ARRAY, 4, 24, 4, 0)
                .withSpecial(new SpecialFields(-1, -1, -1, 8, java.util.List.of())));
        BlockingQueue<Integer> calls = new LinkedBlockingQueue<>();
        long field = map.lookupInt(0, 2) + 8;
        assertEquals(-Errno.EINVAL, DeferredCalls.initWork(map.values(), field, map, 1));
        assertEquals(0, DeferredCalls.initWork(map.values(), field, map, 0));
        DeferredCalls.setCallback(map.values(), field, (context, m, mb, k, kb, v, vb, x, xb) -> {
            calls.add(((MemorySegment) kb).get(INT, k));
            return 0;
        });
        assertEquals(-Errno.EINVAL, DeferredCalls.startWork(0, map.values(), field, 1));
        assertEquals(0, DeferredCalls.startWork(0, map.values(), field, 0));
        assertEquals(2, calls.poll(60, TimeUnit.SECONDS));
    }
}
