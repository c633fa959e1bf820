/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.lwt.TestRun;
import io.github.bpf4j.runtime.lwt.TestRunException;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Packets before and after, measured with {@code BPF_PROG_TEST_RUN} on Linux 6.18. */
class GoldenVectorTest {
    private static final Map<String, Integer> CONTEXT_OFFSETS =
            Map.of("mark", 8, "priority", 32, "cb0", 48, "cb4", 64, "wire_len", 160, "ifindex", 40);

    static Stream<GoldenVector> vectors() {
        return GoldenVector.all().stream().filter(vector -> !vector.isLive());
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void givesTheSamePacketVerdictAndContext(GoldenVector vector) throws VerifierException, TestRunException {
        BpfProgram program = vector.compile();
        byte[] context = new byte[192];
        TestRun.Result result = new TestRun(vector.bytes("data_in"), context, 1, 0, ifindex -> null)
                .run(program, new ExecutionContext(0));
        assertEquals(Integer.parseInt(vector.get("ret")), result.returnValue());
        assertEquals(vector.get("data_out"), HexFormat.of().formatHex(result.data()));
        ByteBuffer after = ByteBuffer.wrap(result.context()).order(ByteOrder.nativeOrder());
        for (String field : vector.get("ctx_out").split(" ")) {
            String name = field.substring(0, field.indexOf('='));
            int value = Integer.decode(field.substring(field.indexOf('=') + 1));
            assertEquals(value, after.getInt(CONTEXT_OFFSETS.get(name)), name);
        }
    }
}
