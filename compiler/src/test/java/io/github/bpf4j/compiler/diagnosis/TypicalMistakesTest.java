/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bpf4j.compiler.load.LoadOptions;
import io.github.bpf4j.compiler.load.LoadedObject;
import io.github.bpf4j.compiler.load.ObjectLoader;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.compiler.verifier.VerifierOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each C source in {@code mistakes/} has one mistake that people make; the text beside it is the message they get. To see the messages
 * after a change of words: {@code -Dbpf4j.mistakes.write=true}, then read the difference.
 */
class TypicalMistakesTest {
    private static final Path DIRECTORY = Path.of("src/test/resources/mistakes");

    static Stream<String> objects() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files
                    .map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith(".o"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("objects")
    void messageSaysWhatToDo(String object) throws IOException {
        LoadedObject loaded =
                ObjectLoader.load(ObjectSpec.read(Files.readAllBytes(DIRECTORY.resolve(object))), LoadOptions.of(1));
        Program program = loaded.programs().getFirst().program();
        VerifierException rejection =
                assertThrows(VerifierException.class, () -> Verifier.verify(program, VerifierOptions.DEFAULT));

        String text = DiagnosisText.format(Diagnoser.diagnose(program, rejection));

        Path expected = DIRECTORY.resolve(object.replaceFirst("\\.o$", ".txt"));
        if (Boolean.getBoolean("bpf4j.mistakes.write")) {
            Files.writeString(expected, text);
        }
        assertEquals(Files.readString(expected), text);
    }
}
