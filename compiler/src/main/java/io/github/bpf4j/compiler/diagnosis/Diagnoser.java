/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.diagnosis;

import io.github.bpf4j.compiler.diagnosis.Diagnosis.Location;
import io.github.bpf4j.compiler.diagnosis.Diagnosis.Step;
import io.github.bpf4j.compiler.isa.Disassembler;
import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.load.Function;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.load.SourceLine;
import io.github.bpf4j.compiler.verifier.Rejection;
import io.github.bpf4j.compiler.verifier.VerifierException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns a verifier's rejection into a diagnosis. Thread-safe. */
public final class Diagnoser {
    private static final int MAX_STEPS = 8;

    private Diagnoser() {}

    /**
     * Explains a rejection. For a packet access out of bounds, also looks for a packet that shows it.
     *
     * @param program the rejected program
     * @param rejection what the verifier threw
     * @return the diagnosis
     */
    public static Diagnosis diagnose(Program program, VerifierException rejection) {
        Diagnosis diagnosis = explain(program, rejection);
        if (rejection.reason() instanceof Rejection.OutOfBoundsPacketAccess) {
            return diagnosis.withExample(CounterexampleSearch.find(program, rejection.slot()));
        }
        return diagnosis;
    }

    private static Diagnosis explain(Program program, VerifierException rejection) {
        int slot = rejection.slot();
        boolean placed = slot >= 0 && slot < program.instructions().size();
        List<Step> steps = new ArrayList<>();
        String staleAfter = "";
        String releasedBy = "";
        if (placed) {
            PathSlice slice = PathSlice.of(
                    program,
                    Trace.rebuild(program, rejection.path(), rejection.pathStart(), slot),
                    rejection.register());
            boolean lostPointer = rejection.reason() instanceof Rejection.NotDereferenceable
                    || rejection.reason() instanceof Rejection.UninitializedRegister
                    || rejection.reason() instanceof Rejection.ArgumentMismatch;
            staleAfter = lostPointer ? slice.staleAfter() : "";
            releasedBy = lostPointer ? slice.releasedBy() : "";
            steps = steps(program, slice.events());
        }
        String acquiredIn = "";
        if (rejection.reason() instanceof Rejection.UnreleasedReference reference) {
            SourceLine line = program.lineAt(reference.acquiredAt());
            acquiredIn = line == null
                    ? ""
                    : line.file() + ":" + line.line() + ": " + line.text().strip();
        }
        Explanation words = Explanations.explain(
                program,
                rejection.reason(),
                new Explanations.Background(
                        placed && program.instructions().get(slot) instanceof Instruction.Call,
                        staleAfter,
                        releasedBy,
                        acquiredIn,
                        rejection.pathStart() > 0));
        int register = rejection.register();
        return new Diagnosis(
                program.name(),
                rejection.reason(),
                words.title(),
                words.why(),
                words.fix(),
                placed ? location(program, slot) : null,
                register < 0 ? "" : "r" + register,
                staleAfter.isEmpty() && releasedBy.isEmpty()
                        ? RegisterWords.describe(rejection.registerState())
                        : "no longer a pointer that may be used",
                steps,
                null,
                false,
                String.valueOf(rejection.getMessage()));
    }

    /** One step per source line, the last ones if there are many. */
    private static List<Step> steps(Program program, List<PathSlice.Event> events) {
        List<Step> steps = new ArrayList<>();
        for (PathSlice.Event event : events) {
            Step step = new Step(location(program, event.slot()), event.event());
            if (steps.isEmpty() || !isSamePlace(steps.getLast(), step)) {
                steps.add(step);
            } else {
                steps.set(steps.size() - 1, step);
            }
        }
        return steps.size() <= MAX_STEPS ? steps : steps.subList(steps.size() - MAX_STEPS, steps.size());
    }

    private static boolean isSamePlace(Step a, Step b) {
        SourceLine first = a.location().line();
        SourceLine second = b.location().line();
        if (first == null || second == null) {
            return a.location().slot() == b.location().slot();
        }
        return first.line() == second.line()
                && first.file().equals(second.file())
                && a.event().equals(b.event());
    }

    private static Location location(Program program, int slot) {
        @Nullable Function function = program.functionAt(slot);
        return new Location(
                slot,
                Disassembler.toText(program.instructions().get(slot)),
                function == null ? "" : function.name(),
                program.lineAt(slot));
    }
}
