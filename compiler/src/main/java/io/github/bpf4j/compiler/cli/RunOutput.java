/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import io.github.bpf4j.compiler.load.LoadedObject;
import io.github.bpf4j.compiler.spec.MapSpec;
import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.io.CaptureFormatException;
import io.github.bpf4j.runtime.lwt.DropReason;
import io.github.bpf4j.runtime.lwt.HookPoint;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.pipeline.Counters;
import io.github.bpf4j.runtime.pipeline.Counters.Verdict;
import io.github.bpf4j.runtime.pipeline.Fate;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.TraceSink;
import io.github.bpf4j.runtime.trace.TracePipe;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What {@code bpf4j run} shows: trace lines while the program runs, then the counts. As text or as one JSON object. */
final class RunOutput implements AutoCloseable {
    /**
     * The result of a run.
     *
     * @param program what ran
     * @param section its ELF section
     * @param capture what it ran on
     * @param workers how many workers there were
     * @param nanos how long it took, reading and writing included
     * @param counters what was counted
     * @param files packets written, by file
     * @param fault what is wrong with the capture, or null
     */
    record Summary(
            BpfProgram program,
            String section,
            Path capture,
            int workers,
            long nanos,
            Counters counters,
            Map<String, Long> files,
            @Nullable CaptureFormatException fault) {}

    private static final Map<Verdict, String> VERDICT_NAMES = new EnumMap<>(Map.of(
            Verdict.OK,
            "BPF_OK",
            Verdict.DROP,
            "BPF_DROP",
            Verdict.REDIRECT,
            "BPF_REDIRECT",
            Verdict.REROUTE,
            "BPF_LWT_REROUTE",
            Verdict.OTHER,
            "other"));

    /** A point of the latencies' distribution. */
    private record Percentile(String name, double rank) {}

    private static final List<Percentile> PERCENTILES = List.of(
            new Percentile("p50", 50),
            new Percentile("p90", 90),
            new Percentile("p99", 99),
            new Percentile("p99.9", 99.9));

    private final Terminal terminal;
    private final @Nullable JsonWriter json;
    private final TraceSink trace;
    private final @Nullable OutputStream traceFile;
    private final boolean traceInJson;

    RunOutput(Terminal terminal, boolean asJson, @Nullable String traceTo) throws IOException {
        this.terminal = terminal;
        json = asJson ? new JsonWriter(terminal.out()) : null;
        traceInJson = asJson && traceTo == null;
        if (traceTo == null) {
            traceFile = null;
            trace = new TracePipe(json == null ? new Unflushed(terminal.out()) : new JsonLines(json));
        } else if (traceTo.equals("none")) {
            traceFile = null;
            trace = TraceSink.NONE;
        } else {
            traceFile = new BufferedOutputStream(Files.newOutputStream(Path.of(traceTo)));
            trace = new TracePipe(new Unflushed(traceFile));
        }
        if (json != null) {
            json.beginObject();
            if (traceInJson) {
                json.name("trace").beginArray();
            }
        }
    }

    /** Takes trace messages. The line end that many programs print at the end of theirs would make an empty line of its own. */
    @SuppressWarnings("ReferenceEquality") // only the one that is known to do nothing
    TraceSink trace() {
        if (trace == TraceSink.NONE) {
            return trace;
        }
        return (task, cpu, nanoseconds, message, length) -> trace.message(
                task, cpu, nanoseconds, message, length > 0 && message[length - 1] == '\n' ? length - 1 : length);
    }

    /** Shows the counts, and the maps of an object if one is given. */
    void finish(Summary summary, @Nullable LoadedObject maps) {
        if (json != null) {
            if (traceInJson) {
                json.endArray();
            }
            json(json, summary);
            if (maps != null) {
                jsonMaps(json, maps);
            }
            json.endObject();
            terminal.out().println();
        } else {
            text(terminal.out(), summary);
            if (maps != null) {
                textMaps(terminal.out(), maps);
            }
        }
    }

    private static HookPoint hook(Summary summary) {
        return HookPoint.of(summary.program().type()).orElseThrow();
    }

