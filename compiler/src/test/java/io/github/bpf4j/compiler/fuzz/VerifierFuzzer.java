/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import io.github.bpf4j.compiler.codegen.CodeGenerationException;
import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.corpus.CorpusPrograms;
import io.github.bpf4j.compiler.fuzz.RandomPrograms.Place;
import io.github.bpf4j.compiler.isa.Disassembler;
import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.InstructionDecoder;
import io.github.bpf4j.compiler.isa.InstructionEncoder;
import io.github.bpf4j.compiler.isa.InstructionFormatException;
import io.github.bpf4j.compiler.isa.Symbols;
import io.github.bpf4j.compiler.kernel.KernelBpf;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.KernelMap;
import io.github.bpf4j.compiler.kernel.LoadResult;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.VerifiedProgram;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.compiler.verifier.VerifierOptions;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramTrapException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Mutated and generated programs through our verifier and the host kernel's. What we accept is compiled and run on packets of several lengths
 * (here, not in the kernel): a run-time check that fires is a failure. Differences between the verdicts are counted by the message of
 * the one that rejects.
 *
 * <p>Usage: {@code VerifierFuzzer [SEED [PROGRAMS [REPORT]]]}.
 */
public final class VerifierFuzzer {
    private static final VerifierOptions AS_LINUX = new VerifierOptions(1_000_000, 8192, true);
    private static final int[] LENGTHS = {0, 1, 20, 40, 64, 1500};
    private static final int EXAMPLES = 2;
    private static final int LOG_STATISTICS = 4;

    private record Origin(Program program, List<KernelMap> maps) {}

    /** Programs that differ in the same way. */
    private static final class Difference {
        int count;
        final List<String> examples = new ArrayList<>();

        void add(String example) {
            count++;
            if (examples.size() < EXAMPLES) {
                examples.add(example);
            }
        }
    }

    private final List<Origin> origins = new ArrayList<>();
    private final Random random;
    private final Mutator mutator;
    private final ExecutionContext context = new ExecutionContext(0);
    private final Map<String, Difference> differences = new TreeMap<>();
    private int programs;
    private int bothAccept;
    private int bothReject;
    private int ran;

    /** Programs that we accepted and that trapped, or that made us fail. */
    final List<String> failures = new ArrayList<>();

    VerifierFuzzer(long seed) {
        random = new Random(seed);
        mutator = new Mutator(random);
        for (Program program : CorpusPrograms.runnable()) {
            List<KernelMap> maps = KernelBpf.available() ? KernelLoader.twins(program.maps()) : List.of();
            origins.add(new Origin(program, maps));
        }
    }

