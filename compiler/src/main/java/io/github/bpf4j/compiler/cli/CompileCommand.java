/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import io.github.bpf4j.compiler.codegen.AheadOfTimeCompiler;
import io.github.bpf4j.compiler.load.LoadedObject;
import io.github.bpf4j.compiler.load.LoadedObject.LoadedProgram;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.verifier.VerifiedProgram;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bpf4j compile}: an object's programs as an ordinary jar. */
@Command(
        name = "compile",
        mixinStandardHelpOptions = true,
        description = {
            "Verifies the programs of an object and writes them as a jar that needs bpf4j-runtime only: for applications that may not define"
                    + " classes while they run.",
            "Each program is a class io.github.bpf4j.generated.NAME; ServiceLoader.load(BpfProgram.class) finds them all. The jar"
                    + " carries the maps along: definitions, global variables, program arrays, maps in maps.",
            "Exit code 1, and no jar, if a program is rejected."
        })
final class CompileCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final ObjectOptions object = new ObjectOptions();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE.jar",
            description = "Where to write the jar; by default beside the object, with the ending .jar.")
    private @Nullable Path output;

    CompileCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        ObjectSpec spec = object.read();
        LoadedObject loaded = object.load(spec, object.chosen(spec), 1);
        List<VerifiedProgram> verified = new ArrayList<>();
        for (LoadedProgram each : loaded.programs()) {
            verified.add(Programs.verify(each));
        }
        Path jar = output != null ? output : besides(object.file);
        write(verified, loaded, jar);
        terminal.out().printf("%s: %s%n", jar, names(verified));
        return Main.FINE;
    }

    private static Path besides(Path object) {
        String name = object.getFileName().toString().replaceFirst("(\\.bpf)?\\.o$", "");
        return object.resolveSibling(name + ".jar");
    }

    /** Writes the jar in one step: a failure leaves what was there. */
    private static void write(List<VerifiedProgram> programs, LoadedObject loaded, Path jar) throws IOException {
        Path directory = jar.toAbsolutePath().getParent();
        Path unfinished = Files.createTempFile(directory, ".bpf4j", ".jar");
        try {
            try (OutputStream out = Files.newOutputStream(unfinished)) {
                AheadOfTimeCompiler.write(programs, loaded.programArrayValues(), out);
            }
            Files.move(unfinished, jar, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private static String names(List<VerifiedProgram> programs) {
        return String.join(
                ", ", programs.stream().map(program -> program.program().name()).toList());
    }
}
