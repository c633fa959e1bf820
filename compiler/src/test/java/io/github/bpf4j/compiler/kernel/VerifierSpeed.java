/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.load.LoadOptions;
import io.github.bpf4j.compiler.load.LoadedObject;
import io.github.bpf4j.compiler.load.ObjectLoader;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.program.ProgramType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Time to verify programs, hot, beside the host kernel's time for the same programs: the sample objects, programs of more than 10,000
 * instructions, and, if asked, programs that never end, which take the whole budget.
 *
 * <p>Usage: {@code VerifierSpeed [ROUNDS [budget]]} in the directory {@code compiler}; as root, or the kernel's columns stay empty. Times are
 * medians over the rounds, in processor time of the thread. The kernel's load includes its compiler, the kernel's verification ends
 * before it. For the memory line run it with {@code -Xmx512m}.
 */
public final class VerifierSpeed {
    private static final int WARM_UP_NANOS = 300_000_000;

    private VerifierSpeed() {}

    /** Prints the table. */
    public static void main(String[] args) throws IOException, VerifierException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 31;
        System.out.println(
                "| program | instructions | processed | bpf4j µs | kernel load µs | kernel verification µs | bpf4j / load |");
        System.out.println("| --- | --: | --: | --: | --: | --: | --: |");
        Map<String, Program> programs = programs();
        for (int round = 0; round < rounds; round++) {
            programs.values().forEach(VerifierSpeed::verify);
        }
        for (Map.Entry<String, Program> program : programs.entrySet()) {
            row(program.getKey(), program.getValue(), rounds);
        }
        if (args.length > 1) {
            budget("endless counter", "r6 = 0\nagain:\nr6 += 1\nif r6 != 0 goto again\nr0 = 0\nexit\n");
            budget("endless, 60 stack slots", endlessStack());
        }
    }

    private static Map<String, Program> programs() throws IOException {
        Map<String, Program> programs = new LinkedHashMap<>();
        for (Path file : objects()) {
            LoadedObject object = ObjectLoader.load(
                    ObjectSpec.read(Files.readAllBytes(file)), LoadOptions.of(1).withDefaultType(ProgramType.LWT_OUT));
            for (LoadedObject.LoadedProgram program : object.programs()) {
                programs.put(file.getFileName() + " " + program.program().name(), program.program());
            }
        }
        programs.put("straight parser", program(straightParser(3_000)));
        programs.put("loop, unrolled by the verifier", program(loop(2_500)));
        programs.put("branches that meet", program(meetingBranches(3_000)));
        return programs;
    }

    private static List<Path> objects() throws IOException {
        List<Path> objects = new ArrayList<>();
        for (String directory : List.of("../samples/bpf", "../benchmarks/bpf")) {
            try (var files = Files.list(Path.of(directory))) {
                files.filter(file -> file.toString().endsWith(".o")).sorted().forEach(objects::add);
            }
        }
        return objects;
    }

    private static Program program(String text) {
        return Program.of(
                "large", ProgramType.LWT_XMIT, Assembler.assemble(text).instructions(), List.of());
    }

    private static void row(String name, Program program, int rounds) throws VerifierException {
        long processed = Verifier.verify(program).statistics().processedInstructions();
        long ours = median(rounds, () -> verify(program));
        String kernel = "| | |";
        if (KernelBpf.available() && program.type().kernelId() > 0) {
            List<KernelMap> maps = KernelLoader.twins(program.maps());
            ProgramLoad load = KernelLoader.prepare(program, maps);
            long loaded = median(rounds, () -> load(load));
            long verified = median(rounds, () -> KernelLoader.accepts(load));
            maps.forEach(KernelMap::close);
            kernel = "%.1f | %.1f | %.2f |".formatted(loaded / 1e3, verified / 1e3, (double) ours / loaded);
        }
        System.out.printf(
                "| %s | %d | %d | %.1f | %s%n", name, program.instructions().size(), processed, ours / 1e3, kernel);
    }

    private static boolean verify(Program program) {
        try {
            return Verifier.verify(program).statistics().totalStates() >= 0;
        } catch (VerifierException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean load(ProgramLoad load) {
        try (LoadResult result = KernelBpf.load(load)) {
            return result.program().fd() >= 0;
        }
    }

    /** Nanoseconds of processor time that an action takes once it is warm. */
    private static long median(int rounds, BooleanSupplier action) {
        var threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        while (threads.getCurrentThreadCpuTime() - start < WARM_UP_NANOS && action.getAsBoolean()) {
            // compiling
        }
        long[] times = new long[rounds];
        for (int i = 0; i < rounds; i++) {
            long before = threads.getCurrentThreadCpuTime();
            if (!action.getAsBoolean()) {
                throw new IllegalStateException("refused");
            }
            times[i] = threads.getCurrentThreadCpuTime() - before;
        }
        Arrays.sort(times);
        return times[rounds / 2];
    }

    private static void budget(String name, String text) {
        long start = System.nanoTime();
        String message;
        try {
            Verifier.verify(program(text));
            message = "accepted";
        } catch (VerifierException e) {
            message = String.valueOf(e.getMessage());
        }
        System.out.printf(
                "%s: %.1f s, heap of at most %d MB: %s%n",
                name, (System.nanoTime() - start) / 1e9, Runtime.getRuntime().maxMemory() >> 20, message);
    }

    /** Bytes of a packet compared with constants, each comparison followed by other work: no two paths meet for long. */
    private static String straightParser(int steps) {
        StringBuilder text = new StringBuilder("""
                r2 = *(u32 *)(r1 + 76)
                r3 = *(u32 *)(r1 + 80)
                r4 = r2
                r4 += 1500
                r0 = 0
                if r4 > r3 goto out
                """);
        for (int i = 0; i < steps; i++) {
            text.append("r5 = *(u8 *)(r2 + ").append(i % 1500).append(")\n");
            text.append("r5 <<= ").append(i % 8).append('\n');
            text.append("r0 += r5\n");
            text.append("r0 ^= ").append(i).append('\n');
        }
        return text + "out:\nexit\n";
    }

    /** A loop with an exact counter over a packet. */
    private static String loop(int turns) {
        return """
                r2 = *(u32 *)(r1 + 76)
                r3 = *(u32 *)(r1 + 80)
                r4 = r2
                r4 += 1500
                r0 = 0
                if r4 > r3 goto out
                r6 = 0
                again:
                r5 = *(u8 *)(r2 + 7)
                r0 += r5
                r6 += 1
                if r6 < %d goto again
                out:
                exit
                """.formatted(turns);
    }

    private static String meetingBranches(int steps) {
        StringBuilder text = new StringBuilder("r6 = r1\nr0 = 0\n*(u64 *)(r10 - 8) = r0\n");
        for (int i = 0; i < steps; i++) {
            text.append("r7 = *(u32 *)(r6 + 8)\nif r7 != ")
                    .append(i)
                    .append(" goto l")
                    .append(i)
                    .append('\n');
            text.append("r0 += 1\n*(u64 *)(r10 - 8) = r0\n");
            text.append('l').append(i).append(":\n");
        }
        return text + "exit\n";
    }

    private static String endlessStack() {
        StringBuilder text = new StringBuilder("r6 = 0\nagain:\nr6 += 1\n");
        for (int slot = 8; slot <= 480; slot += 8) {
            text.append("*(u64 *)(r10 - ").append(slot).append(") = r6\n");
        }
        text.append("r7 = *(u64 *)(r10 - 8)\nif r7 != 0 goto again\nr0 = 0\nexit\n");
        return text.toString();
    }
}
