/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.runtime.lwt.IpPrefix;
import io.github.bpf4j.runtime.pipeline.Fate;
import io.github.bpf4j.runtime.program.Environment;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FilterCaptureTest {
    @Test
    void everyPacketHasAFate() throws Exception {
        Path capture = Path.of("captures/mixed.pcap");
        long[] all =
                FilterCapture.run(Path.of("bpf/drop_egress_8080.o"), capture, IpPrefix.ANY_IPV4, Environment.DEFAULT);
        long[] few = FilterCapture.run(
                Path.of("bpf/drop_egress_8080.o"), capture, IpPrefix.parse("10.0.0.3"), Environment.DEFAULT);
        assertEquals(MixedTraffic.SAMPLE_FRAMES, java.util.Arrays.stream(all).sum());
        assertEquals(135, all[Fate.BYPASSED.ordinal()]);
        assertTrue(few[Fate.DROPPED.ordinal()] < all[Fate.DROPPED.ordinal()]);
        assertTrue(few[Fate.SENT.ordinal()] > all[Fate.SENT.ordinal()]);
        assertEquals(0, all[Fate.PENDING.ordinal()]);
    }
}
