/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.samples;

import io.github.bpf4j.compiler.BpfObject;
import io.github.bpf4j.compiler.RejectedProgramException;
import io.github.bpf4j.compiler.load.LoadOptions;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.runtime.map.MapCodecs;
import io.github.bpf4j.runtime.map.MapException;
import io.github.bpf4j.runtime.map.MapView;
import io.github.bpf4j.runtime.map.PinDirectory;
import io.github.bpf4j.runtime.program.ProgramType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * A map that outlives its process: counts the packets of a capture by length with {@code len_hist}, whose map is pinned, and shows the counts of this run
 * and all before it.
 *
 * <pre>{@code PacketLengths bpf/len_hist.o captures/mixed.pcap PINS}</pre>
 */
public final class PacketLengths {
    private static final String MAP = "lwt_len_hist_map";

    private PacketLengths() {}

    /**
     * Runs the sample.
     *
     * @param args the object {@code len_hist.o}, a capture, and a directory for pins
     * @throws IOException if a file cannot be read
     * @throws RejectedProgramException if the program is not safe; its message says why
     * @throws MapException if the pin is not what the object declares; its message names the difference
     */
    public static void main(String[] args) throws IOException, RejectedProgramException, MapException {
        if (args.length != 3) {
            System.err.println("usage: PacketLengths len_hist.o CAPTURE.pcap PINS");
            System.exit(2);
        }
        Path pins = Path.of(args[2]);
        count(Path.of(args[0]), Path.of(args[1]), pins);
        counts(pins).forEach((log2, count) -> System.out.printf("from %6d bytes: %d%n", 1L << log2, count));
    }

    /** Runs the program, which finds its map in the directory or creates it there. */
    static void count(Path file, Path capture, Path pins) throws IOException, RejectedProgramException {
        LoadOptions options = LoadOptions.of(1)
                .withDefaultType(ProgramType.LWT_XMIT) // the section is called len_hist, which says nothing
                .withPins(PinDirectory.of(pins)::openOrCreate);
        BpfObject object = BpfObject.load(ObjectSpec.read(Files.readAllBytes(file)), options);
        CaptureRun.send(capture, object.program("do_len_hist"));
    }

    /** Reads the map, in whatever process: keys and values are __u64, and each CPU has counts of its own. */
    static Map<Long, Long> counts(Path pins) throws IOException, MapException {
        MapView<Long, Long> view = MapView.of(PinDirectory.existing(pins).open(MAP), MapCodecs.INT64, MapCodecs.INT64);
        return new TreeMap<>(view.snapshot(Long::sum));
    }
}
