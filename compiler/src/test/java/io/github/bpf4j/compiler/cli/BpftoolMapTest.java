/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bpf4j.compiler.BpfObject;
import io.github.bpf4j.compiler.TestObjects;
import io.github.bpf4j.compiler.kernel.RequiresKernel;
import io.github.bpf4j.compiler.load.LoadOptions;
import io.github.bpf4j.compiler.spec.MapSpec;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.spec.Pinning;
import io.github.bpf4j.runtime.map.PinDirectory;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bpftool map} on maps that a program filled in Linux, and {@code bpf4j map} on those it filled here: the same JSON. */
@RequiresKernel
class BpftoolMapTest extends CommandLineHarness {
    private static final Path BPFFS = Path.of("/sys/fs/bpf");
    private static final String OBJECT = "src/test/resources/objects/map_values.o";

    @TempDir
    private Path dir;

    private Path linux = BPFFS;

    /** What a command wrote to standard output, and its exit code. */
    private record Outcome(int exit, String output) {}

    @BeforeEach
    void fill() throws Exception {
        assumeTrue(run("bpftool", "version").exit == 0, "bpftool is not installed");
        assumeTrue(run("taskset", "--version").exit == 0, "taskset is not installed");
        assumeTrue(Files.getFileStore(BPFFS).type().equals("bpf"), "no BPF file system is mounted");
        linux = BPFFS.resolve("bpf4j-" + ProcessHandle.current().pid());
        String program = linux.resolve("fill").toString();
        Files.createDirectory(linux);
        Outcome loaded = run("bpftool", "prog", "load", OBJECT, program, "pinmaps", linux.resolve("maps") + "");
        assertEquals(0, loaded.exit, loaded.output);
        Path packet = Files.write(dir.resolve("packet"), new byte[60]);
        Outcome ran =
                run("taskset", "-c", "0", "bpftool", "prog", "run", "pinned", program, "data_in", packet.toString());
        assertEquals(0, ran.exit, ran.output);

        ObjectSpec spec = ObjectSpec.read(TestObjects.read("map_values.o"));
        for (MapSpec map : spec.maps()) {
            if (!map.origin().isSection()) {
                spec = spec.withMap(map.name(), each -> each.withPinning(Pinning.BY_NAME, null));
            }
        }
        LoadOptions options =
                LoadOptions.of(possibleCpus()).withPins(PinDirectory.of(dir.resolve("pins"))::openOrCreate);
        BpfObject.load(spec, options).program("fill").run(new ExecutionContext(0), new SkBuff(new byte[46], 0, 46));
    }

    private static int possibleCpus() throws IOException {
        String range =
                Files.readString(Path.of("/sys/devices/system/cpu/possible")).strip();
        return 1 + Integer.parseInt(range.substring(1 + Math.max(range.lastIndexOf('-'), range.lastIndexOf(','))));
    }

    @AfterEach
    void remove() throws IOException {
        if (linux.equals(BPFFS) || !Files.exists(linux)) {
            return;
        }
        Files.walkFileTree(linux, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, IOException failure) throws IOException {
                Files.delete(each);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static Outcome run(String... command) throws IOException, InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assumeTrue(process.waitFor(20, TimeUnit.SECONDS));
            return new Outcome(process.exitValue(), output.strip());
        } catch (IOException e) {
            return new Outcome(-1, String.valueOf(e.getMessage()));
        }
    }

    private Outcome bpftool(String command, String map, String... words) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("bpftool", "-j", "map", command, "pinned"));
        all.add(linux.resolve("maps").resolve(map).toString());
        all.addAll(Arrays.asList(words));
        return run(all.toArray(String[]::new));
    }

    private Outcome here(String command, String... words) {
        List<String> all = new ArrayList<>(List.of("map", command, "--json", "--pin-dir", dir.resolve("pins") + ""));
        all.addAll(Arrays.asList(words));
        int exit = bpf4j(all.toArray(String[]::new));
        return new Outcome(exit, out.strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"structs", "per_cpu_hash", "per_cpu_array", "numbers", "untyped", "prefixes"})
    void dumpsAreTheSame(String map) throws Exception {
        assertEquals(bpftool("dump", map), here("dump", map));
        assertEquals(bpftool("dump", map), here("dump", map, "--object", OBJECT), "with the object's types");
    }

    @ParameterizedTest
    @CsvSource({
        "numbers, 1 0 0 0, 1",
        "per_cpu_array, 0 0 0 0, 0",
        "untyped, 1 0 0 0, hex:01000000",
        "structs, 0x0a 0 0 1 0x90 0x1f 6 0, hex:0a000001901f0600",
        "prefixes, 32 0 0 0 10 0 1 77, hex:200000000a00014d",
    })
    void lookupsAreTheSame(String map, String bytes, String key) throws Exception {
        List<String> words = new ArrayList<>(List.of("key"));
        words.addAll(Arrays.asList(bytes.split(" ")));
        assertEquals(bpftool("lookup", map, words.toArray(String[]::new)), here("lookup", map, key));
    }

    @Test
    void whatIsNotThereIsNull() throws Exception {
        Outcome linuxSays = bpftool("lookup", "untyped", "key", "9", "0", "0", "0");
        Outcome saidHere = here("lookup", "untyped", "9");
        assertEquals("null", linuxSays.output);
        assertEquals(linuxSays.output, saidHere.output);
        assertEquals(1, saidHere.exit);
    }

    @Test
    void changesSayNull() throws Exception {
        String[] zeros = {"key", "2", "0", "0", "0", "value", "1", "2", "0", "0", "0", "0", "0", "0"};
        assertEquals(bpftool("update", "numbers", zeros), here("update", "numbers", "2", "0x201"));
        assertEquals(bpftool("dump", "numbers"), here("dump", "numbers"));
        assertEquals(bpftool("delete", "untyped", "key", "1", "0", "0", "0"), here("delete", "untyped", "1"));
        assertEquals(bpftool("dump", "untyped"), here("dump", "untyped"));
    }

    /** A list without what only Linux has: a map's number, its memory there and the number of its types. */
    @Test
    void listsAreTheSame() throws Exception {
        List<String> maps = new ArrayList<>();
        for (String map : new String[] {"events", "numbers", "per_cpu_array", "per_cpu_hash", "prefixes", "structs"}) {
            maps.add(bpftool("show", map)
                    .output
                    .replaceAll("\"id\":\\d+,|\"bytes_memlock\":\\d+,|,\"btf_id\":\\d+", "")
                    .replaceAll("}$", ""));
        }
        String listed = here("list").output.replaceAll(",\"pinned\":\\[\"[^\"]*\"]}", "");
        assertEquals(
                String.join(",", maps),
                listed.substring(1, listed.indexOf(",{\"type\":\"hash\",\"name\":\"untyped\"")));
    }
}
