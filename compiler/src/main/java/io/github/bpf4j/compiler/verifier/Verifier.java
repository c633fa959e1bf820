/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.RegisterType.*;

import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.VerifiedProgram.Statistics;
import java.util.BitSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Proves that a program is safe to run: it interprets the program on abstract values along every path, as Linux's verifier does, and rejects
 * it at the first instruction that is not safe for all of them. Verdicts are those of Linux 6.18 for a privileged loader; the rules
 * are described in the kernel's {@code Documentation/bpf/verifier.rst}.
 */
public final class Verifier {
    private Verifier() {}

    /**
     * Verifies a program with Linux's limits.
     *
     * @param program the program
     * @return the program and what is known of it
     * @throws VerifierException if it is not safe, or not proven to be
     */
    public static VerifiedProgram verify(Program program) throws VerifierException {
        return verify(program, VerifierOptions.DEFAULT);
    }

    /**
     * Verifies a program. Thread-safe; contents of frozen maps are read.
     *
     * @param program the program
     * @param options limits
     * @return the program and what is known of it
     * @throws VerifierException if it is not safe, or not proven to be
     */
    public static VerifiedProgram verify(Program program, VerifierOptions options) throws VerifierException {
        return verify(program, options, null);
    }

    /**
     * Verifies a program and tells how. Thread-safe; contents of frozen maps are read.
     *
     * @param program the program
     * @param options limits
     * @param log gets one line after the other, without line ends, in the style of the kernel's log at level 2: every instruction on every
     *     path with the state behind it. May be millions of lines; null for none
     * @return the program and what is known of it
     * @throws VerifierException if it is not safe, or not proven to be; the log's last lines say why
     */
    public static VerifiedProgram verify(Program program, VerifierOptions options, @Nullable Consumer<String> log)
            throws VerifierException {
        return verify(program, options, log, new BitSet());
    }

    /**
     * Verifies a program of which Linux makes something else once it knows where arena pointers go: it then does 64-bit arithmetic in 32 bits, though
     * it has verified paths on which that changes the result. Here such a program is verified once more as it will run, so that no fact
     * is wrong; that refuses what Linux accepts if 64-bit results are relied on.
     *
     * @param narrow slots of 64-bit arithmetic that is done in 32 bits
     */
    private static VerifiedProgram verify(
            Program program, VerifierOptions options, @Nullable Consumer<String> log, BitSet narrow)
            throws VerifierException {
        long start = System.nanoTime();
        Analysis analysis;
        try {
            analysis = new Analysis(program, options, log, narrow);
        } catch (VerifierException e) {
            if (log != null) {
                String.valueOf(e.getMessage()).lines().forEach(log);
            }
            throw e;
        }
        FactsBuilder facts = new FactsBuilder(analysis);
        Interpreter interpreter = new Interpreter(analysis, facts);
        Statistics statistics;
        try {
            analysis.state.begin(entryFrame(analysis));
            interpreter.run();
            new StackDepth(analysis, facts).check();
        } catch (VerifierException e) {
            if (analysis.log != null) {
                analysis.log.rejected(String.valueOf(e.getMessage()));
            }
            throw e;
        } finally {
            statistics = statistics(analysis, interpreter.pruning(), start);
            if (analysis.log != null) {
                analysis.log.finish(statistics);
            }
        }
        BitSet mixed = analysis.mixedArithmetic();
        if (!mixed.isEmpty()) {
            mixed.or(narrow);
            return verify(program, options, log, mixed);
        }
        // First: the joined accesses add to what the subprograms keep in memory.
        var instructions = facts.instructions();
        return new VerifiedProgram(program, facts.subprograms(), instructions, statistics);
    }

    private static Statistics statistics(Analysis analysis, StatePruning pruning, long start) {
        return new Statistics(
                analysis.processed,
                pruning.maxStatesPerInstruction,
                pruning.totalStates,
                pruning.peakStates,
                System.nanoTime() - start);
    }

    private static FrameState entryFrame(Analysis analysis) {
        FrameState frame = new FrameState(0, 0, -1);
        SubprogramCalls.setFramePointer(frame);
        if (analysis.raw) {
            for (int r = 0; r < 10; r++) {
                frame.fresh(r).setKnownScalar(0);
            }
            frame.fresh(1).setPointer(RAW_MEM);
            RegisterState length = frame.fresh(2);
            length.setUnknownScalar();
            length.smin = 0;
            length.umax = Long.MAX_VALUE;
            length.sync();
        } else {
            frame.fresh(1).setPointer(CTX);
        }
        return frame;
    }
}
