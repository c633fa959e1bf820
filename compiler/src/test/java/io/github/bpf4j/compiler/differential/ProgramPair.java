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
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.List;

/**
 * A program loaded into Linux and compiled here. It has one map, {@code area}, an array with one value of {@link #AREA} bytes, through which
 * input reaches the program and results come back.
 */
final class ProgramPair implements AutoCloseable {
    /** Bytes in the area. */
    static final int AREA = 1024;

    /** Instructions that one run may execute in the interpreter. */
    private static final long BUDGET = 1_000_000;

    private static final byte[] KEY = new byte[4];

    private final Program program;
    private final BpfMap area;
    private final KernelLoader.Loaded linux;
    private final BpfProgram compiled;
    private final ExecutionContext worker = new ExecutionContext(0);

    private ProgramPair(Program program, BpfMap area, KernelLoader.Loaded linux, BpfProgram compiled) {
        this.program = program;
        this.area = area;
        this.linux = linux;
        this.compiled = compiled;
    }

    /**
     * Loads and compiles a program.
     *
     * @param type its type
     * @param text its instructions; {@code map[area]} is the area
     */
    static ProgramPair compiled(ProgramType type, String text) {
        return of(type, text, false);
    }

    /**
     * Loads a program into Linux and into the reference interpreter, which does not verify it.
     *
     * @param type its type
     * @param text its instructions; {@code map[area]} is the area
     */
    static ProgramPair interpreted(ProgramType type, String text) {
        return of(type, text, true);
    }

    private static ProgramPair of(ProgramType type, String text, boolean interpret) {
        try {
            BpfMap area = BpfMaps.create(new MapDefinition("area", MapType.ARRAY, 4, AREA, 1, 0), MapEnvironment.of(1));
            var assembly = Assembler.assemble(text, List.of("area"));
            Program program = Program.of("pair", type, assembly.instructions(), List.of(area));
            KernelLoader.Loaded linux = KernelLoader.load(program);
            if (!linux.accepted()) {
                throw new IllegalArgumentException("Linux refuses the program\n" + text + "\n" + linux.log());
            }
            BpfProgram compiled = interpret
                    ? new InterpretedProgram(program, BUDGET)
                    : ProgramCompiler.compile(Verifier.verify(program), CompilerOptions.DEFAULT);
            return new ProgramPair(program, area, linux, compiled);
        } catch (MapException | VerifierException e) {
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
                ? new Outcome(there.errno(), 0, "", "", "")
                : new Outcome(0, there.value(), hex(there.data()), hex(there.context()), hex(kernelArea()));
        Outcome actual;
        try {
            TestRun.Result here = new TestRun(frame, context, 1, flags, ifindex -> null).run(compiled, worker);
            byte[] after = area.values().asSlice(0, AREA).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
            actual = new Outcome(0, here.returnValue(), hex(here.data()), hex(here.context()), hex(after));
        } catch (TestRunException e) {
            actual = new Outcome(e.errno(), 0, "", "", "");
        }
        return new Outcomes(expected, actual);
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
     */
    record Outcome(int errno, int value, String data, String context, String area) {}

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
