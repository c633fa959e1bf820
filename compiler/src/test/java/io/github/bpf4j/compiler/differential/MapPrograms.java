/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

/**
 * Programs that carry out a list of operations on a map. The list is in an array, {@code map[area]}, whose only value has 64 bytes for each
 * operation:
 *
 * <pre>
 * 0 operation   8 flags   16 key   32 value   40 result   48 what was found
 * </pre>
 *
 * so that one loaded program serves all sequences. Operation 0 does nothing.
 */
final class MapPrograms {
    static final int SLOT = 64;
    static final int OPERATION = 0;
    static final int FLAGS = 8;
    static final int KEY = 16;
    static final int VALUE = 32;
    static final int RESULT = 40;
    static final int FOUND = 48;

    /** Operations of maps with keys. */
    static final int LOOKUP = 1;

    static final int UPDATE = 2;
    static final int DELETE = 3;
    static final int ADD = 4;
    static final int WALK = 5;
    static final int LOOKUP_PER_CPU = 6;

    /** Operations of local storage, which have a task exactly if the second half of the key is not zero; {@link #DELETE} and {@link #ADD} too. */
    static final int GET = 1;

    static final int GET_WITH_INITIAL = 2;

    /** Operations of queues, stacks and filters. */
    static final int PUSH = 1;

    static final int POP = 2;
    static final int PEEK = 3;

    /** Operations of ring buffers. */
    static final int OUTPUT = 1;

    static final int SUBMIT = 2;
    static final int DISCARD = 3;
    static final int QUERY = 4;
    static final int SUBMIT_LARGE = 5;

    /** What an operation on an inner map that is not there results in. */
    static final int NO_INNER = 77;

    private MapPrograms() {}

    /** Runs {@code step} for each slot with {@code r6} at the slot, its key at {@code r10 - 32}, its value at {@code r10 - 16}. */
    private static final String LOOP = """
              r1 = @slots
              r2 = func[step]
              r3 = 0
              r4 = 0
              call bpf_loop
              r0 = 0
              exit
            step:
              if r1 >= @slots goto nothing
              r6 = map[area][0] + 0
              r1 <<= 6
              r6 += r1
              r1 = *(u64 *)(r6 + 16)
              *(u64 *)(r10 - 32) = r1
              r1 = *(u64 *)(r6 + 24)
              *(u64 *)(r10 - 24) = r1
              r1 = *(u64 *)(r6 + 32)
              *(u64 *)(r10 - 16) = r1
              r8 = *(u64 *)(r6 + 0)
              if r8 == 0 goto nothing
            @step
            done:
              *(u64 *)(r6 + 40) = r0
            nothing:
              r0 = 0
              exit
            """;

    /** With the map in {@code r1} and the key's address in {@code r2}. */
    private static final String UPDATE_OR_DELETE = """
            update:
              r3 = r10
              r3 += -16
              r4 = *(u64 *)(r6 + 8)
              call bpf_map_update_elem
              goto done
            delete:
              call bpf_map_delete_elem
              goto done
            """;

    private static final String KEYED = """
              r1 = map[m]
              r2 = r10
              r2 += -32
              if r8 == 2 goto update
              if r8 == 3 goto delete
            @more
              call bpf_map_lookup_elem
            got:
              if r0 == 0 goto done
              if r8 == 4 goto add
              r1 = *(u64 *)(r0 + 0)
              goto found
            add:
              r1 = *(u64 *)(r6 + 32)
              r1 = atomic_fetch_add((u64 *)(r0 + 0), r1)
            found:
              *(u64 *)(r6 + 48) = r1
              r0 = 1
              goto done
            """ + UPDATE_OR_DELETE;

    /** {@code bpf_for_each_map_elem} with a callback that adds keys and values up. */
    private static final String WALK_STEP = """
              if r8 != 5 goto nowalk
              *(u64 *)(r10 - 8) = 0
              r2 = func[sum]
              r3 = r10
              r3 += -8
              r4 = 0
              call bpf_for_each_map_elem
              r1 = *(u64 *)(r10 - 8)
              *(u64 *)(r6 + 48) = r1
              goto done
            nowalk:
            """;

    private static final String WALK_CALLBACK = """
            sum:
              r1 = *(u@bits *)(r2 + 0)
              r5 = *(u64 *)(r3 + 0)
              r1 ^= r5
              r5 = *(u64 *)(r4 + 0)
              r5 += r1
              *(u64 *)(r4 + 0) = r5
              r0 = 0
              exit
            """;

    /** The CPU is given relative to the own one, which differs between Linux and here: 0 is the own, 1 its neighbour. */
    private static final String PER_CPU_STEP = """
              if r8 != 6 goto nopercpu
              call bpf_get_smp_processor_id
              r3 = *(u64 *)(r6 + 8)
              r3 ^= r0
              r1 = map[m]
              r2 = r10
              r2 += -32
              call bpf_map_lookup_percpu_elem
              goto got
            nopercpu:
            """;

    /** With the lock of the value at r0: reads what is behind it to r9, and adds to it if asked to. */
    private static final String LOCKED_STORED_VALUE = """
              r7 = r0
              r1 = r0
              call bpf_spin_lock
              r9 = *(u64 *)(r7 + 8)
              if r8 != 4 goto unlock
              r1 = r9
              r2 = *(u64 *)(r6 + 32)
              r1 += r2
              *(u64 *)(r7 + 8) = r1
            unlock:
              r1 = r7
              call bpf_spin_unlock
            """;

