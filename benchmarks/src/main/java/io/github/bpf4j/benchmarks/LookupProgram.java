/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * A program that takes the next {@value #PER_RUN} keys of a list and looks each up in a table, and its twin that takes the keys and looks
 * nothing up. What the one needs longer than the other is the cost of a lookup. Both return the lower half of a sum: of the values found, of
 * the keys.
 */
final class LookupProgram {
    /** Keys in one run. */
    static final int PER_RUN = 256;

    /** Map of the position in the list (8 bytes, counted in keys) and of the list. */
    private static final MapDefinition LIST =
            new MapDefinition("list", MapType.ARRAY, 4, 8 + 8 * LookupTable.KEYS, 1, 0);

    private static final String TEXT = """
                r6 = map[list][0] + 0
                r7 = *(u64 *)(r6 + 0)
                r1 = r7
                r1 += @perRun
                r1 &= @mask
                *(u64 *)(r6 + 0) = r1
                r7 &= @mask
                r7 >>= 8                        ; a multiple of 256, which the verifier should see
                r7 <<= 11
                r6 += r7
                r7 = @perRun
                r8 = 0
            loop:
                r1 = *(u64 *)(r6 + 8)
                r6 += 8
            @body
                r8 += r0
            next:
                r7 += -1
                if r7 != 0 goto loop
                r0 = r8
                exit
            """;

    private static final String LOOKUP = """
                *(u64 *)(r10 - 8) = r1
                r2 = r10
                r2 += -8
                r1 = map[table]
                call bpf_map_lookup_elem
                if r0 == 0 goto next
                r0 = *(u64 *)(r0 + 0)
            """;

    private static final String NO_LOOKUP = "r0 = r1\n";

    private final BpfMap list;
    private final BpfMap table;
    private final Program program;

    private LookupProgram(LookupTable table, BpfMap filled, boolean lookup) {
        this.table = filled;
        this.list = LookupTable.create(LIST);
        MemorySegment.copy(table.queries(), 0, list.values(), ValueLayout.JAVA_LONG, 8, LookupTable.KEYS);
        String text = TEXT.replace("@perRun", "" + PER_RUN)
                .replace("@mask", "" + (LookupTable.KEYS - 1))
                .replace("@body", lookup ? LOOKUP : NO_LOOKUP);
        if (table.definition().keySize() == 4) {
            text = text.replace("*(u64 *)(r10 - 8) = r1", "*(u32 *)(r10 - 8) = r1");
        }
        this.program = Program.of(
                lookup ? "lookup" : "no_lookup",
                ProgramType.LWT_OUT,
                Assembler.assemble(text, List.of("list", "table")).instructions(),
                List.of(list, filled));
    }

    /** The program that looks up. */
    static LookupProgram of(LookupTable table, BpfMap filled) {
        return new LookupProgram(table, filled, true);
    }

    /** The program that does everything else. */
    static LookupProgram withoutLookup(LookupTable table, BpfMap filled) {
        return new LookupProgram(table, filled, false);
    }

    /** The program, with a list of its own and the table. */
    Program program() {
        return program;
    }

    /** The table. */
    BpfMap table() {
        return table;
    }

    /**
     * Verifies and compiles it.
     *
     * @throws IllegalStateException if the verifier refuses it
     */
    BpfProgram compile() {
        try {
            return ProgramCompiler.compile(Verifier.verify(program), CompilerOptions.DEFAULT);
        } catch (VerifierException e) {
            throw new IllegalStateException(program.name() + " was refused", e);
        }
    }
}