    /** Long runs. */
    public static void main(String[] args) throws IOException {
        long seed = args.length > 0 ? Long.parseLong(args[0]) : 1;
        int count = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
        VerifierFuzzer fuzzer = new VerifierFuzzer(seed);
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            fuzzer.one();
            if ((i + 1) % 20_000 == 0) {
                System.out.println((System.nanoTime() - start) / 1_000_000_000 + " s: " + fuzzer.summary());
            }
        }
        System.out.println("seed " + seed + ": " + fuzzer.summary());
        if (args.length > 2) {
            Files.writeString(Path.of(args[2]), fuzzer.report(seed));
        }
        fuzzer.failures.forEach(System.out::println);
        System.exit(fuzzer.failures.isEmpty() ? 0 : 1);
    }

    String summary() {
        int differing = differences.values().stream().mapToInt(d -> d.count).sum();
        return "%d programs: %d accepted by both (%d run), %d rejected by both, %d differences (%.3f %% agreement), %d failures"
                .formatted(
                        programs,
                        bothAccept,
                        ran,
                        bothReject,
                        differing,
                        100.0 * (programs - differing) / Math.max(1, programs),
                        failures.size());
    }

    /** All differences, the most frequent first. */
    String report(long seed) {
        StringBuilder out = new StringBuilder("seed " + seed + ": " + summary() + "\n");
        differences.entrySet().stream()
                .sorted((a, b) -> Integer.compare(b.getValue().count, a.getValue().count))
                .forEach(entry -> {
                    out.append("\n## ")
                            .append(entry.getValue().count)
                            .append(" x ")
                            .append(entry.getKey())
                            .append('\n');
                    entry.getValue()
                            .examples
                            .forEach(example -> out.append(example).append('\n'));
                });
        return out.toString();
    }

    /** One program. */
    void one() {
        Origin origin = origins.get(random.nextInt(origins.size()));
        Program program = origin.program();
        List<Instruction> mutated =
                random.nextInt(8) == 0 ? RandomPrograms.program(random, Place.STACK) : program.instructions();
        mutated = mutator.mutate(mutated);
        List<Instruction> instructions;
        try {
            instructions = InstructionDecoder.decode(InstructionEncoder.encode(mutated));
        } catch (InstructionFormatException malformed) {
            return;
        }
        programs++;
        check(
                new Program(
                        "fuzz", program.type(), program.license(), instructions, program.maps(), List.of(), List.of()),
                origin.maps());
    }

    private void check(Program program, List<KernelMap> maps) {
        VerifiedProgram verified = null;
        String ours = null;
        try {
            verified = Verifier.verify(program, AS_LINUX);
        } catch (VerifierException rejection) {
            ours = String.valueOf(rejection.getMessage());
        } catch (RuntimeException | Error e) {
            failures.add("the verifier failed: " + e + "\n" + text(program));
            return;
        }
        if (verified != null) {
            run(verified);
        }
        if (!KernelBpf.available()) {
            return;
        }
        boolean accepted;
        try (LoadResult result = KernelLoader.loadWith(program, maps, 0, new byte[0])) {
            accepted = result.accepted();
        }
        if (accepted && ours == null) {
            bothAccept++;
        } else if (!accepted && ours != null) {
            bothReject++;
        } else {
            String why =
                    ours != null ? "Linux accepts, bpf4j: " + ours : "bpf4j accepts, Linux: " + reason(program, maps);
            differences
                    .computeIfAbsent(why.replaceAll("-?(0x[0-9a-f]+|[0-9]+)", "N"), key -> new Difference())
                    .add(why + "\n" + text(program));
        }
    }

    private static String reason(Program program, List<KernelMap> maps) {
        try (LoadResult result = KernelLoader.loadWith(program, maps, LOG_STATISTICS, new byte[0])) {
            return CorpusPrograms.reason(result.log());
        }
    }

    private void run(VerifiedProgram verified) {
        BpfProgram compiled;
        try {
            compiled = ProgramCompiler.compile(verified, CompilerOptions.DEFAULT);
        } catch (CodeGenerationException notImplemented) {
            return;
        } catch (RuntimeException | Error e) {
            failures.add("the compiler failed: " + e + "\n" + text(verified.program()));
            return;
        }
        if (!CorpusPrograms.terminatesSoon(verified)) {
            return;
        }
        ran++;
        for (int length : LENGTHS) {
            byte[] packet = new byte[length + 64];
            random.nextBytes(packet);
            SkBuff skb = new SkBuff(packet, 32, length);
            skb.setMark(random.nextInt());
            try {
                compiled.run(context, skb);
            } catch (ProgramTrapException trap) {
                failures.add("trapped: " + trap.getMessage() + "\n" + text(verified.program()));
                return;
            } catch (RuntimeException | Error e) {
                failures.add("failed: " + e + "\n" + text(verified.program()));
                return;
            }
        }
    }

    private static String text(Program program) {
        return program.type() + "\n"
                + new Disassembler(Disassembler.Style.LLVM, mapNames(program)).program(program.instructions());
    }

    private static Symbols mapNames(Program program) {
        return Symbols.ofMaps(
                program.maps().stream().map(map -> map.definition().name()).toList());
    }
}
