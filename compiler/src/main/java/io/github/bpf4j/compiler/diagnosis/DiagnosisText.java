/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.diagnosis;

import io.github.bpf4j.compiler.diagnosis.Diagnosis.Location;
import io.github.bpf4j.compiler.diagnosis.Diagnosis.Step;
import io.github.bpf4j.compiler.load.SourceLine;
import java.util.HexFormat;

/** Writes a diagnosis for people. */
public final class DiagnosisText {
    private DiagnosisText() {}

    /**
     * Formats a diagnosis.
     *
     * @param diagnosis what to format
     * @return several lines, each ended by a line feed
     */
    public static String format(Diagnosis diagnosis) {
        StringBuilder out = new StringBuilder();
        out.append(diagnosis.program())
                .append(": rejected: ")
                .append(diagnosis.title())
                .append('\n');
        Location location = diagnosis.location();
        if (location != null) {
            place(out, location);
        }
        if (!diagnosis.register().isEmpty() && !diagnosis.registerState().isEmpty()) {
            out.append("  ")
                    .append(diagnosis.register())
                    .append(" is ")
                    .append(diagnosis.registerState())
                    .append('\n');
        }
        out.append("  why: ").append(diagnosis.why()).append('\n');
        out.append("  fix: ").append(diagnosis.fix()).append('\n');
        if (!diagnosis.path().isEmpty()) {
            out.append("  how the program gets here:\n");
            for (Step step : diagnosis.path()) {
                step(out, step);
            }
        }
        example(out, diagnosis);
        out.append("  in the kernel's words: ")
                .append(diagnosis.kernelMessage())
                .append('\n');
        return out.toString();
    }

    private static void place(StringBuilder out, Location location) {
        SourceLine line = location.line();
        out.append("  at ");
        if (line != null && line.line() > 0) {
            out.append(line.file()).append(':').append(line.line());
            if (line.column() > 0) {
                out.append(':').append(line.column());
            }
            out.append(location.function().isEmpty() ? "" : " in " + location.function())
                    .append('\n');
            if (!line.text().isBlank()) {
                out.append("  %5d | %s%n".formatted(line.line(), line.text().stripTrailing()));
            }
            out.append("  ");
        }
        out.append("instruction ")
                .append(location.slot())
                .append(": ")
                .append(location.instruction())
                .append('\n');
    }

    private static void step(StringBuilder out, Step step) {
        SourceLine line = step.location().line();
        out.append("    ");
        if (line != null && line.line() > 0) {
            out.append("line ")
                    .append(line.line())
                    .append(": ")
                    .append(line.text().strip());
        } else {
            out.append(step.location().slot())
                    .append(": ")
                    .append(step.location().instruction());
        }
        out.append("  (").append(step.event()).append(")\n");
    }

    private static void example(StringBuilder out, Diagnosis diagnosis) {
        Counterexample example = diagnosis.example();
        if (example != null) {
            byte[] packet = example.packet();
            out.append("  example: ")
                    .append(packet.length == 0 ? "an empty packet" : "this packet of " + packet.length + " bytes")
                    .append(
                            packet.length == 0
                                    ? ""
                                    : " (from the IP header on): "
                                            + HexFormat.of().formatHex(packet))
                    .append('\n')
                    .append("           ")
                    .append(example.trap())
                    .append('\n');
        } else if (diagnosis.proofMissing()) {
            out.append("  no packet was found on which this goes wrong: the program may be right, "
                    + "but the checks do not prove it\n");
        }
    }
}
