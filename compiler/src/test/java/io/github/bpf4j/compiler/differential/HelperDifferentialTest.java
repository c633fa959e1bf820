/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import io.github.bpf4j.compiler.kernel.RequiresKernel;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random calls of each helper and kfunc, in Linux and here. Property {@code bpf4j.fuzz.cases} says how many calls,
 * {@code bpf4j.fuzz.seed} which, {@code bpf4j.fuzz.only} of which cases: a part of their names.
 */
@Tag("kernel")
@RequiresKernel
class HelperDifferentialTest {
    private static final int CASES = Integer.getInteger("bpf4j.fuzz.cases", 100);
    private static final long SEED = Long.getLong("bpf4j.fuzz.seed", 20261121);
    private static final String ONLY = System.getProperty("bpf4j.fuzz.only", "");

    /** {@code BPF_F_TEST_SKB_CHECKSUM_COMPLETE}. */
    private static final int CHECKSUM_COMPLETE = 4;

    static Stream<HelperCase> cases() {
        return Stream.of(
                        PacketHelperCases.all(),
                        ChecksumHelperCases.all(),
                        TunnelHelperCases.all(),
                        EncapsulationCases.all(),
                        TextHelperCases.all(),
                        FormatCases.all(),
                        StringKfuncCases.all(),
                        DynptrCases.all(),
                        IteratorCases.all(),
                        CallbackCases.all(),
                        RingBufferCases.all(),
                        MapArgumentCases.all())
                .flatMap(List::stream)
                .filter(test -> test.toString().contains(ONLY));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void compiledProgramsDoTheSameAsLinux(HelperCase test) {
        try (ProgramPair pair =
                ProgramPair.compiled(test.type(), test.body(), test.maps().get())) {
            compare(test, pair);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void interpretedProgramsDoTheSameAsLinux(HelperCase test) {
        try (ProgramPair pair =
                ProgramPair.interpreted(test.type(), test.body(), test.maps().get())) {
            compare(test, pair);
        }
    }

    private static void compare(HelperCase test, ProgramPair pair) {
        Random random = new Random(SEED ^ test.toString().hashCode());
        for (int i = 0; i < CASES; i++) {
            byte[] frame = Frames.random(random);
            byte[] context = HelperInput.context(random);
            byte[] area = HelperInput.area(test.arguments(), random, frame.length - 14);
            boolean sum = random.nextInt(4) == 0 && test.withSum();
            ProgramPair.Outcomes outcomes = pair.run(frame, context, area, sum ? CHECKSUM_COMPLETE : 0);
            if (!outcomes.same()) {
                Assertions.fail("%s, seed %d, call %d%n%sframe %s%ncontext %s%narea %s"
                        .formatted(
                                test,
                                SEED,
                                i,
                                outcomes.difference(),
                                HexFormat.of().formatHex(frame),
                                HexFormat.of().formatHex(context),
                                HexFormat.of().formatHex(area)));
            }
        }
    }
}
