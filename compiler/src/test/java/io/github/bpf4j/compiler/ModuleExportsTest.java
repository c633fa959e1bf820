/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What {@code module-info} exports to everyone is exactly what the build insists on documenting.
 */
class ModuleExportsTest {
    @Test
    void exportedPackagesAreTheDocumentedOnes() throws IOException {
        Set<String> documented = Arrays.stream(
                        System.getProperty("bpf4j.documented.packages", "").split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty() && !name.equals("none"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(exportedToEveryone(), documented);
    }

    private static Set<String> exportedToEveryone() throws IOException {
        // The class path holds several descriptors; ours is the one beside this module's classes.
        var descriptors = ModuleExportsTest.class.getClassLoader().getResources("module-info.class");
        while (descriptors.hasMoreElements()) {
            try (InputStream in = descriptors.nextElement().openStream()) {
                ModuleDescriptor module = ModuleDescriptor.read(in);
                if (module.name().equals(MODULE)) {
                    return module.exports().stream()
                            .filter(export -> !export.isQualified())
                            .map(ModuleDescriptor.Exports::source)
                            .collect(Collectors.toCollection(TreeSet::new));
                }
            }
        }
        throw new AssertionError("no descriptor of " + MODULE + " on the class path");
    }

    private static final String MODULE = "io.github.bpf4j.compiler";
}
