/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.corpus;

import io.github.bpf4j.compiler.isa.InstructionFormatException;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.runtime.program.ProgramType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Asks the host kernel for the verdicts of cases that have none yet: {@code CorpusFill FILE...} rewrites the files. */
public final class CorpusFill {
    private CorpusFill() {}

    /** Rewrites files. */
    public static void main(String[] args) throws IOException {
        for (String arg : args) {
            Path file = Path.of(arg);
            StringBuilder out = new StringBuilder();
            for (String block : Files.readString(file).split("\n\\s*\n")) {
                String text = block.strip();
                boolean isCase = text.startsWith("# ") && text.contains("\n");
                out.append(text);
                if (isCase && !text.contains("\n=> ")) {
                    out.append("\n=> ").append(verdict(text));
                }
                out.append("\n\n");
            }
            Files.writeString(file, out.toString().strip() + "\n");
        }
    }

    private static String verdict(String block) {
        CorpusCase test = CorpusCase.read("", block + "\n=> accept").getFirst();
        List<String> verdicts = new ArrayList<>();
        for (ProgramType type : test.types()) {
            String verdict;
            try {
                Program program = test.program(type);
                try (KernelLoader.Loaded loaded = KernelLoader.load(program, 4, new byte[0])) {
                    verdict = loaded.accepted() ? "accept" : "reject: " + reason(loaded.log());
                }
            } catch (InstructionFormatException malformed) {
                verdict = "reject: " + malformed.getMessage();
            }
            if (!verdicts.contains(verdict)) {
                verdicts.add(verdict);
            }
        }
        return String.join(" // ", verdicts);
    }

    /** The line of a log that says why. */
    static String reason(String log) {
        List<String> lines = log.replaceAll("processed [0-9]+ insns[^\n]*", "")
                .lines()
                .filter(line -> !line.isBlank())
                .filter(line -> !line.matches("(verification time|stack depth|cur state|old state|caller|callee).*"))
                .toList();
        return lines.isEmpty() ? log.strip() : lines.getLast();
    }
}
