/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import io.github.bpf4j.compiler.TestObjects;
import io.github.bpf4j.compiler.load.LoadOptions;
import io.github.bpf4j.compiler.load.LoadedObject;
import io.github.bpf4j.compiler.load.ObjectLoader;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapMemory;
import io.github.bpf4j.runtime.program.ProgramType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Loads damaged objects: every truncation of one, and random corruptions. Each must end in a typed error, or in an object whose programs the
 * verifier accepts or rejects; anything else ends the run with the seed and the number of the case.
 *
 * <p>Usage: {@code ObjectFuzzer FILE [CORRUPTIONS [SEED]]}, by default 100,000 and 1. Memory is bounded by the heap it is given.
 */
final class ObjectFuzzer {
    private static final LoadOptions OPTIONS = LoadOptions.of(2)
            .withMaps(MapEnvironment.of(2).withMemory(MapMemory.offHeap(64 << 20)))
            .withDefaultType(ProgramType.LWT_XMIT)
            .withKconfig(LoadOptions.DEFAULT_KERNEL_VERSION, Map.of("CONFIG_HZ", "250"));

    private int tried;
    private int loaded;
    private int accepted;
    private int rejected;
    private long slowest;

    /** How many programs of damaged objects got as far as the verifier's verdict. */
    int verified() {
        return accepted + rejected;
    }

    /** Reads, loads and verifies an object that may be anything. */
    private void load(byte[] bytes) {
        tried++;
        long start = System.nanoTime();
        try {
            ObjectSpec spec = ObjectSpec.read(bytes);
            for (var program : spec.programs()) {
                spec = spec.withProgram(program.name(), p -> p.withAutoload(true));
            }
            LoadedObject object = ObjectLoader.load(spec, OPTIONS);
            loaded++;
            object.programs().forEach(this::verify);
        } finally {
            slowest = Math.max(slowest, System.nanoTime() - start);
        }
    }

    private void verify(LoadedObject.LoadedProgram program) {
        try {
            Verifier.verify(program.program());
            accepted++;
        } catch (VerifierException _) {
            rejected++;
        }
    }

    @Override
    public String toString() {
        return "%,d objects: %,d loaded, their programs %,d accepted and %,d rejected; the others refused with a typed error; slowest %.0f ms"
                .formatted(tried, loaded, accepted, rejected, slowest / 1e6);
    }

    /**
     * Runs.
     *
     * @return counts
     * @throws AssertionError at anything but a typed error
     */
    static ObjectFuzzer run(byte[] object, int corruptions, long seed) {
        ObjectFuzzer fuzzer = new ObjectFuzzer();
        TestObjects.damage(object, seed, corruptions, fuzzer::load);
        return fuzzer;
    }

    /**
     * Runs for one object.
     *
     * @param args see above
     * @throws IOException if the file cannot be read
     */
    public static void main(String[] args) throws IOException {
        int corruptions = args.length > 1 ? Integer.parseInt(args[1]) : 100_000;
        long seed = args.length > 2 ? Long.parseLong(args[2]) : 1;
        System.out.println(Path.of(args[0]).getFileName() + ", seed " + seed + ": "
                + run(Files.readAllBytes(Path.of(args[0])), corruptions, seed));
    }
}
