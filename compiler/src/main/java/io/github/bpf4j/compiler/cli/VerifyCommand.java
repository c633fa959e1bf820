/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import io.github.bpf4j.compiler.diagnosis.Diagnoser;
import io.github.bpf4j.compiler.diagnosis.Diagnosis;
import io.github.bpf4j.compiler.isa.Disassembler;
import io.github.bpf4j.compiler.load.LoadedObject;
import io.github.bpf4j.compiler.load.LoadedObject.LoadedProgram;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.load.SourceLine;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.spec.ProgramSpec;
import io.github.bpf4j.compiler.verifier.VerifiedProgram;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.compiler.verifier.VerifierOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bpf4j verify}: which programs are safe, and what is wrong with the others. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Verifies the programs of an object. Exit code 1 if one is rejected.")
final class VerifyCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final ObjectOptions object = new ObjectOptions();

    @Option(
            names = {"-v", "--verbose"},
            description = {
                "Show the verifier's log first: every instruction on every path with the state behind it,",
                "as the kernel's log at level 2."
            })
    private boolean verbose;

    @Option(names = "--json", description = "Write one JSON object instead of text.")
    private boolean json;

    VerifyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        ObjectSpec spec = object.read();
        List<ProgramSpec> chosen = object.chosen(spec);
        LoadedObject loaded = object.load(spec, chosen, 1);
        JsonWriter writer = json ? new JsonWriter(terminal.out()) : null;
        if (writer != null) {
            writer.beginObject().name("programs").beginArray();
        }
        boolean allAccepted = true;
        for (LoadedProgram each : loaded.programs()) {
            Outcome outcome = verify(each, verbose && !json ? terminal.out()::println : null);
            allAccepted &= outcome.verified != null;
            if (writer != null) {
                json(writer, each, outcome);
            } else {
                text(terminal.out(), each, outcome);
            }
        }
        if (writer != null) {
            writer.endArray().endObject();
            terminal.out().println();
        }
        return allAccepted ? Main.FINE : Main.FAILED;
    }

    /** One of the two is null. */
    private record Outcome(
            @Nullable VerifiedProgram verified, @Nullable VerifierException rejection) {}

    private static Outcome verify(LoadedProgram program, @Nullable Consumer<String> log) {
        try {
            return new Outcome(Verifier.verify(program.program(), VerifierOptions.DEFAULT, log), null);
        } catch (VerifierException e) {
            return new Outcome(null, e);
        }
    }

    private void text(PrintStream out, LoadedProgram loaded, Outcome outcome) {
        Program program = loaded.program();
        String head =
                "%s (%s, section %s): ".formatted(program.name(), program.type().sectionName(), loaded.section());
        VerifiedProgram verified = outcome.verified;
        if (verified != null) {
            VerifiedProgram.Statistics cost = verified.statistics();
            out.println(head + "accepted");
            if (verbose) {
                out.printf(
                        Locale.ROOT,
                        "  %d instructions, %d processed, %d states (%d at once), %.3f ms%n",
                        program.instructions().size(),
                        cost.processedInstructions(),
                        cost.totalStates(),
                        cost.peakStates(),
                        cost.nanoseconds() / 1e6);
            }
        }
        VerifierException rejection = outcome.rejection;
        if (rejection != null) {
            out.println(head + "rejected");
            Programs.describe(loaded, rejection).lines().forEach(line -> out.println("  " + line));
        }
    }

    private static void json(JsonWriter json, LoadedProgram loaded, Outcome outcome) {
        Program program = loaded.program();
        json.beginObject()
                .name("program")
                .value(program.name())
                .name("type")
                .value(program.type().sectionName())
                .name("section")
                .value(loaded.section())
                .name("accepted")
                .value(outcome.verified != null)
                .name("instructions")
                .value(program.instructions().size());
        VerifiedProgram verified = outcome.verified;
        if (verified != null) {
            VerifiedProgram.Statistics cost = verified.statistics();
            json.name("processed_instructions")
                    .value(cost.processedInstructions())
                    .name("total_states")
                    .value(cost.totalStates())
                    .name("peak_states")
                    .value(cost.peakStates())
                    .name("nanoseconds")
                    .value(cost.nanoseconds());
        }
        VerifierException rejection = outcome.rejection;
        if (rejection != null) {
            json.name("reason").value(rejection.reason().getClass().getSimpleName());
            json.name("limitation").value(rejection.reason().isLimitation());
            json.name("message").value(String.valueOf(rejection.getMessage()));
            int slot = rejection.slot();
            if (slot >= 0) {
                json.name("slot")
                        .value(slot)
                        .name("instruction")
                        .value(Disassembler.toText(program.instructions().get(slot)));
                SourceLine line = program.lineAt(slot);
                if (line != null) {
                    json.name("file")
                            .value(line.file())
                            .name("line")
                            .value(line.line())
                            .name("column")
                            .value(line.column())
                            .name("source")
                            .value(line.text());
                }
            }
            if (rejection.register() >= 0) {
                json.name("register")
                        .value(rejection.register())
                        .name("register_state")
                        .value(rejection.registerState());
            }
            Diagnosis diagnosis = Diagnoser.diagnose(program, rejection);
            json.name("title").value(diagnosis.title());
            json.name("why").value(diagnosis.why());
            json.name("fix").value(diagnosis.fix());
            json.name("path").beginArray();
            for (VerifierException.PathStep step : rejection.path()) {
                json.beginObject()
                        .name("slot")
                        .value(step.slot())
                        .name("taken")
                        .value(step.taken())
                        .endObject();
            }
            json.endArray();
        }
        json.endObject();
    }
}
