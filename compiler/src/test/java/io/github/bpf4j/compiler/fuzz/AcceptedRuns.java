/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import io.github.bpf4j.compiler.codegen.CodeGenerationException;
import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.corpus.CorpusPrograms;
import io.github.bpf4j.compiler.interpreter.Interpreter;
import io.github.bpf4j.compiler.interpreter.InterpreterTrapException;
import io.github.bpf4j.compiler.interpreter.InterpreterTrapException.Reason;
import io.github.bpf4j.compiler.isa.Instruction.Call;
import io.github.bpf4j.compiler.isa.Instruction.CallKind;
import io.github.bpf4j.compiler.verifier.VerifiedProgram;
import io.github.bpf4j.runtime.helper.HelperTable;
import io.github.bpf4j.runtime.helper.KernelFunction;
import io.github.bpf4j.runtime.helper.KfuncTable;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramTrapException;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Runs accepted programs on packets of several lengths: interpreted with their facts checked, and compiled. Nothing may trap. */
final class AcceptedRuns {
    private static final int[] LENGTHS = {0, 1, 20, 40, 64, 1500};
    private static final int HEADROOM = 32;
    /** Enough for all but loops that only a budget ends. */
    private static final long BUDGET = 20_000;

    private final ExecutionContext context = new ExecutionContext(0);
    private long interpreted;
    private long compiledRuns;
    private long compared;

    /** Interprets a program on a packet. Returns what went wrong, or null. */
    @Nullable
    String interpret(VerifiedProgram verified, Random random) {
        if (!isRunnable(verified)) {
            return null;
        }
        FactsCheck facts = new FactsCheck(verified);
        interpreted++;
        try {
            Interpreter.run(
                    verified.program(),
                    context,
                    packet(LENGTHS[random.nextInt(LENGTHS.length)], random),
                    BUDGET,
                    facts);
        } catch (InterpreterTrapException trap) {
            if (trap.reason() != Reason.BUDGET && trap.reason() != Reason.UNSUPPORTED) {
                return "trapped: " + trap.getMessage();
            }
        } catch (RuntimeException | Error e) {
            return "the interpreter failed: " + e;
        }
        compared += facts.comparisons();
        return facts.violation();
    }

    /** Compiles a program and runs it on a packet of each length. Returns what went wrong, or null. */
    @Nullable
    String compile(VerifiedProgram verified, Random random) {
        BpfProgram compiled;
        try {
            compiled = ProgramCompiler.compile(verified, CompilerOptions.DEFAULT);
        } catch (CodeGenerationException notImplemented) {
            return null;
        } catch (RuntimeException | Error e) {
            return "the compiler failed: " + e;
        }
        if (!CorpusPrograms.terminatesSoon(verified)) {
            return null;
        }
        for (int length : LENGTHS) {
            compiledRuns++;
            try {
                compiled.run(context, packet(length, random));
            } catch (ProgramTrapException trap) {
                return "trapped: " + trap.getMessage();
            } catch (RuntimeException | Error e) {
                return "failed: " + e;
            }
        }
        return null;
    }

    private static SkBuff packet(int length, Random random) {
        byte[] bytes = new byte[HEADROOM + length + HEADROOM];
        random.nextBytes(bytes);
        SkBuff skb = new SkBuff(bytes, HEADROOM, length);
        skb.setMark(random.nextInt());
        return skb;
    }

    /** Whether everything it calls is implemented and cannot wait for ever. */
    private static boolean isRunnable(VerifiedProgram verified) {
        ProgramType type = verified.program().type();
        return verified.program().instructions().stream()
                .allMatch(i -> !(i instanceof Call call) || isRunnable(call, type));
    }

    private static boolean isRunnable(Call call, ProgramType type) {
        if (call.kind() == CallKind.SUBPROGRAM) {
            return true;
        }
        KernelFunction row =
                call.kind() == CallKind.KFUNC ? KfuncTable.byId(call.target()) : HelperTable.byId(call.target());
        return row != null && row.implementation(type) != null && !row.name().contains("lock");
    }

    @Override
    public String toString() {
        return interpreted + " runs interpreted (" + compared + " registers against their facts), " + compiledRuns
                + " compiled";
    }
}
