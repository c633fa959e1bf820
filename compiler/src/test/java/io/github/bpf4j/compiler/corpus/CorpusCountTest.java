/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * {@code README.md} says how many programs the corpus has, those of its objects included. After a change of the corpus,
 * {@code mvn -pl compiler -am test -Dtest=CorpusCountTest -Dsurefire.failIfNoSpecifiedTests=false -Dbpf4j.tables.write=true} renews it.
 */
class CorpusCountTest {
    private static final Path README = Path.of("..", "README.md");
    private static final Pattern COUNT = Pattern.compile("(?<=a corpus of )[0-9,]+(?= programs)");

    @Test
    void readmeSaysHowManyProgramsThereAre() throws IOException {
        String count = String.format(Locale.ROOT, "%,d", Corpus.all().size() + ObjectCorpusTest.programCount());
        if (Boolean.getBoolean("bpf4j.tables.write")) {
            Files.writeString(README, COUNT.matcher(Files.readString(README)).replaceFirst(count));
        }
        Matcher matcher = COUNT.matcher(Files.readString(README));
        assertTrue(matcher.find());
        assertEquals(count, matcher.group());
    }
}
