/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import io.github.bpf4j.compiler.codegen.CompiledClasses;
import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.isa.Disassembler;
import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Symbols;
import io.github.bpf4j.compiler.load.Function;
import io.github.bpf4j.compiler.load.LoadedObject;
import io.github.bpf4j.compiler.load.LoadedObject.LoadedProgram;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.load.SourceLine;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.spec.ProgramSpec;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bpf4j dump}: C source, eBPF and, if wanted, JVM bytecode, interleaved. */
@Command(
        name = "dump",
        mixinStandardHelpOptions = true,
        description = "Shows the programs of an object: C source lines, the eBPF instructions behind each and, with"
                + " --bytecode, the JVM bytecode.")
final class DumpCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final ObjectOptions object = new ObjectOptions();

    @Option(names = "--bytecode", description = "Show the JVM bytecode, too. The program must pass the verifier.")
    private boolean bytecode;

    @Option(
            names = "--methods",
            paramLabel = "REGEX",
            description = "Show only the bytecode of methods with such names.")
    private Pattern methods = Pattern.compile("");

    DumpCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        ObjectSpec spec = object.read();
        List<ProgramSpec> chosen = object.chosen(spec);
        LoadedObject loaded = object.load(spec, chosen, 1);
        for (LoadedProgram each : loaded.programs()) {
            dump(terminal.out(), each);
        }
        return Main.FINE;
    }

    /** Instructions that belong to one line record. */
    private record Part(@Nullable SourceLine line, int from, int to) {}

    private void dump(PrintStream out, LoadedProgram loaded) {
        Program program = loaded.program();
        BytecodeListing listing = null;
        if (bytecode) {
            CompiledClasses classes =
                    ProgramCompiler.compileToClasses(Programs.verify(loaded), CompilerOptions.DEFAULT);
            listing = BytecodeListing.of(classes.classes().values(), methods);
        }
        out.printf(
                "%s (%s, section %s): %d instructions%n",
                program.name(),
                program.type().sectionName(),
                loaded.section(),
                program.instructions().size());
        Disassembler disassembler = new Disassembler(
                Disassembler.Style.LLVM,
                Symbols.ofMaps(
                        program.maps().stream().map(m -> m.definition().name()).toList()));
        List<Part> parts = parts(program);
        if (listing != null) {
            listing.align(
                    parts.stream().map(p -> p.line == null ? 0 : p.line.line()).toList());
        }
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            heading(out, program, part);
            for (int slot = part.from; slot < part.to; slot++) {
                Instruction instruction = program.instructions().get(slot);
                if (!(instruction instanceof Instruction.SecondSlot)) {
                    out.printf("%8d: %s%n", slot, disassembler.text(instruction));
                }
            }
            if (listing != null) {
                listing.print(out, i);
            }
        }
        if (listing != null) {
            out.println("; of no source line:");
            listing.print(out, -1);
        }
    }

    private static void heading(PrintStream out, Program program, Part part) {
        for (Function function : program.functions()) {
            if (function.slot() == part.from) {
                out.println(function.name() + ":");
            }
        }
        SourceLine line = part.line;
        if (line != null) {
            out.printf("; %s:%d: %s%n", line.file(), line.line(), line.text().strip());
        }
    }

    /** Whether two records differ in their column at most. */
    private static boolean isSameLine(SourceLine line, @Nullable SourceLine other) {
        return other != null && line.line() == other.line() && line.file().equals(other.file());
    }

    /** The program cut where another source line or a function begins. */
    private static List<Part> parts(Program program) {
        List<Part> parts = new ArrayList<>();
        int size = program.instructions().size();
        SourceLine current = null;
        int from = 0;
        int next = 0;
        for (int slot = 0; slot < size; slot++) {
            SourceLine starting = null;
            while (next < program.lines().size() && program.lines().get(next).slot() <= slot) {
                SourceLine line = program.lines().get(next++);
                starting = isSameLine(line, current) ? null : line;
            }
            int here = slot;
            boolean function = program.functions().stream().anyMatch(f -> f.slot() == here);
            if ((starting != null || function) && slot > from) {
                parts.add(new Part(current, from, slot));
                from = slot;
            }
            if (starting != null) {
                current = starting;
            }
        }
        parts.add(new Part(current, from, size));
        return parts;
    }
}