    /** The value, given at the start, belongs behind the lock. */
    private static final String LOCKED = """
              r1 = map[m]
              r2 = r10
              r2 += -32
              if r8 == 2 goto shift
              if r8 == 3 goto delete
              call bpf_map_lookup_elem
              if r0 == 0 goto done
            """ + LOCKED_STORED_VALUE + """
              *(u64 *)(r6 + 48) = r9
              r0 = 1
              goto done
            shift:
              r3 = *(u64 *)(r10 - 16)
              *(u64 *)(r10 - 8) = r3
              *(u64 *)(r10 - 16) = 0
            """ + UPDATE_OR_DELETE;

    private static final String QUEUE = """
              r1 = map[m]
              r2 = r10
              r2 += -16
              if r8 == 1 goto push
              if r8 == 2 goto pop
              call bpf_map_peek_elem
              goto value
            push:
              r3 = *(u64 *)(r6 + 8)
              call bpf_map_push_elem
              goto done
            pop:
              call bpf_map_pop_elem
            value:
              r1 = *(u64 *)(r10 - 16)
              *(u64 *)(r6 + 48) = r1
              goto done
            """;

    private static final String FILTER = """
              r1 = map[m]
              r2 = r10
              r2 += -16
              if r8 == 1 goto push
              call bpf_map_peek_elem
              goto done
            push:
              r3 = *(u64 *)(r6 + 8)
              call bpf_map_push_elem
              goto done
            """;

    private static final String RING = """
              r1 = map[m]
              if r8 == 1 goto output
              if r8 == 4 goto query
              if r8 == 5 goto large
              r2 = 16
              r3 = 0
              call bpf_ringbuf_reserve
              if r0 == 0 goto done
              r1 = *(u64 *)(r6 + 32)
              *(u64 *)(r0 + 0) = r1
              *(u64 *)(r0 + 8) = r8
              r1 = r0
              r2 = *(u64 *)(r6 + 8)
              if r8 == 3 goto discard
              call bpf_ringbuf_submit
              r0 = 1
              goto done
            discard:
              call bpf_ringbuf_discard
              r0 = 1
              goto done
            large:
              r2 = 1500
              r3 = 0
              call bpf_ringbuf_reserve
              if r0 == 0 goto done
              r1 = *(u64 *)(r6 + 32)
              *(u64 *)(r0 + 0) = r1
              *(u64 *)(r0 + 1488) = r1
              r1 = r0
              r2 = *(u64 *)(r6 + 8)
              call bpf_ringbuf_discard
              r0 = 1
              goto done
            output:
              r2 = r10
              r2 += -32
              r3 = *(u64 *)(r6 + 32)
              r3 &= 15
              r4 = *(u64 *)(r6 + 8)
              call bpf_ringbuf_output
              goto done
            query:
              r2 = *(u64 *)(r6 + 8)
              call bpf_ringbuf_query
              goto done
            """;

    /** The outer map's key is behind the inner one's. */
    private static final String INNER = """
              r1 = map[m]
              r2 = r10
              r2 += -24
              call bpf_map_lookup_elem
              if r0 != 0 goto inner
              r0 = 77
              goto done
            inner:
              r1 = r0
              r2 = r10
              r2 += -32
              if r8 == 2 goto update
              if r8 == 3 goto delete
              call bpf_map_lookup_elem
              if r0 == 0 goto done
              r1 = *(u64 *)(r0 + 0)
              *(u64 *)(r6 + 48) = r1
              r0 = 1
              goto done
            """ + UPDATE_OR_DELETE;

    private static final String STORAGE = """
              r7 = 0
              if r1 == 0 goto notask
              call bpf_get_current_task_btf
              r7 = r0
            notask:
              r1 = map[m]
              r2 = r7
              if r8 == 3 goto delete
              r3 = 0
              if r8 != 2 goto get
              r3 = *(u64 *)(r10 - 16)
              *(u64 *)(r10 - 8) = r3
              r3 = r10
              r3 += -16
            get:
              r4 = *(u64 *)(r6 + 8)
              call bpf_task_storage_get
              if r0 == 0 goto done
            @value
              *(u64 *)(r6 + 48) = r9
              r0 = 1
              goto done
            delete:
              call bpf_task_storage_delete
              goto done
            """;

    private static final String STORED_VALUE = """
              r9 = *(u64 *)(r0 + 0)
              if r8 != 4 goto found
              r9 = *(u64 *)(r6 + 32)
              r9 = atomic_fetch_add((u64 *)(r0 + 0), r9)
            found:
            """;

    /** The program for a kind. */
    static String text(MapKind kind, int slots) {
        String step = switch (kind.type()) {
            case QUEUE, STACK -> QUEUE;
            case BLOOM_FILTER -> FILTER;
            case RINGBUF -> RING;
            case ARRAY_OF_MAPS, HASH_OF_MAPS -> INNER;
            case TASK_STORAGE ->
                "  r1 = *(u64 *)(r6 + 24)\n"
                        + STORAGE.replace("@value", kind.hasSpinLock() ? LOCKED_STORED_VALUE : STORED_VALUE);
            case LPM_TRIE -> KEYED.replace("@more", "");
            default ->
                kind.hasSpinLock() ? LOCKED : KEYED.replace("@more", WALK_STEP + (kind.isPerCpu() ? PER_CPU_STEP : ""));
        };
        String text = LOOP.replace("@slots", "" + slots).replace("@step", step);
        int bits = 8
                * Math.min(
                        8, Integer.highestOneBit(Math.max(1, kind.definition().keySize())));
        return step.contains("func[sum]") ? text + WALK_CALLBACK.replace("@bits", "" + bits) : text;
    }
}
