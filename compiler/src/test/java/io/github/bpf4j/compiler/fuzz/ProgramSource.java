/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import io.github.bpf4j.compiler.corpus.CorpusPrograms;
import io.github.bpf4j.compiler.fuzz.RandomPrograms.Place;
import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.InstructionDecoder;
import io.github.bpf4j.compiler.isa.InstructionEncoder;
import io.github.bpf4j.compiler.isa.InstructionFormatException;
import io.github.bpf4j.compiler.kernel.KernelBpf;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.KernelMap;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.compiler.verifier.VerifierOptions;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.BpfMaps;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapException;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Where fuzzed programs come from: mutated programs of the corpus, programs of {@link GrammarPrograms} as they are and mutated, and mutated
 * arithmetic of {@link RandomPrograms}. Maps are made once and shared.
 */
final class ProgramSource {
    /** Corpus programs that take longer to verify are rarely chosen. */
    private static final int LIGHT = 5_000;

    private static final ProgramType[] TYPES = {
        ProgramType.LWT_IN, ProgramType.LWT_OUT, ProgramType.LWT_XMIT, ProgramType.LWT_SEG6LOCAL
    };

    /** How a program was made. */
    enum Kind {
        MUTATED_CORPUS,
        GRAMMAR,
        MUTATED_GRAMMAR,
        MUTATED_ARITHMETIC
    }

    /**
     * A generated program.
     *
     * @param kind how it was made
     * @param program the program
     * @param kernelMaps twins of its maps; empty without a kernel
     * @param random what else depends on the program's seed
     */
    record Generated(Kind kind, Program program, List<KernelMap> kernelMaps, Random random) {}

    private record Origin(Program program, List<KernelMap> kernelMaps) {
        static Origin of(Program program) {
            return new Origin(program, KernelBpf.available() ? KernelLoader.twins(program.maps()) : List.of());
        }
    }

    private final List<Origin> light = new ArrayList<>();
    private final List<Origin> heavy = new ArrayList<>();
    private final Origin grammar;

    ProgramSource() {
        for (Program program : CorpusPrograms.runnable()) {
            (isLight(program) ? light : heavy).add(Origin.of(program));
        }
        List<BpfMap> maps = new ArrayList<>();
        for (MapDefinition definition : GrammarCalls.MAPS) {
            try {
                maps.add(BpfMaps.create(definition, MapEnvironment.of(1)));
            } catch (MapException e) {
                throw new IllegalStateException(e);
            }
        }
        grammar = Origin.of(Program.of("grammar", ProgramType.LWT_XMIT, List.of(), maps));
    }

    private static boolean isLight(Program program) {
        try {
            Verifier.verify(program, new VerifierOptions(LIGHT, 8192, true));
            return true;
        } catch (VerifierException e) {
            return !VerdictComparison.isExhausted(e);
        }
    }

    /** The program of a seed, or null if its mutation is not a sequence of instructions. */
    @Nullable
    Generated program(long seed) {
        Random random = new Random(new SplittableRandom(seed).nextLong());
        int choice = random.nextInt(32);
        if (choice < 12) {
            List<Origin> origins = random.nextInt(20_000) == 0 ? heavy : light;
            Origin origin = origins.get(random.nextInt(origins.size()));
            return mutated(
                    Kind.MUTATED_CORPUS,
                    origin,
                    origin.program().instructions(),
                    origin.program().type(),
                    random);
        }
        ProgramType type = TYPES[random.nextInt(TYPES.length)];
        if (choice < 22) {
            List<Instruction> instructions = GrammarPrograms.program(random);
            return new Generated(Kind.GRAMMAR, program(grammar, type, instructions), grammar.kernelMaps(), random);
        }
        if (choice < 31) {
            return mutated(Kind.MUTATED_GRAMMAR, grammar, GrammarPrograms.program(random), type, random);
        }
        return mutated(Kind.MUTATED_ARITHMETIC, grammar, RandomPrograms.program(random, Place.STACK), type, random);
    }

    private static @Nullable Generated mutated(
            Kind kind, Origin origin, List<Instruction> instructions, ProgramType type, Random random) {
        List<Instruction> mutated;
        try {
            mutated = InstructionDecoder.decode(InstructionEncoder.encode(new Mutator(random).mutate(instructions)));
        } catch (InstructionFormatException malformed) {
            return null;
        }
        return new Generated(kind, program(origin, type, mutated), origin.kernelMaps(), random);
    }

    private static Program program(Origin origin, ProgramType type, List<Instruction> instructions) {
        Program program = origin.program();
        return new Program("fuzz", type, program.license(), instructions, program.maps(), List.of(), List.of());
    }
}
