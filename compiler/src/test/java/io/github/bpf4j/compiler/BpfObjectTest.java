/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.verifier.Rejection;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class BpfObjectTest {
    private static final Path SAMPLES = Path.of("../samples/bpf");
    private static final int BPF_OK = 0;
    private static final int BPF_DROP = 2;

    @Test
    void sampleIsLoadedVerifiedAndRun() throws IOException, RejectedProgramException {
        BpfObject object = BpfObject.load(SAMPLES.resolve("drop_egress_8080.o"));
        assertEquals(List.of("drop_egress_port_8080"), List.copyOf(object.programNames()));
        BpfProgram program = object.program("drop_egress_port_8080");

        byte[] to8080 = HexFormat.of()
                .parseHex("4500002c00010000400666c70a0000020a00000330391f90"
                        + "0000000100000000500203e88361000061626364");
        byte[] to8081 = to8080.clone();
        to8081[23]++;
        ExecutionContext context = new ExecutionContext(0);
        assertEquals(BPF_DROP, program.run(context, new SkBuff(to8080, 0, to8080.length)));
        assertEquals(BPF_OK, program.run(context, new SkBuff(to8081, 0, to8081.length)));
    }

    @Test
    void rejectionNamesLineRegisterAndReason() {
        RejectedProgramException rejected = assertThrows(
                RejectedProgramException.class,
                () -> BpfObject.load(Path.of("src/test/resources/mistakes/02-second-bounds-check-removed.o")));

        assertEquals("r1", rejected.diagnosis().register());
        assertTrue(rejected.diagnosis().reason() instanceof Rejection.OutOfBoundsPacketAccess);
        assertTrue(rejected.getMessage().contains("if (bpf_ntohs(tcph->dest) == 8080)"), rejected::getMessage);
        assertEquals(20, rejected.diagnosis().example().packet().length);
    }

    @Test
    void unknownNamesAreReportedWithTheKnownOnes() throws IOException, RejectedProgramException {
        BpfObject object = BpfObject.load(SAMPLES.resolve("drop_egress_8080.o"));
        String message = assertThrows(NoSuchElementException.class, () -> object.program("drop"))
                .getMessage();
        assertEquals("no program drop; there are [drop_egress_port_8080]", message);
    }
}
