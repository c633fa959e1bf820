/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfBuilder;
import io.github.bpf4j.compiler.elf.ElfWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands as a user gives them, on the samples. */
class CommandLineTest extends CommandLineHarness {
    private static final Path SAMPLES = Path.of("../samples");

    @TempDir
    private Path dir;

    private static String sample(String name) {
        return SAMPLES.resolve("bpf/" + name + ".o").toString();
    }

    private static String mixed() {
        return SAMPLES.resolve("captures/mixed.pcap").toString();
    }

    /** The only line that begins with a word. */
    private String line(String word) {
        return out.lines()
                .filter(l -> l.strip().startsWith(word + " "))
                .reduce((a, b) -> a + " and " + b)
                .orElse("")
                .strip();
    }

    @Test
    void runDropsAndKeeps() throws IOException {
        Path kept = dir.resolve("kept.pcap");
        Path dropped = dir.resolve("dropped.pcap");
        assertEquals(
                0,
                bpf4j(
                        "run",
                        sample("drop_egress_8080"),
                        "--in",
                        mixed(),
                        "--out",
                        kept.toString(),
                        "--dropped",
                        dropped.toString()));
        assertEquals("verdicts   BPF_OK 2360, BPF_DROP 1601", line("verdicts"));
        assertEquals("sent       2360", line("sent"));
        assertEquals("dropped    1601: 1601 dropped by the program (EPERM to a local sender)", line("dropped"));
        assertEquals("bypassed   135, not IP or too short for a link header", line("bypassed"));
        assertTrue(out.contains("wrote      2495 packets, kept: " + kept), out);
        assertEquals(
                24 + 24 + (564_731 - 24), Files.size(kept) + Files.size(dropped), "no packet is lost, none changed");
        String traceLine =
                " +<idle>-0 +\\[000\\] b\\.s21 +\\d+\\.\\d{6}: bpf_trace_printk: Dropping egress packet to port 8080";
        assertEquals(1601, out.lines().filter(l -> l.matches(traceLine)).count());
        assertFalse(out.contains("\n\n"), "no empty lines");
        assertEquals("", err);
    }

    @Test
    void targetTypesComeFromFiles() throws IOException {
        BtfBuilder kernel = new BtfBuilder();
        kernel.addInt("int", 4, 0);
        Btf base = kernel.build();
        Path types = Files.write(dir.resolve("kernel"), base.toByteArray());
        BtfBuilder split = new BtfBuilder(base);
        split.addPointer(1);
        Path module = Files.write(dir.resolve("module"), split.toByteArray());
        String object = sample("drop_egress_8080");
        assertEquals(0, bpf4j("verify", object, "--btf", types.toString()));
        assertEquals(0, bpf4j("verify", object, "--btf", module.toString(), "--btf-base", types.toString()), err);
        assertEquals(1, bpf4j("verify", object, "--btf", module.toString()));
        assertTrue(err.contains(".BTF at offset 0x10"), err);
        assertTrue(err.contains(module.toString()), err);
        assertEquals(2, bpf4j("verify", object, "--btf-base", types.toString()));
        assertEquals(1, bpf4j("verify", object, "--btf", mixed()));
        assertTrue(err.contains("not BTF"), err);
    }

