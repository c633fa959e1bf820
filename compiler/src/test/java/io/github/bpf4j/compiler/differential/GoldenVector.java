/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.isa.InstructionDecoder;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ProgramType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A packet before and after a program, measured on Linux 6.18; the format is described in {@code golden/README.txt}. */
record GoldenVector(String name, Map<String, String> fields) {
    private static final List<String> NAMES = List.of(
            "01-drop8080-hit",
            "02-drop8080-miss",
            "03-drop8080-short",
            "04-dropsrc-hit",
            "05-dropsrc-miss",
            "06-xmit-dnat",
            "07-xmit-port",
            "09-xmit-tail30",
            "10-xmit-tail50",
            "11-xmit-head14-redirect",
            "13-ctx-fields",
            "14-in-encap-gre4",
            "15-in-encap-gre4-ok",
            "16-in-encap-ipip",
            "18-in-encap-gre6-over-v6",
            "20-live-xmit-gre4-reroute",
            "21-live-xmit-gre4-ok",
            "23-live-xmit-ipip-zero-totlen",
            "24-live-xmit-gre6",
            "25-live-xmit-l2-redirect",
            "26-live-xmit-l2-ok",
            "28-live-in-ipip-reroute-forward",
            "30-live-in-seg6-encap",
            "32-live-seg6local-ok",
            "33-live-seg6local-store",
            "35-live-seg6local-end-x",
            "38-live-seg6local-b6-encap");

    static List<GoldenVector> all() {
        return NAMES.stream().map(GoldenVector::read).toList();
    }

    private static GoldenVector read(String name) {
        Map<String, String> fields = new LinkedHashMap<>();
        try (InputStream in = GoldenVector.class.getResourceAsStream("/golden/" + name + ".txt")) {
            String text = new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.split("\n")) {
                int colon = line.indexOf(": ");
                if (colon > 0) {
                    fields.put(
                            line.substring(0, colon), line.substring(colon + 2).strip());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new GoldenVector(name, fields);
    }

    /** Whether it was captured on a wire instead of in a test run. */
    boolean isLive() {
        return get("source").startsWith("live");
    }

    String get(String field) {
        return Objects.requireNonNull(fields.get(field), name + " has no " + field);
    }

    byte[] bytes(String field) {
        return HexFormat.of().parseHex(get(field));
    }

    ProgramType type() {
        return ProgramType.ofSection(get("hook")).orElseThrow();
    }

    /** Verifies and compiles the program. */
    BpfProgram compile() throws VerifierException {
        Program program = Program.of(name, type(), InstructionDecoder.decode(bytes("insns")), List.of());
        return ProgramCompiler.compile(Verifier.verify(program), CompilerOptions.DEFAULT);
    }

    @Override
    public String toString() {
        return name;
    }
}
