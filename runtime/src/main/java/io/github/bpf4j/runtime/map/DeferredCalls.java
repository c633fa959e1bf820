/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.program.BpfCallback;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramTrapException;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Timers ({@code struct bpf_timer}) and work queues ({@code struct bpf_wq}) in map values. The field's first eight bytes are a number by
 * which the object here is found; they become zero, and the call is cancelled, when the element is deleted or overwritten. Callbacks run on
 * one daemon thread, with the CPU number of the worker that started them; their changes to per-CPU values are therefore not excluded from
 * that worker's own.
 */
public final class DeferredCalls {
    /** {@code BPF_F_TIMER_ABS}: the time is a point in time, not a delay. */
    public static final long TIMER_ABS = 1;

    /** {@code BPF_F_TIMER_CPU_PIN}: accepted; the callback has the starting worker's number in any case. */
    public static final long TIMER_CPU_PIN = 2;

    private static final int CLOCK_REALTIME = 0;
    private static final int CLOCK_MONOTONIC = 1;
    private static final int CLOCK_BOOTTIME = 7;

    private static final AtomicLong NEXT = new AtomicLong(1);
    private static final ConcurrentHashMap<Long, Call> CALLS = new ConcurrentHashMap<>();

    private DeferredCalls() {}

    private static final class Call {
        final BpfMap map;
        final long value;
        final int clock;
        volatile @Nullable BpfCallback callback;
        volatile @Nullable Future<?> pending;
        volatile @Nullable Thread running;

        Call(BpfMap map, long value, int clock) {
            this.map = map;
            this.value = value;
            this.clock = clock;
        }
    }

    /** The thread that runs callbacks, and its contexts by CPU. */
    private static final class Runner {
        static final ScheduledThreadPoolExecutor EXECUTOR = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("bpf4j-timer").factory());

        static final Map<Integer, ExecutionContext> CONTEXTS = new HashMap<>(); // used by that thread only

