/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MapSamplesTest {
    private static final Path CAPTURE = Path.of("captures/mixed.pcap");

    @Test
    void countsGoOnInTheNextRun(@TempDir Path pins) throws Exception {
        PacketLengths.count(Path.of("bpf/len_hist.o"), CAPTURE, pins);
        Map<Long, Long> once = PacketLengths.counts(pins);
        assertEquals(2145, once.get(5L));
        PacketLengths.count(Path.of("bpf/len_hist.o"), CAPTURE, pins);
        Map<Long, Long> twice = PacketLengths.counts(pins);
        assertEquals(once.keySet(), twice.keySet());
        once.forEach((log2, count) -> assertEquals(2 * count, twice.get(log2)));
    }

    @Test
    void connectionAttemptsAreReported() throws Exception {
        List<ConnectionEvents.Event> events = new ArrayList<>();
        assertEquals(0, ConnectionEvents.run(Path.of("bpf/syn_events.o"), CAPTURE, events::add));
        // 704 that are, one with a header that is too short, and 18 later fragments: the program does not look that
        // closely
        assertEquals(723, events.size());
        String text = events.getFirst().toString();
        assertTrue(text.matches("[0-9.]+:\\d+ > [0-9.]+:\\d+, \\d+ bytes"), text);
        assertTrue(events.stream().anyMatch(event -> event.toString().contains(":8080, ")));
    }
}
