/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.corpus;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.InstructionFormatException;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.VerifiedProgram;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.BpfMaps;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapException;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.ArrayList;
import java.util.List;

/** The corpus as programs with real maps, for those who change and run them. */
public final class CorpusPrograms {
    private static final long MOST_INSTRUCTIONS = 100_000;

    private CorpusPrograms() {}

    /** All programs, each of the first of its types, whose maps can be made here. */
    public static List<Program> runnable() {
        List<Program> programs = new ArrayList<>();
        for (CorpusCase test : Corpus.all()) {
            ProgramType type = test.types().getFirst();
            try {
                List<BpfMap> maps = new ArrayList<>();
                for (DeclaredMap map : test.maps()) {
                    boolean needsValues = map.definition().type() == MapType.ARRAY
                            && map.definition().flags() != 0;
                    maps.add(needsValues ? map : BpfMaps.create(map.definition(), MapEnvironment.of(1)));
                }
                programs.add(new Program(
                        "case", type, test.license(), test.program(type).instructions(), maps, List.of(), List.of()));
            } catch (InstructionFormatException | MapException notRunnable) {
                // a malformed instruction, or a map that means something inside a kernel only
            }
        }
        return programs;
    }

    /** What a kernel log says in the end. */
    public static String reason(String log) {
        return CorpusFill.reason(log);
    }

    /** Whether a run takes few instructions: no endless {@code may_goto}, no loop over millions, no lock taken twice. */
    public static boolean terminatesSoon(VerifiedProgram program) {
        boolean open = program.program().instructions().stream()
                .anyMatch(i -> i instanceof Instruction.MayGoto || i instanceof Instruction.Call call && loops(call));
        return !open && program.statistics().processedInstructions() < MOST_INSTRUCTIONS;
    }

    private static boolean loops(Instruction.Call call) {
        return call.kind() != Instruction.CallKind.SUBPROGRAM
                && (call.kind() == Instruction.CallKind.KFUNC || call.target() == 181 || call.target() == 93);
    }
}
