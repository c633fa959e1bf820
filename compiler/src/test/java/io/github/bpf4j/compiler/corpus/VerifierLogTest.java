/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.RequiresKernel;
import io.github.bpf4j.compiler.load.LoadOptions;
import io.github.bpf4j.compiler.load.LoadedObject.LoadedProgram;
import io.github.bpf4j.compiler.load.ObjectLoader;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.compiler.verifier.VerifierOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The verifier's log, line by line beside the log of the host kernel's verifier at level 2. */
class VerifierLogTest {
    private static final int EVERY_STATE = 2;
    private static final Path SAMPLES = Path.of("../samples/bpf");
    private static final Path CORPUS = Path.of("src/test/resources/corpus/objects");

    /** Programs that bpf4j rejects where Linux does not, and those with kernel types, whose names only a kernel knows. */
    private static final Set<String> UNLIKE = Set.of(
            "null_for_nonnull",
            "trusted_task",
            "trusted_with_nonnull",
            "trusted_of_no_kernel_type",
            "number_for_trusted",
            "null_for_trusted",
            "stack_for_trusted",
            "null_for_nullable_task",
            "number_for_untrusted_task",
            "field_of_a_trusted_task");

    /** Lines on Linux's own workings: precision tracking, liveness of registers and stack slots. */
    private static final Pattern WORKINGS = Pattern.compile(
            "(mark|force)_precise: .*|SCC enter.*|arg#\\d type tag is not supported in static functions|\\(\\d+(,\\d+)*\\) .*|Live regs before insn:|\\s*(\\d+ )?\\s*\\d+: [0-9.]{10} .*");

    private static final Pattern STATE_ALONE = Pattern.compile("\\d+:(( frame\\d+:)? (R\\d|fp-|refs=).*|)");
    private static final Pattern IDENTITY =
            Pattern.compile("(?<=\\bid=|ref_obj_id=|ref_id=|dynptr_id=|refs=|(?<=refs=[0-9,]{1,40}),)\\d+");

    @RequiresKernel
    @ParameterizedTest
    @ValueSource(strings = {"dnat", "drop_egress_8080", "drop_ingress_8080", "encap_gre", "seg6_end", "syn_events"})
    void samplesAreLoggedAsLinuxLogsThem(String object) throws IOException {
        assertEquals("", differences(SAMPLES.resolve(object + ".o")));
    }

    @RequiresKernel
    @ParameterizedTest
    @ValueSource(strings = {"global_functions"})
    void globalFunctionsAreLoggedAsLinuxLogsThem(String object) throws IOException {
        assertEquals("", differences(CORPUS.resolve(object + ".o")));
    }

    private static String differences(Path object) throws IOException {
        List<String> differences = new ArrayList<>();
        ObjectSpec spec = ObjectSpec.read(Files.readAllBytes(object));
        for (LoadedProgram loaded : ObjectLoader.load(spec, LoadOptions.of(1)).programs()) {
            Program program = loaded.program();
            if (UNLIKE.contains(program.name())) {
                continue;
            }
            List<String> ourLog = new ArrayList<>();
            String message = verify(program, ourLog);
            List<String> ours = normal(until(message, ourLog));
            List<String> linux;
            try (KernelLoader.Loaded twin = KernelLoader.loadWithTypes(program, EVERY_STATE)) {
                linux = normal(until(message, twin.log().lines().toList()));
            }
            for (int i = 0; i < Math.max(ours.size(), linux.size()); i++) {
                String our = i < ours.size() ? ours.get(i) : "(nothing)";
                String their = i < linux.size() ? linux.get(i) : "(nothing)";
                if (!our.equals(their)) {
                    differences.add(
                            "%s, line %d:%n  bpf4j: %s%n  Linux: %s".formatted(program.name(), i + 1, our, their));
                    break;
                }
            }
        }
        return String.join("\n", differences);
    }

    /** Returns the message of a rejection, null if the program is accepted. */
    private static @Nullable String verify(Program program, List<String> log) {
        try {
            Verifier.verify(program, new VerifierOptions(1_000_000, 8192, true), log::add);
            return null;
        } catch (VerifierException rejected) {
            return String.valueOf(rejected.getMessage());
        }
    }

    /** Linux explains some rejections in more lines. */
    private static List<String> until(@Nullable String message, List<String> log) {
        if (message == null) {
            return log;
        }
        for (int i = 0; i < log.size(); i++) {
            if (log.get(i).startsWith(message)) {
                return log.subList(0, i);
            }
        }
        return log;
    }

    /**
     * Lines that must be equal: without Linux's workings and source lines; a state on a line of its own because workings came before it joins its
     * instruction; identities, addresses and the numbers of kfuncs are replaced.
     */
    private static List<String> normal(List<String> log) {
        List<String> lines = new ArrayList<>();
        for (String line : log) {
            if (line.isBlank()
                    || line.startsWith("; ")
                    || WORKINGS.matcher(line).matches()) {
                continue;
            }
            String last = lines.isEmpty() ? "" : lines.getLast();
            boolean separate =
                    STATE_ALONE.matcher(line).matches() && last.matches("\\d+: \\(.*") && !last.contains("; ");
            if (separate) {
                lines.set(lines.size() - 1, last + " ; " + line.replaceFirst("^\\d+: ?", ""));
            } else {
                lines.add(line.replaceFirst("\\s+;", " ;"));
            }
        }
        Map<String, Integer> identities = new HashMap<>();
        return lines.stream().map(line -> withoutNumbers(line, identities)).toList();
    }

    private static String withoutNumbers(String line, Map<String, Integer> identities) {
        String text = line.replaceFirst(
                        "\\(18\\) (r\\d) = (0xffff[0-9a-f]{12}|map\\[.*?\\](\\[0\\])?( \\+ \\d+)?)",
                        "(18) $1 = address")
                .replaceFirst("call (bpf_\\w+)#\\d{4,}", "call $1")
                .stripTrailing();
        Matcher matcher = IDENTITY.matcher(text);
        return matcher.replaceAll(
                match -> "#" + identities.computeIfAbsent(match.group(), any -> identities.size() + 1));
    }
}