    private static void text(PrintStream out, Summary summary) {
        Counters counters = summary.counters();
        out.printf(
                Locale.ROOT,
                "%s (%s, section %s) on %s%n",
                summary.program().name(),
                summary.program().type().sectionName(),
                summary.section(),
                summary.capture());
        out.printf(
                Locale.ROOT,
                "  %-10s %,d packets, %,d bytes in %.3f s: %,d packets/s with %d worker%s%n",
                "read",
                counters.packets(),
                counters.bytes(),
                summary.nanos() / 1e9,
                ProgressBar.perSecond(counters.packets(), summary.nanos()),
                summary.workers(),
                summary.workers() == 1 ? "" : "s");
        out.println("  latency    " + latency(counters));
        StringBuilder verdicts = new StringBuilder();
        for (Verdict verdict : Verdict.values()) {
            long count = counters.verdicts(hook(summary), verdict);
            if (count > 0 || verdict == Verdict.OK || verdict == Verdict.DROP) {
                verdicts.append(verdicts.isEmpty() ? "" : ", ")
                        .append(VERDICT_NAMES.get(verdict))
                        .append(' ')
                        .append(count);
            }
        }
        out.printf("  %-10s %s%n", "verdicts", verdicts);
        for (Fate fate : Fate.values()) {
            if (counters.fates(fate) > 0) {
                out.printf(Locale.ROOT, "  %-10s %d%s%n", name(fate), counters.fates(fate), detail(fate, summary));
            }
        }
        if (counters.clones() > 0) {
            out.printf("  %-10s %d%n", "clones", counters.clones());
        }
        if (counters.traps() > 0) {
            out.printf("  %-10s %d packets dropped because a run-time check fired%n", "traps", counters.traps());
        }
        summary.files().forEach((file, packets) -> out.printf("  wrote      %d packets, %s%n", packets, file));
        CaptureFormatException fault = summary.fault();
        if (fault != null) {
            out.printf("  fault      %s: %s; the packets before it were run%n", summary.capture(), fault.getMessage());
        }
    }

    /** Percentiles of the time that packets were with a worker. */
    private static String latency(Counters counters) {
        Histogram latency = counters.latency();
        StringBuilder text = new StringBuilder();
        for (Percentile percentile : PERCENTILES) {
            text.append(percentile.name())
                    .append(' ')
                    .append(microseconds(latency.getValueAtPercentile(percentile.rank())))
                    .append(", ");
        }
        return text + "max " + microseconds(latency.getMaxValue());
    }

