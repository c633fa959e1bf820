/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChartsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path dir;

    @Test
    void barsOfAllSeriesAreDrawn() throws IOException {
        SequencedMap<String, List<Double>> series = new LinkedHashMap<>();
        series.put("bpf4j", List.of(1.0, 2.0));
        series.put("C", List.of(2.0, Double.NaN));
        Path file = dir.resolve("bars.png");
        Charts.bars("title", "ns", List.of("dropper", "lcg"), series, file);
        assertTrue(colours(file) > 3, "white, text and a colour for each series");
    }

    @Test
    void percentilesAreDrawn() throws IOException {
        Histogram latency = new Histogram(3);
        for (int i = 1; i <= 100_000; i++) {
            latency.recordValue(i);
        }
        SequencedMap<String, Histogram> distributions = new LinkedHashMap<>();
        distributions.put("even", latency);
        Path file = dir.resolve("percentiles.png");
        Charts.percentiles("title", distributions, file);
        assertTrue(colours(file) > 2);
    }

    private static long colours(Path file) throws IOException {
        BufferedImage image = ImageIO.read(file.toFile());
        assertEquals(1000, image.getWidth());
        return IntStream.range(0, image.getWidth() * image.getHeight())
                .map(i -> image.getRGB(i % image.getWidth(), i / image.getWidth()))
                .distinct()
                .count();
    }
}
