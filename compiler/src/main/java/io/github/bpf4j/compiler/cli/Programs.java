/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.diagnosis.Diagnoser;
import io.github.bpf4j.compiler.diagnosis.DiagnosisText;
import io.github.bpf4j.compiler.load.LoadedObject;
import io.github.bpf4j.compiler.load.LoadedObject.LoadedProgram;
import io.github.bpf4j.compiler.load.LoadedObject.ProgramArrayValue;
import io.github.bpf4j.compiler.verifier.VerifiedProgram;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.map.ProgramArrayMap;
import io.github.bpf4j.runtime.program.BpfProgram;
import java.util.HashMap;
import java.util.Map;

/** From a loaded program to one that runs; a rejected one ends the command with its diagnosis. */
final class Programs {
    private Programs() {}

    static VerifiedProgram verify(LoadedProgram loaded) {
        try {
            return Verifier.verify(loaded.program());
        } catch (VerifierException e) {
            throw CommandFailure.failed("rejected:\n" + describe(loaded, e));
        }
    }

    /** Compiles a program of an object, and those that the object puts into program arrays. */
    static BpfProgram compile(LoadedObject object, String name) {
        Map<String, BpfProgram> compiled = new HashMap<>();
        for (ProgramArrayValue value : object.programArrayValues()) {
            BpfProgram called = compiled.computeIfAbsent(value.program(), n -> compileOne(object, n));
            if (!(value.map() instanceof ProgramArrayMap array) || array.set(value.index(), called) != 0) {
                throw CommandFailure.failed("element %d of program array %s cannot hold %s"
                        .formatted(value.index(), value.map().definition().name(), value.program()));
            }
        }
        return compiled.computeIfAbsent(name, n -> compileOne(object, n));
    }

    private static BpfProgram compileOne(LoadedObject object, String name) {
        LoadedProgram loaded =
                object.program(name).orElseThrow(() -> CommandFailure.failed("program " + name + " was not loaded"));
        return ProgramCompiler.compile(verify(loaded), CompilerOptions.DEFAULT);
    }

    /** A rejection for a person. */
    static String describe(LoadedProgram loaded, VerifierException rejection) {
        return DiagnosisText.format(Diagnoser.diagnose(loaded.program(), rejection))
                .stripTrailing();
    }
}
