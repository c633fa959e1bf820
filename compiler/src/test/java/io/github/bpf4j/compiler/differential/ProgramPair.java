/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.interpreter.InterpretedProgram;
import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.KernelRingBuffer;
import io.github.bpf4j.compiler.kernel.TestRunResult;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.lwt.TestRun;
import io.github.bpf4j.runtime.lwt.TestRunException;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.BpfMaps;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapException;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.map.RingBufferMap;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program loaded into Linux and compiled here. Its first map, {@code area}, is an array with one value of {@link #AREA} bytes, through which
 * input reaches the program and results come back. If the second is a ring buffer, its records are compared, too.
 */
final class ProgramPair implements AutoCloseable {
    /** Bytes in the area. */
    static final int AREA = 1024;

    /** CPUs that Linux has room for, so that per-CPU maps have as many values here. */
    private static final int POSSIBLE_CPUS = possibleCpus();

    /** Instructions that one run may execute in the interpreter. */
    private static final long BUDGET = 1_000_000;

    /** A ring buffer is left to fill up for so many runs. */
    private static final int RUNS_UNTIL_DRAINED = 9;

    private static final byte[] KEY = new byte[4];

    private final Program program;
    private final BpfMap area;
    private final KernelLoader.Loaded linux;
    private final BpfProgram compiled;
    private final ExecutionContext worker = new ExecutionContext(0);
    private final @Nullable RingBufferMap ring;
    private final @Nullable KernelRingBuffer linuxRing;
    private int runs;

    private ProgramPair(Program program, BpfMap area, KernelLoader.Loaded linux, BpfProgram compiled) {
        this.program = program;
        this.area = area;
        this.linux = linux;
        this.compiled = compiled;
        boolean hasRing = program.maps().size() > 1 && program.maps().get(1) instanceof RingBufferMap;
        this.ring = hasRing ? (RingBufferMap) program.maps().get(1) : null;
        this.linuxRing = hasRing
                ? new KernelRingBuffer(
                        linux.maps().get(1), program.maps().get(1).definition().maxEntries())
                : null;
    }

    /**
     * Loads and compiles a program.
     *
     * @param type its type
     * @param text its instructions; {@code map[area]} is the area
     * @param maps further maps, in the text {@code map[m]}, {@code map[n]} and so on
     */
    static ProgramPair compiled(ProgramType type, String text, List<? extends BpfMap> maps) {
        return of(type, text, maps, false);
    }

    /**
     * Loads a program into Linux and into the reference interpreter, which does not verify it.
     *
     * @param type its type
     * @param text its instructions; {@code map[area]} is the area
     * @param maps further maps, in the text {@code map[m]}, {@code map[n]} and so on
     */
    static ProgramPair interpreted(ProgramType type, String text, List<? extends BpfMap> maps) {
        return of(type, text, maps, true);
    }

    /**
     * Makes a map for a program.
     *
     * @param definition what to make
     * @param value the first value of an array; otherwise empty
     */
    static BpfMap map(MapDefinition definition, byte... value) {
        try {
            BpfMap map = BpfMaps.create(definition, MapEnvironment.of(POSSIBLE_CPUS));
            MemorySegment.copy(MemorySegment.ofArray(value), 0, map.values(), 0, value.length);
            return map;
        } catch (MapException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static ProgramPair of(ProgramType type, String text, List<? extends BpfMap> maps, boolean interpret) {
        try {
            BpfMap area = map(new MapDefinition("area", MapType.ARRAY, 4, AREA, 1, 0));
            List<String> names = new ArrayList<>(List.of("area"));
            List<BpfMap> all = new ArrayList<>(List.of(area));
            for (BpfMap map : maps) {
                names.add(String.valueOf((char) ('m' + all.size() - 1)));
                all.add(map);
            }
            var assembly = Assembler.assemble(text, names);
            Program program = Program.of("pair", type, assembly.instructions(), all);
            KernelLoader.Loaded linux = KernelLoader.load(program);
            if (!linux.accepted()) {
                throw new IllegalArgumentException("Linux refuses the program\n" + text + "\n" + linux.log());
            }
            BpfProgram compiled = interpret
                    ? new InterpretedProgram(program, BUDGET)
                    : ProgramCompiler.compile(Verifier.verify(program), CompilerOptions.DEFAULT);
            return new ProgramPair(program, area, linux, compiled);
        } catch (VerifierException e) {
            throw new IllegalArgumentException("refused here: " + e.getMessage() + "\n" + text, e);
        }
    }

    /**
     * Runs both on the same input.
     *
     * @param frame an Ethernet frame
     * @param context a {@code struct __sk_buff}, or empty
     * @param input contents of the area before the run
     * @param flags {@code BPF_F_TEST_SKB_CHECKSUM_COMPLETE}, or 0
     */
    Outcomes run(byte[] frame, byte[] context, byte[] input, int flags) {
        linux.maps().getFirst().update(KEY, input, 0);
        MemorySegment.copy(MemorySegment.ofArray(input), 0, area.values(), 0, AREA);
        var run = new io.github.bpf4j.compiler.kernel.TestRun(
                frame, 1 << 17, context, io.github.bpf4j.compiler.kernel.TestRun.CONTEXT_SIZE, 1, flags, 0);
        TestRunResult there = linux.program().testRun(run);
        Outcome expected = there.errno() != 0
                ? new Outcome(there.errno(), 0, "", "", "", "")
                : new Outcome(0, there.value(), hex(there.data()), hex(there.context()), hex(kernelArea()), "");
        Outcome actual;
        try {
            TestRun.Result here = new TestRun(frame, context, 1, flags, ifindex -> null).run(compiled, worker);
            byte[] after = area.values().asSlice(0, AREA).toArray(ValueLayout.JAVA_BYTE);
            actual = new Outcome(0, here.returnValue(), hex(here.data()), hex(here.context()), hex(after), "");
        } catch (TestRunException e) {
            actual = new Outcome(e.errno(), 0, "", "", "", "");
        }
        boolean drain = ++runs % RUNS_UNTIL_DRAINED == 0;
        return new Outcomes(drain ? expected.with(linuxRecords()) : expected, drain ? actual.with(records()) : actual);
    }

    /** Empties a ring buffer of Linux. */
    private String linuxRecords() {
        StringBuilder text = new StringBuilder();
        if (linuxRing != null) {
            linuxRing.poll().forEach(record -> text.append(hex(record)).append(';'));
        }
        return text.toString();
    }

    /** Empties a ring buffer here. */
    private String records() {
        StringBuilder text = new StringBuilder();
        if (ring != null) {
            ring.consume(
                    (memory, offset, length) -> text.append(
                                    hex(memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE)))
                            .append(';'),
                    Integer.MAX_VALUE);
        }
        return text.toString();
    }

    private static int possibleCpus() {
        try {
            String[] range = Files.readString(Path.of("/sys/devices/system/cpu/possible"))
                    .strip()
                    .split("-", -1);
            return Integer.parseInt(range[range.length - 1]) + 1;
        } catch (IOException e) {
            return 1;
        }
    }

    private byte[] kernelArea() {
        byte[] value = linux.maps().getFirst().lookup(KEY);
        if (value == null) {
            throw new IllegalStateException("the area is gone");
        }
        return value;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** The program's name, for messages. */
    String name() {
        return program.type() + " " + program.name();
    }

    @Override
    public void close() {
        if (linuxRing != null) {
            linuxRing.close();
        }
        linux.close();
    }

    /**
     * What one side did.
     *
     * @param errno why it did not run, or 0
     * @param value the return value
     * @param data the frame afterwards, in hex
     * @param context the context afterwards, in hex
     * @param area the area afterwards, in hex
     * @param records what a ring buffer held, in hex
     */
    record Outcome(int errno, int value, String data, String context, String area, String records) {
        Outcome with(String contents) {
            return new Outcome(errno, value, data, context, area, contents);
        }
    }

    /**
     * What both sides did.
     *
     * @param linux the truth
     * @param here what must be the same
     */
    record Outcomes(Outcome linux, Outcome here) {
        boolean same() {
            return linux.equals(here);
        }

        /** Names the parts that differ. */
        String difference() {
            StringBuilder text = new StringBuilder();
            compare(text, "errno", "" + linux.errno, "" + here.errno);
            compare(text, "value", "" + linux.value, "" + here.value);
            compare(text, "data", linux.data, here.data);
            compare(text, "context", linux.context, here.context);
            compare(text, "area", linux.area, here.area);
            compare(text, "records", linux.records, here.records);
            return text.toString();
        }

        private static void compare(StringBuilder text, String name, String a, String b) {
            if (!a.equals(b)) {
                int at = 0;
                while (at < Math.min(a.length(), b.length()) && a.charAt(at) == b.charAt(at)) {
                    at++;
                }
                at &= ~1;
                text.append("%s differs from byte %d (%d and %d bytes): Linux %s, here %s%n"
                        .formatted(name, at / 2, a.length() / 2, b.length() / 2, cut(a, at), cut(b, at)));
            }
        }

        private static String cut(String hex, int at) {
            return hex.substring(at, Math.min(hex.length(), at + 64));
        }
    }
}