    @Test
    void modulesBuiltOnTheirOwnNeedTheirKernelsTypes() throws IOException {
        BtfBuilder kernel = new BtfBuilder();
        kernel.addInt("long", 8, 0);
        kernel.addInt("int", 4, 0);
        Path types = Files.write(dir.resolve("kernel"), kernel.toByteArray());
        BtfBuilder distilled = new BtfBuilder();
        distilled.addInt("int", 4, 0);
        BtfBuilder own = new BtfBuilder(distilled.build());
        own.addPointer(1);
        ElfWriter elf = new ElfWriter();
        elf.section(".BTF", 0, own.toByteArray());
        elf.section(".BTF.base", 0, distilled.toByteArray());
        String module = Files.write(dir.resolve("module.ko"), elf.write()).toString();
        String object = sample("drop_egress_8080");
        assertEquals(0, bpf4j("verify", object, "--btf", module, "--btf-base", types.toString()), err);
        assertEquals(1, bpf4j("verify", object, "--btf", module));
        assertTrue(err.contains(module + ": .BTF.base at offset 0x0: these types are a module's"), err);
        kernel = new BtfBuilder();
        kernel.addInt("long", 8, 0);
        Files.write(types, kernel.toByteArray());
        assertEquals(1, bpf4j("verify", object, "--btf", module, "--btf-base", types.toString()));
        assertTrue(err.contains(module + ": .BTF.base at offset 0x18: type 1 (INT 'int'): is not in the base"), err);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "3"})
    void histogramIsDecodedAndAddedUp(String workers) {
        assertEquals(
                0,
                bpf4j(
                        "run",
                        sample("len_hist"),
                        "--section",
                        "len_hist",
                        "--type",
                        "lwt_xmit",
                        "--in",
                        mixed(),
                        "--dump-maps",
                        "--workers",
                        workers));
        assertTrue(out.contains("map lwt_len_hist_map (PERCPU_HASH): 10 of 1024 elements"), out);
        assertTrue(line("5:").startsWith("5: 2145 (cpu0 "), out);
        assertEquals(workers.equals("3"), line("5:").contains(", cpu2 "));
    }

    @Test
    void localStorageIsListedByItsOwners() throws Exception {
        Path object = dir.resolve("local_storage.o");
        try (InputStream in = getClass().getResourceAsStream("/corpus/objects/local_storage.o")) {
            Files.copy(Objects.requireNonNull(in), object);
        }
        assertEquals(
                0,
                bpf4j(
                        "run",
                        object.toString(),
                        "--program",
                        "counted",
                        "--in",
                        mixed(),
                        "--dump-maps",
                        "--trace",
                        "none",
                        "--workers",
                        "2"),
                err);
        assertTrue(out.contains("map accounts (TASK_STORAGE): 2 elements"), out);
        assertTrue(out.contains("map sockets (SK_STORAGE): 0 elements"), out);
    }

    @Test
    void jsonIsOneObject() {
        assertEquals(0, bpf4j("run", sample("drop_ingress_8080"), "--in", mixed(), "--json", "--dump-maps"));
        assertTrue(out.startsWith("{\"trace\":[\"          <idle>-0"), out.substring(0, 60));
        assertTrue(out.contains("\"verdicts\":{\"BPF_OK\":3335,\"BPF_DROP\":626,"), out);
        assertTrue(out.contains("\"drops\":{\"program\":626}"), out);
        assertTrue(out.endsWith("\"fault\":null,\"maps\":[]}\n"), out.substring(out.length() - 60));
    }

    @Test
    void latenciesAreCountedPerPacketAndWrittenForHdrHistogramsTools() throws IOException {
        Path latency = dir.resolve("latency.hgrm");
        assertEquals(
                0,
                bpf4j(
                        "run",
                        sample("drop_egress_8080"),
                        "--in",
                        mixed(),
                        "--trace",
                        "none",
                        "--workers",
                        "2",
                        "--latency",
                        latency.toString()));
        assertTrue(line("latency").matches("latency +p50 .* µs, p90 .* µs, p99 .* µs, p99.9 .* µs, max .* µs"), out);
        String distribution = Files.readString(latency);
        assertTrue(distribution.contains("Value     Percentile TotalCount"), distribution);
        assertTrue(distribution.matches("(?s).*Total count +=  +4096].*"), distribution);
    }

    @Test
    void routesDecideWhichPacketsMeetTheProgram() {
        assertEquals(
                0,
                bpf4j("run", sample("drop_egress_8080"), "--in", mixed(), "--route", "10.0.0.3/32", "--trace", "none"));
        int dropped = Integer.parseInt(line("dropped").replaceAll("(?s).*?(\\d+) dropped by the program.*", "$1"));
        assertTrue(dropped > 100 && dropped < 1601, out);
    }

    @Test
    void faultyCaptureIsReportedAndTheRestRuns() throws IOException {
        Path cut = dir.resolve("cut.pcap");
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(Path.of(mixed())), 100_000));
        assertEquals(1, bpf4j("run", sample("drop_egress_8080"), "--in", cut.toString(), "--trace", "none"));
        assertTrue(line("fault").contains("at byte 99"), out);
        assertTrue(line("read").contains("packets"), out);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "run | Missing required options",
                "nonsense | Unmatched argument",
                "run SAMPLE:len_hist --in x | does not say its type",
                "run SAMPLE:drop_egress_8080 --in x --section nope | it holds drop_egress_port_8080 (lwt_out)",
                "run SAMPLE:drop_egress_8080 --in x --workers 0 | --workers 0 is outside",
                "run SAMPLE:drop_egress_8080 --in x --route 10.0.0 | is not an IP prefix",
                "run SAMPLE:rate_limit --in x --set nope=1 | no variable",
                "run SAMPLE:rate_limit --in x --set rate=x | is not a number",
                "verify SAMPLE:len_hist --type nope | expected one of",
                "test-run SAMPLE:drop_egress_8080 | Missing required option",
            })
    void wrongCommandLines(String command, String message) {
        assertEquals(2, bpf4j(words(command)), err);
        assertTrue(err.contains(message), err);
        assertEquals("", out);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "run nofile.o --in x | bpf4j: no such file: nofile.o",
                "run SAMPLE:drop_egress_8080 --in nofile.pcap | bpf4j: no such file: nofile.pcap",
                "run SAMPLE:drop_egress_8080 --in SAMPLE:dnat | bpf4j: at byte 0: magic number 0x7f454c46 is neither"
                        + " pcap nor pcapng",
                "plugin zz | bpf4j: memory is not",
            })
    void failures(String command, String message) {
        assertEquals(1, bpf4j(words(command.startsWith("plugin") ? command + " --program 95" : command)), err);
        assertTrue(err.startsWith(message), err);
    }

    private static String[] words(String command) {
        return Arrays.stream(command.strip().split(" "))
                .map(w -> w.startsWith("SAMPLE:") ? sample(w.substring(7)) : w)
                .toArray(String[]::new);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "drop_egress_8080",
                "drop_ingress_8080",
                "dnat",
                "encap_gre",
                "seg6_end",
                "rate_limit",
                "syn_events"
            })
    void samplesPassTheVerifier(String name) {
        assertEquals(0, bpf4j("verify", sample(name), "-v"), out + err);
        assertTrue(out.contains("): accepted"), out);
    }

    @Test
    void verboseVerifyWritesTheLogInTheKernelsStyle() {
        assertEquals(0, bpf4j("verify", sample("drop_egress_8080"), "-v"), err);
        List<String> lines = out.lines().toList();
        int source = lines.indexOf("; if ((void *)(ip + 1) > data_end) @ drop_egress_8080.bpf.c:25");
        int branch = lines.indexOf("5: (2d) if r3 > r2 goto pc+16         ; R2=pkt_end() R3=pkt(off=20,r=20)");
        int later = lines.indexOf("from 5 to 22: safe");
        assertTrue(source > 0 && branch > source && later > branch, out);
        assertTrue(
                lines.get(later + 1)
                        .equals("processed 26 insns (limit 1000000) max_states_per_insn 0 total_states 2 peak_states 2"
                                + " mark_read 0"),
                out);
    }

    @Test
    void dumpInterleavesSourceEbpfAndBytecode() {
        assertEquals(0, bpf4j("dump", sample("drop_egress_8080"), "--bytecode"), err);
        int source = out.indexOf("drop_egress_8080.bpf.c:27: if (ip->protocol != IPPROTO_TCP)");
        int ebpf = out.indexOf("6: r3 = *(u8 *)(r1 + 9)", source);
        int bytecode = out.indexOf("BIPUSH 9", ebpf);
        int next = out.indexOf("drop_egress_8080.bpf.c:31:", ebpf);
        assertTrue(source >= 0 && ebpf > source && bytecode > ebpf && next > bytecode, out);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--data-in", "data_in"})
    void testRunIsTheTwinOfBpftool(String option) throws IOException {
        Path in = dir.resolve("in.bin");
        Path result = dir.resolve("out.bin");
        Path context = dir.resolve("ctx.bin");
        byte[] frame = HexFormat.of()
                .parseHex("0200000000020200000000010800" + "4500002800010000400666cd0a0000020a000003"
                        + "04d21f90000000010000000050022000" + "8f8d0000");
        Files.write(in, frame);
        assertEquals(
                0,
                bpf4j(
                        "test-run",
                        sample("drop_egress_8080"),
                        option,
                        in.toString(),
                        option.startsWith("-") ? "--data-out" : "data_out",
                        result.toString(),
                        "--ctx-out",
                        context.toString(),
                        "--repeat",
                        "3"),
                err);
        assertTrue(out.matches("Return value: 2, duration \\(average\\): \\d+ns\\R"), out);
        Arrays.fill(frame, 0, 14, (byte) 0);
        assertArrayEquals(frame, Files.readAllBytes(result));
        assertEquals(192, Files.size(context));
        assertEquals(3, err.lines().filter(l -> l.contains("Dropping egress")).count());
        assertEquals(
                1, bpf4j("test-run", sample("drop_egress_8080"), "--data-in", in.toString(), "--data-size-out", "10"));
        assertTrue(err.contains("ENOSPC"), err);
        assertEquals(0, bpf4j("test-run", sample("drop_egress_8080"), "--data-in", in.toString(), "--json"));
        assertTrue(out.matches("\\{\"retval\":2,\"duration\":\\d+\\}\\R"), out);
    }

    @Test
    void pluginRunsAProgramOverMemory() {
        // r0 = *(u8 *)(r1 + 1); r0 += r2; exit
        String program = "71 10 01 00 00 00 00 00 0f 20 00 00 00 00 00 00 95 00 00 00 00 00 00 00";
        assertEquals(0, bpf4j("plugin", "01 f0 03", "--program", program), err);
        assertEquals("f3", out.strip());
        assertEquals(1, bpf4j("plugin", "01", "--program", program), "one byte behind the memory");
        assertTrue(err.contains("run-time check"), err);
    }

    @Test
    void pinnedMapContinuesInTheNextRunAndCanBeEdited() {
        String pins = dir.resolve("pins").toString();
        String[] run = {
            "run", sample("len_hist"), "--type", "lwt_xmit", "--in", mixed(), "--pin-dir", pins, "--dump-maps"
        };
        assertEquals(0, bpf4j(run), err);
        assertEquals("5: 2145 (cpu0 2145)", line("5:"));
        assertEquals(0, bpf4j(run), err);
        assertEquals("5: 4290 (cpu0 4290)", line("5:"));
        assertEquals(0, bpf4j("map", "list", "--pin-dir", pins), err);
        assertEquals("lwt_len_hist_map: percpu_hash  key 8B  value 8B  max_entries 1024  flags 0x0", out.strip());
        assertEquals(0, bpf4j("map", "update", "lwt_len_hist_map", "5", "0x10", "--pin-dir", pins), err);
        assertEquals(0, bpf4j("map", "lookup", "lwt_len_hist_map", "hex:0500000000000000", "--pin-dir", pins), err);
        assertEquals("5: 16 (cpu0 16)", out.strip());
        assertEquals(1, bpf4j("map", "update", "lwt_len_hist_map", "5", "1", "--when", "noexist", "--pin-dir", pins));
        assertTrue(err.contains("EEXIST"), err);
        assertEquals(0, bpf4j("map", "delete", "lwt_len_hist_map", "5", "--pin-dir", pins), err);
        assertEquals(1, bpf4j("map", "lookup", "lwt_len_hist_map", "5", "--pin-dir", pins));
        assertEquals("bpf4j: map lwt_len_hist_map: there is no such element (ENOENT)", err.strip());
        assertEquals(
                0,
                bpf4j("map", "dump", "lwt_len_hist_map", "--pin-dir", pins, "--json", "--object", sample("len_hist")),
                err);
        assertTrue(
                out.startsWith("[{\"key\":[\"0x00\",")
                        && out.contains("\"formatted\":{\"key\":6,\"values\":[{\"cpu\":0,\"value\":"),
                out);
        assertEquals(1, bpf4j("map", "dump", "nope", "--pin-dir", pins));
        assertEquals(2, bpf4j("map", "dump", "lwt_len_hist_map"), "without --pin-dir");
        assertEquals(2, bpf4j("map", "lookup", "lwt_len_hist_map", "hex:05", "--pin-dir", pins));
    }

    @Test
    void globalVariablesAreShownWithTheMaps() {
        String object = "src/test/resources/objects/map_values.o";
        assertEquals(0, bpf4j("run", object, "--in", mixed(), "--dump-maps"), err);
        assertTrue(out.contains("variables in .bss\n  fill.value: {count: 46, negative: -5, name: eth0,"), out);
        assertEquals(0, bpf4j("run", object, "--in", mixed(), "--dump-maps", "--json"), err);
        assertTrue(
                out.contains("\"name\":\".bss\",\"type\":\"array\",\"max_entries\":1,\"variables\":"
                        + "{\"fill.value\":{\"count\":46,\"negative\":-5,\"name\":\"eth0\",\"low\":\"0x5\","),
                out);
    }

    @Test
    void arenaIsShownWithItsVariables() {
        String object = "src/test/resources/objects/arena.o";
        assertEquals(0, bpf4j("run", object, "--type", "lwt_xmit", "--in", mixed(), "--dump-maps"), err);
        assertTrue(out.contains("map arena (ARENA): 1 of 1000 pages at 0x100000000000"), out);
        assertEquals("head: 0x0", line("head:"));
        assertEquals("factor: 3", line("factor:"));
    }

    @Test
    void rejectionIsExplained() {
        String object = "src/test/resources/mistakes/02-second-bounds-check-removed.o";
        assertEquals(1, bpf4j("verify", object), out);
        assertTrue(out.contains("): rejected") && out.contains("02-second-bounds-check-removed"), out);
        assertEquals(1, bpf4j("run", object, "--in", mixed()));
        assertTrue(err.startsWith("bpf4j: rejected:"), err);
        assertEquals(1, bpf4j("verify", object, "--json"));
        assertTrue(out.contains("\"accepted\":false,") && out.contains("\"reason\":\"OutOfBoundsPacketAccess\""), out);
    }
}