        static {
            EXECUTOR.setRemoveOnCancelPolicy(true);
        }
    }

    /**
     * {@code bpf_timer_init}.
     *
     * @param memory memory of the map value
     * @param field offset of the timer
     * @param map the map
     * @param flags the clock: 0, 1 or 7
     * @return 0, {@code -EINVAL} for another clock, {@code -EBUSY} if it is initialised already
     */
    public static int initTimer(MemorySegment memory, long field, BpfMap map, long flags) {
        if (flags != CLOCK_REALTIME && flags != CLOCK_MONOTONIC && flags != CLOCK_BOOTTIME) {
            return -Errno.EINVAL;
        }
        return init(
                memory, field, new Call(map, field - map.definition().special().timer(), (int) flags));
    }

    /**
     * {@code bpf_wq_init}.
     *
     * @param memory memory of the map value
     * @param field offset of the work queue
     * @param map the map
     * @param flags must be 0
     * @return 0, {@code -EINVAL} for flags, {@code -EBUSY} if it is initialised already
     */
    public static int initWork(MemorySegment memory, long field, BpfMap map, long flags) {
        if (flags != 0) {
            return -Errno.EINVAL;
        }
        return init(
                memory, field, new Call(map, field - map.definition().special().workQueue(), CLOCK_MONOTONIC));
    }

    private static int init(MemorySegment memory, long field, Call call) {
        long id = NEXT.getAndIncrement();
        CALLS.put(id, call);
        if (!Words.ATOMIC_LONG.compareAndSet(memory, field, 0L, id)) {
            CALLS.remove(id);
            return -Errno.EBUSY;
        }
        return 0;
    }

    private static @Nullable Call find(MemorySegment memory, long field) {
        return CALLS.get((long) Words.ATOMIC_LONG.getAcquire(memory, field));
    }

    /**
     * {@code bpf_timer_set_callback} and {@code bpf_wq_set_callback_impl}.
     *
     * @param memory memory of the map value
     * @param field offset of the field
     * @param callback called with the map, the key and the value
     * @return 0, {@code -EINVAL} if the field is not initialised
     */
    public static int setCallback(MemorySegment memory, long field, BpfCallback callback) {
        Call call = find(memory, field);
        if (call == null) {
            return -Errno.EINVAL;
        }
        call.callback = callback;
        return 0;
    }

    /**
     * {@code bpf_timer_start}: starts or restarts a timer.
     *
     * @param cpu the calling worker
     * @param memory memory of the map value
     * @param field offset of the timer
     * @param nanos delay, or point in time of the timer's clock
     * @param flags {@link #TIMER_ABS}, {@link #TIMER_CPU_PIN}
     * @return 0, {@code -EINVAL} for other flags or a timer without callback
     */
    public static int startTimer(int cpu, MemorySegment memory, long field, long nanos, long flags) {
        Call call = find(memory, field);
        if ((flags & ~(TIMER_ABS | TIMER_CPU_PIN)) != 0 || call == null || call.callback == null) {
            return -Errno.EINVAL;
        }
        long now = call.clock == CLOCK_REALTIME ? System.currentTimeMillis() * 1_000_000 : System.nanoTime();
        schedule(call, cpu, (flags & TIMER_ABS) != 0 ? Math.max(0, nanos - now) : nanos);
        return 0;
    }

    /**
     * {@code bpf_wq_start}: runs the callback soon.
     *
     * @param cpu the calling worker
     * @param memory memory of the map value
     * @param field offset of the work queue
     * @param flags must be 0
     * @return 0, {@code -EINVAL} for flags or a work queue without callback
     */
    public static int startWork(int cpu, MemorySegment memory, long field, long flags) {
        Call call = find(memory, field);
        if (flags != 0 || call == null || call.callback == null) {
            return -Errno.EINVAL;
        }
        schedule(call, cpu, 0);
        return 0;
    }

    private static void schedule(Call call, int cpu, long nanos) {
        synchronized (call) {
            Future<?> pending = call.pending;
            if (pending != null) {
                pending.cancel(false);
            }
            call.pending = Runner.EXECUTOR.schedule(() -> run(call, cpu), nanos, TimeUnit.NANOSECONDS);
        }
    }

    private static void run(Call call, int cpu) {
        BpfCallback callback = call.callback;
        if (callback == null) {
            return;
        }
        ExecutionContext context = Runner.CONTEXTS.computeIfAbsent(cpu, ExecutionContext::new);
        call.running = Thread.currentThread();
        try {
            MemorySegment key = call.map.keyMemory(call.value);
            callback.call(
                    context, 0, call.map, call.map.keyOffset(call.value), key, call.value, call.map.values(), 0, null);
        } catch (ProgramTrapException e) {
            context.countTrap();
        } finally {
            call.running = null;
        }
    }

    /**
     * {@code bpf_timer_cancel}: cancels a timer and waits for its callback to end. Then the timer has no callback until one is set again.
     *
     * @param memory memory of the map value
     * @param field offset of the timer
     * @return 1 if it was pending, 0 if not, {@code -EINVAL} if it is not initialised, {@code -EDEADLK} from its own callback
     */
    public static int cancel(MemorySegment memory, long field) {
        Call call = find(memory, field);
        if (call == null) {
            return -Errno.EINVAL;
        }
        if (Thread.currentThread().equals(call.running)) {
            return -Errno.EDEADLK;
        }
        int wasPending;
        synchronized (call) {
            Future<?> pending = call.pending;
            wasPending = pending != null && pending.cancel(false) ? 1 : 0;
            call.pending = null;
            call.callback = null;
        }
        while (call.running != null) {
            LockSupport.parkNanos(1000);
        }
        return wasPending;
    }

    /** Cancels what is in the fields of an element that goes away. Does not wait for a callback that is running. */
    static void free(MemorySegment memory, long value, SpecialFields special) {
        if (special.timer() >= 0) {
            freeField(memory, value + special.timer());
        }
        if (special.workQueue() >= 0) {
            freeField(memory, value + special.workQueue());
        }
    }

    private static void freeField(MemorySegment memory, long field) {
        long id = (long) Words.ATOMIC_LONG.getAndSet(memory, field, 0L);
        Call call = id == 0 ? null : CALLS.remove(id);
        if (call != null) {
            synchronized (call) {
                Future<?> pending = call.pending;
                if (pending != null) {
                    pending.cancel(false);
                }
                call.callback = null;
            }
        }
    }
}