    private static String microseconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f µs", nanos / 1e3);
    }

    private static String detail(Fate fate, Summary summary) {
        return switch (fate) {
            case BYPASSED -> ", not IP or too short for a link header";
            case DROPPED -> reasons(summary);
            default -> "";
        };
    }

    /** Each reason that occurred, with what a local sender of such packets would see. */
    private static String reasons(Summary summary) {
        boolean senderIsLocal = hook(summary) == HookPoint.OUT || hook(summary) == HookPoint.XMIT;
        StringBuilder text = new StringBuilder();
        for (DropReason reason : DropReason.values()) {
            long count = summary.counters().drops(reason);
            if (count > 0) {
                text.append(text.isEmpty() ? ": " : ", ")
                        .append(count)
                        .append(' ')
                        .append(reason.text());
                if (senderIsLocal && reason.senderErrno() != 0) {
                    text.append(" (").append(Errno.name(reason.senderErrno())).append(" to a local sender)");
                }
            }
        }
        return text.toString();
    }

    private static void json(JsonWriter json, Summary summary) {
        Counters counters = summary.counters();
        json.name("program").value(summary.program().name());
        json.name("type").value(summary.program().type().sectionName());
        json.name("section").value(summary.section());
        json.name("capture").value(summary.capture().toString());
        json.name("workers").value(summary.workers());
        json.name("packets").value(counters.packets());
        json.name("bytes").value(counters.bytes());
        json.name("seconds").value(summary.nanos() / 1e9);
        json.name("packets_per_second").value(ProgressBar.perSecond(counters.packets(), summary.nanos()));
        Histogram latency = counters.latency();
        json.name("latency_ns").beginObject();
        for (Percentile percentile : PERCENTILES) {
            json.name(percentile.name()).value(latency.getValueAtPercentile(percentile.rank()));
        }
        json.name("max").value(latency.getMaxValue()).endObject();
        json.name("verdicts").beginObject();
        for (Verdict verdict : Verdict.values()) {
            json.name(VERDICT_NAMES.getOrDefault(verdict, "")).value(counters.verdicts(hook(summary), verdict));
        }
        json.endObject().name("fates").beginObject();
        for (Fate fate : Fate.values()) {
            if (fate != Fate.PENDING) {
                json.name(name(fate)).value(counters.fates(fate));
            }
        }
        json.endObject().name("drops").beginObject();
        for (DropReason reason : DropReason.values()) {
            if (counters.drops(reason) > 0) {
                json.name(reason.name().toLowerCase(Locale.ROOT)).value(counters.drops(reason));
            }
        }
        json.endObject();
        json.name("clones").value(counters.clones());
        json.name("traps").value(counters.traps());
        json.name("files").beginObject();
        summary.files().forEach((file, packets) -> json.name(file).value(packets));
        json.endObject();
        CaptureFormatException fault = summary.fault();
        json.name("fault");
        if (fault == null) {
            json.nullValue();
        } else {
            json.beginObject()
                    .name("kind")
                    .value(fault.kind().name().toLowerCase(Locale.ROOT))
                    .name("offset")
                    .value(fault.offset())
                    .name("message")
                    .value(String.valueOf(fault.getMessage()))
                    .endObject();
        }
    }

    private static String name(Fate fate) {
        return fate.name().toLowerCase(Locale.ROOT);
    }

    private static MapPrinter printer(LoadedObject object, String name, BpfMap map) {
        MapSpec declared = declared(object, name);
        return new MapPrinter(map, object.spec().btf(), declared.keyType(), declared.valueType(), declared.variables());
    }

    /** Whether a map is one the program's author declared, not a section of global variables. */
    private static boolean isDeclared(LoadedObject object, String name) {
        return !declared(object, name).origin().isSection();
    }

    /** Whether a map is a section of variables that programs may have changed. */
    private static boolean hasVariables(LoadedObject object, String name) {
        MapSpec section = declared(object, name);
        return section.origin() == MapSpec.Origin.DATA && !section.variables().isEmpty();
    }

    private static MapSpec declared(LoadedObject object, String name) {
        return object.spec().map(name).orElseThrow();
    }

    private static void textMaps(PrintStream out, LoadedObject object) {
        object.maps().forEach((name, map) -> {
            if (isDeclared(object, name)) {
                printer(object, name, map).text(out);
            } else if (hasVariables(object, name)) {
                printer(object, name, map).textVariables(out);
            }
        });
    }

    private static void jsonMaps(JsonWriter json, LoadedObject object) {
        json.name("maps").beginArray();
        object.maps().forEach((name, map) -> {
            if (isDeclared(object, name) || hasVariables(object, name)) {
                json.beginObject()
                        .name("name")
                        .value(name)
                        .name("type")
                        .value(map.definition().type().name().toLowerCase(Locale.ROOT));
                json.name("max_entries")
                        .value(Integer.toUnsignedLong(map.definition().maxEntries()));
                MapPrinter printer = printer(object, name, map);
                if (hasVariables(object, name)) {
                    json.name("variables");
                    printer.jsonVariables(json);
                } else if (printer.isListable()) {
                    json.name("elements");
                    printer.json(json);
                }
                json.endObject();
            }
        });
        json.endArray();
    }

    @Override
    public void close() throws IOException {
        if (traceFile != null) {
            traceFile.close();
        }
        terminal.out().flush();
    }

    /** Lets lines gather: a flush for each would cost more than the program. */
    private static final class Unflushed extends OutputStream {
        private final OutputStream to;

        Unflushed(OutputStream to) {
            this.to = to;
        }

        @Override
        public void write(int b) throws IOException {
            to.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            to.write(bytes, offset, length);
        }

        @Override
        public void flush() {}
    }

    /** Turns lines, each of which comes in one write, into strings of a JSON array. */
    private static final class JsonLines extends OutputStream {
        private final JsonWriter json;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        JsonLines(JsonWriter json) {
            this.json = json;
        }

        @Override
        public void write(int b) {
            line.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            line.write(bytes, offset, length);
        }

        @Override
        public void flush() {
            json.value(line.toString(StandardCharsets.UTF_8).stripTrailing());
            line.reset();
        }
    }
}
