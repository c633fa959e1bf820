/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfType;
import io.github.bpf4j.compiler.corpus.CorpusCase.Verdict;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.RequiresKernel;
import io.github.bpf4j.compiler.load.LoadOptions;
import io.github.bpf4j.compiler.load.LoadedObject.LoadedProgram;
import io.github.bpf4j.compiler.load.ObjectLoader;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.load.TargetTypes;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The part of the corpus that needs types: objects that clang made of the C files beside them. What bpf4j and Linux must say of a program
 * stands in declaration tags of its function, as {@code expect.h} defines them.
 */
class ObjectCorpusTest {
    private static final List<String> OBJECTS =
            List.of("global_functions", "kernel_objects", "kernel_pointers", "local_storage");

    private static final String EXPECT = "expect:";
    private static final String LINUX = "linux:";
    private static final String BECAUSE = "because:";

    /** A program, with what must be said of it. */
    private record Case(Program program, Verdict ours, Verdict linux) {}

    @RequiresKernel
    @ParameterizedTest
    @FieldSource("OBJECTS")
    void linuxSaysWhatTheTagsSay(String object) throws IOException {
        List<String> differences = new ArrayList<>();
        for (Case test : read(object, TargetTypes.read(TargetTypes.HOST))) {
            try (KernelLoader.Loaded loaded = KernelLoader.loadWithTypes(test.program, 1)) {
                String message = test.linux.message();
                boolean same = message == null
                        ? loaded.accepted()
                        : !loaded.accepted() && loaded.log().contains(message);
                if (!same) {
                    differences.add(test.program.name() + ": expected " + test.linux + ", Linux says "
                            + (loaded.accepted() ? "accept" : loaded.log()));
                }
            }
        }
        assertEquals("", String.join("\n", differences));
    }

    @ParameterizedTest
    @FieldSource("OBJECTS")
    void bpf4jSaysWhatTheTagsSay(String object) throws IOException {
        List<String> differences = new ArrayList<>();
        for (Case test : read(object, TargetTypes.btf())) {
            String message = OurVerdict.of(test.program).message();
            String expected = test.ours.message();
            boolean same = expected == null ? message == null : message != null && message.contains(expected);
            if (!same) {
                differences.add(test.program.name() + ": expected " + test.ours + ", bpf4j says "
                        + (message == null ? "accept" : "reject: " + message));
            }
        }
        assertEquals("", String.join("\n", differences));
    }

    /** How many programs the objects have. */
    static int programCount() throws IOException {
        int count = 0;
        for (String object : OBJECTS) {
            count += read(object, TargetTypes.btf()).size();
        }
        return count;
    }

    private static List<Case> read(String object, Btf target) throws IOException {
        byte[] bytes;
        try (InputStream in = ObjectCorpusTest.class.getResourceAsStream("/corpus/objects/" + object + ".o")) {
            bytes = Objects.requireNonNull(in, object).readAllBytes();
        }
        ObjectSpec spec = ObjectSpec.read(bytes);
        Map<String, List<String>> tags = tags(Objects.requireNonNull(spec.btf()));
        List<Case> cases = new ArrayList<>();
        for (LoadedProgram loaded :
                ObjectLoader.load(spec, LoadOptions.of(1).withTarget(target)).programs()) {
            String name = loaded.program().name();
            List<String> own = tags.getOrDefault(name, List.of());
            Verdict ours = Verdict.parse(Objects.requireNonNull(tag(own, EXPECT), name + " has no tag"));
            String linux = tag(own, LINUX);
            assertEquals(linux == null, tag(own, BECAUSE) == null, name + ": a verdict of Linux needs a reason");
            cases.add(new Case(loaded.program(), ours, linux == null ? ours : Verdict.parse(linux)));
        }
        assertTrue(cases.size() > 5, "the object is cut off");
        return cases;
    }

    private static @Nullable String tag(List<String> tags, String prefix) {
        return tags.stream()
                .filter(tag -> tag.startsWith(prefix))
                .map(tag -> tag.substring(prefix.length()))
                .findFirst()
                .orElse(null);
    }

    /** By function, the tags of the function itself. */
    private static Map<String, List<String>> tags(Btf btf) {
        Map<String, List<String>> found = new HashMap<>();
        for (int id = 1; id < btf.size(); id++) {
            if (btf.type(id) instanceof BtfType.DeclTag tag
                    && tag.component() == -1
                    && btf.type(tag.type()) instanceof BtfType.Func function) {
                found.computeIfAbsent(function.name(), k -> new ArrayList<>()).add(tag.name());
            }
        }
        return found;
    }
}
