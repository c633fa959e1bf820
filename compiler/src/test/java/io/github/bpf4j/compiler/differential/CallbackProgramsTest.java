/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.kernel.KernelBpf;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.KernelMap;
import io.github.bpf4j.compiler.kernel.KernelUserRingBuffer;
import io.github.bpf4j.compiler.kernel.RequiresKernel;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.lwt.TestRun;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.BpfMaps;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.map.SpecialFields;
import io.github.bpf4j.runtime.map.UserRingBufferMap;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/**
 * Programs whose callbacks somebody else calls, later or for records of user space: timers, work queues, {@code bpf_user_ringbuf_drain}. The
 * same program in Linux and compiled here; {@code map[area]} receives its results, eight bytes each.
 */
@RequiresKernel
class CallbackProgramsTest {
    private static final int RING = 4096;
    private static final int AREA = 128;
    private static final byte[] KEY = new byte[4];
    private static final byte[] FRAME = new byte[64];

    static {
        FRAME[12] = 0x08; // IPv4
        FRAME[14] = 0x45;
    }

    /** A program on both sides. */
    private static final class Pair implements AutoCloseable {
        private final BpfMap area;
        private final BpfMap map;
        private final KernelLoader.Loaded linux;
        private final BpfProgram compiled;

        Pair(MapDefinition definition, String text) throws Exception {
            area = BpfMaps.create(new MapDefinition("area", MapType.ARRAY, 4, AREA, 1, 0), MapEnvironment.of(1));
            map = BpfMaps.create(definition, MapEnvironment.of(1));
            Program program = Program.of(
                    "callbacks",
                    ProgramType.LWT_OUT,
                    Assembler.assemble(text, List.of("area", "m")).instructions(),
                    List.of(area, map));
            compiled = ProgramCompiler.compile(Verifier.verify(program), CompilerOptions.DEFAULT);
            linux = KernelLoader.load(program);
            assertTrue(linux.accepted(), linux.log());
        }

        KernelMap theirMap() {
            return linux.maps().get(1);
        }

        /** Runs both; the results of Linux, after comparison with ours. */
        List<Long> run(int results) throws Exception {
            linux.program().testRun(FRAME).checkedValue();
            new TestRun(FRAME).run(compiled, new ExecutionContext(0));
            byte[] theirs = new byte[AREA];
            linux.maps().getFirst().lookup(KEY, theirs, 0);
            List<Long> expected = numbers(MemorySegment.ofArray(theirs), results);
            assertEquals(expected, numbers(area.values(), results));
            return expected;
        }

        private static List<Long> numbers(MemorySegment memory, int count) {
            List<Long> numbers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                numbers.add(memory.get(ValueLayout.JAVA_LONG_UNALIGNED, 8L * i));
            }
            return numbers;
        }

        /** The first word of element 1 in Linux. */
        long theirWord() {
            byte[] value = theirMap().lookup(KernelBpf.bytesOf(1));
            return value == null ? -1 : MemorySegment.ofArray(value).get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
        }

        /** The first word of element 1 here. */
        long ourWord() {
            return map.values().get(ValueLayout.JAVA_LONG_UNALIGNED, map.lookupInt(0, 1));
        }

