/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import javax.imageio.ImageIO;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.IChart;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws figures as PNG files. */
final class Charts {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 500;

    /** Percentiles shown on a latency chart go up to this share of the packets: what lies beyond is the one worst vector. */
    private static final double LAST_PERCENTILE = 99.9999;

    private Charts() {}

    /**
     * Bars, a group for each workload.
     *
     * @param title what is shown
     * @param unit of the values
     * @param workloads names of the groups
     * @param series values by the name of what was measured, one per workload; NaN where there is none
     * @param file where to
     * @throws IOException if the file cannot be written
     */
    static void bars(
            String title, String unit, List<String> workloads, SequencedMap<String, List<Double>> series, Path file)
            throws IOException {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .yAxisTitle(unit)
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideS).setChartBackgroundColor(Color.WHITE);
        for (Map.Entry<String, List<Double>> one : series.entrySet()) {
            // A bar of no height is none: the chart has no other word for a missing value.
            List<Double> values = one.getValue().stream()
                    .map(value -> value.isNaN() ? 0.0 : value)
                    .toList();
            chart.addSeries(one.getKey(), workloads, values);
        }
        save(chart, file);
    }

    /**
     * A line per distribution, over percentiles whose distance to 100 % shrinks tenfold from tick to tick.
     *
     * @param title what is shown
     * @param distributions latencies in ns, by name
     * @param file where to
     * @throws IOException if the file cannot be written
     */
    static void percentiles(String title, SequencedMap<String, Histogram> distributions, Path file) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle("1 / (1 - percentile): 10 is p90, 100 is p99")
                .yAxisTitle("µs")
                .build();
        chart.getStyler()
                .setXAxisLogarithmic(true)
                .setYAxisLogarithmic(true)
                .setLegendPosition(LegendPosition.OutsideS)
                .setChartBackgroundColor(Color.WHITE);
        for (Map.Entry<String, Histogram> distribution : distributions.entrySet()) {
            List<Double> shares = new ArrayList<>();
            List<Double> latencies = new ArrayList<>();
            for (HistogramIterationValue point : distribution.getValue().percentiles(5)) {
                double percentile = point.getPercentileLevelIteratedTo();
                if (percentile > LAST_PERCENTILE) {
                    break;
                }
                shares.add(1 / (1 - percentile / 100));
                latencies.add(point.getValueIteratedTo() / 1e3);
            }
            chart.addSeries(distribution.getKey(), shares, latencies).setMarker(SeriesMarkers.NONE);
        }
        save(chart, file);
    }

    private static void save(IChart chart, Path file) throws IOException {
        if (!ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", file.toFile())) {
            throw new IOException("this JDK writes no PNG files");
        }
    }
}