        @Override
        public void close() {
            linux.close();
        }
    }

    /** Waits for a word that a callback stores; neither the kernel's callbacks nor ours tell when they have run. */
    private static void await(long expected, LongSupplier word) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (word.getAsLong() != expected && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertEquals(expected, word.getAsLong());
    }

    /** Element 1 of {@code map[m]} in {@code r7}, its field behind the first word in {@code r8}. */
    private static final String ELEMENT = """
              r9 = map[area][0] + 0
              *(u32 *)(r10 - 4) = 1
              r1 = map[m]
              r2 = r10
              r2 += -4
              call bpf_map_lookup_elem
              if r0 == 0 goto out
              r8 = r0
              r8 += 8
            """;

    /** The callback: stores 41 and the key in the element's first word. */
    private static final String CALLBACK = """
            out:
              r0 = 0
              exit
            tick:
              r1 = *(u32 *)(r2 + 0)
              r1 += 41
              *(u64 *)(r3 + 0) = r1
              r0 = 0
              exit
            """;

    /** A call whose first argument is the field, and what becomes of its result. */
    private static String call(int result, String function, String... arguments) {
        StringBuilder text = new StringBuilder("  r1 = r8\n");
        for (int i = 0; i < arguments.length; i++) {
            text.append("  r").append(i + 2).append(" = ").append(arguments[i]).append('\n');
        }
        text.append("  call ").append(function).append('\n');
        // an int of the kernel's, whose upper half kfuncs leave zero
        return text + "  r0 <<= 32\n  r0 s>>= 32\n  *(u64 *)(r9 + " + 8 * result + ") = r0\n";
    }

    @Test
    void timers() throws Exception {
        String hour = "3600000000000 ll";
        String text = ELEMENT
                + call(0, "bpf_timer_init", "map[m]", "2")
                + call(1, "bpf_timer_set_callback", "func[tick]")
                + call(2, "bpf_timer_init", "map[m]", "1")
                + call(3, "bpf_timer_init", "map[m]", "1")
                + call(4, "bpf_timer_start", "0", "0")
                + call(5, "bpf_timer_set_callback", "func[tick]")
                + call(6, "bpf_timer_start", "0", "8")
                + call(7, "bpf_timer_start", hour, "0")
                + call(8, "bpf_timer_cancel")
                + call(9, "bpf_timer_cancel")
                + call(10, "bpf_timer_start", "1000", "0") // cancelling took the callback away
                + call(11, "bpf_timer_set_callback", "func[tick]")
                + call(12, "bpf_timer_start", "1000", "0")
                + CALLBACK;
        MapDefinition timers =
                new MapDefinition("m", MapType.ARRAY, 4, 24, 2, 0).withSpecial(SpecialFields.withTimer(8));
        try (Pair pair = new Pair(timers, text)) {
            long invalid = -Errno.EINVAL;
            assertEquals(
                    List.of(
                            invalid,
                            invalid,
                            0L,
                            (long) -Errno.EBUSY,
                            invalid,
                            0L,
                            invalid,
                            0L,
                            1L,
                            0L,
                            invalid,
                            0L,
                            0L),
                    pair.run(13));
            await(42, pair::theirWord);
            await(42, pair::ourWord);
        }
    }

    @Test
    void workQueues() throws Exception {
        String text = ELEMENT
                + call(0, "bpf_wq_init", "map[m]", "1")
                + call(1, "bpf_wq_init", "map[m]", "0")
                + call(2, "bpf_wq_init", "map[m]", "0")
                + call(3, "bpf_wq_start", "0")
                + call(4, "bpf_wq_set_callback_impl", "func[tick]", "0", "0")
                + call(5, "bpf_wq_start", "1")
                + call(6, "bpf_wq_start", "0")
                + CALLBACK;
        MapDefinition queues = new MapDefinition("m", MapType.ARRAY, 4, 24, 2, 0)
                .withSpecial(new SpecialFields(-1, -1, -1, 8, List.of()));
        try (Pair pair = new Pair(queues, text)) {
            long invalid = -Errno.EINVAL;
            assertEquals(List.of(invalid, 0L, (long) -Errno.EBUSY, invalid, 0L, invalid, 0L), pair.run(7));
            await(42, pair::theirWord);
            await(42, pair::ourWord);
        }
    }

    /** The callback writes records down as digits and stops behind a 2. */
    private static final String DRAIN = """
              r9 = map[area][0] + 0
              *(u64 *)(r10 - 8) = 0
              r1 = map[m]
              r2 = func[each]
              r3 = r10
              r3 += -8
              r4 = @flags
              call bpf_user_ringbuf_drain
              *(u64 *)(r9 + 0) = r0
              r1 = *(u64 *)(r10 - 8)
              *(u64 *)(r9 + 8) = r1
              r0 = 0
              exit
            each:
              r6 = r2
              r3 = r1
              r1 = r10
              r1 += -8
              r2 = 8
              r4 = 0
              r5 = 0
              call bpf_dynptr_read
              if r0 != 0 goto more
              r1 = *(u64 *)(r10 - 8)
              r2 = *(u64 *)(r6 + 0)
              r2 *= 10
              r2 += r1
              *(u64 *)(r6 + 0) = r2
              if r1 == 2 goto stop
            more:
              r0 = 0
              exit
            stop:
              r0 = 1
              exit
            """;

    private static final MapDefinition USER_RING = new MapDefinition("m", MapType.USER_RINGBUF, 0, 0, RING, 0);

    @Test
    void recordsFromUserSpace() throws Exception {
        try (Pair pair = new Pair(USER_RING, DRAIN.replace("@flags", "0"));
                KernelUserRingBuffer theirs = new KernelUserRingBuffer(pair.theirMap(), RING)) {
            UserRingBufferMap ours = (UserRingBufferMap) pair.map;
            assertEquals(List.of(0L, 0L), pair.run(2));
            for (int i = 1; i <= 5; i++) {
                boolean discarded = i == 4;
                theirs.send(i, discarded);
                long record = ours.reserve(8);
                ours.values().set(ValueLayout.JAVA_LONG, record, i);
                if (discarded) {
                    ours.discard(record);
                } else {
                    ours.submit(record);
                }
            }
            assertEquals(List.of(2L, 12L), pair.run(2));
            assertEquals(List.of(2L, 35L), pair.run(2));
            assertEquals(List.of(0L, 0L), pair.run(2));
        }
        try (Pair pair = new Pair(USER_RING, DRAIN.replace("@flags", "4"))) {
            assertEquals(List.of((long) -Errno.EINVAL, 0L), pair.run(2));
        }
    }
}
