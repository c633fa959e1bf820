/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.BpfObject;
import io.github.bpf4j.compiler.load.LoadOptions;
import io.github.bpf4j.compiler.spec.MapSpec;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.spec.Pinning;
import io.github.bpf4j.runtime.map.PinDirectory;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code bpf4j map} as a user gives it, on pins of all sorts. */
class MapCommandTest extends CommandLineHarness {
    private static final String OBJECT = "src/test/resources/objects/map_values.o";
    private static final String OTHER_OBJECT = "../samples/bpf/rate_limit.o";

    @TempDir
    private Path dir;

    private Path pins = Path.of("");

    @BeforeEach
    void fillPinnedMaps() throws Exception {
        pins = dir.resolve("pins");
        ObjectSpec spec = ObjectSpec.read(Files.readAllBytes(Path.of(OBJECT)));
        for (MapSpec map : spec.maps()) {
            if (!map.origin().isSection()) {
                spec = spec.withMap(map.name(), each -> each.withPinning(Pinning.BY_NAME, null));
            }
        }
        LoadOptions options = LoadOptions.of(2).withPins(PinDirectory.of(pins)::openOrCreate);
        BpfObject.load(spec, options).program("fill").run(new ExecutionContext(1), new SkBuff(new byte[46], 0, 46));
    }

    private int map(String... words) {
        List<String> all = new ArrayList<>(List.of("map"));
        all.addAll(Arrays.asList(words));
        if (!all.contains("--pin-dir")) {
            all.addAll(List.of("--pin-dir", pins.toString()));
        }
        return bpf4j(all.toArray(String[]::new));
    }

    @Test
    void pinsKeepTheTypesOfTheirElements() {
        assertEquals(0, map("dump", "structs"), err);
        assertTrue(out.contains("  {address: 16777226, port: 8080, protocol: 6}: {count: 46, negative: -5,"), out);
        assertTrue(out.contains("word: 16909060, parts: [4, 3, 2, 1], either: {number: 4294967294,"), out);
        assertTrue(out.contains("pointer: 0xffff888012345678, wide: -2, unsigned_wide: 92233720368547758086,"), out);
        assertEquals(0, map("lookup", "per_cpu_array", "1"), err);
        assertEquals("1: 42 (cpu0 0, cpu1 42)", out.strip());
        assertEquals(0, map("dump", "untyped", "--json"), err);
        assertFalse(out.contains("formatted"), out);
        assertEquals(0, map("dump", "events"), err);
        assertEquals("map events (RINGBUF): its elements cannot be listed", out.strip());
    }

    @Test
    void brokenPinsDoNotHideTheOthers() throws IOException {
        Files.writeString(pins.resolve("foreign"), "hello");
        Files.createDirectory(pins.resolve("folder"));
        assertEquals(1, map("list"));
        assertEquals(7, out.lines().count(), out);
        assertTrue(out.contains("structs: hash  key 8B  value 160B  max_entries 16  flags 0x0\n"), out);
        assertEquals("bpf4j: pin 'foreign' is not a pinned map: it has 5 bytes", err.strip());
        assertEquals(1, map("list", "--json"));
        assertTrue(
                out.startsWith(
                        "[{\"type\":\"ringbuf\",\"name\":\"events\",\"flags\":0,\"bytes_key\":0,\"bytes_value\":0,"
                                + "\"max_entries\":4096,\"frozen\":0,\"pinned\":[\"" + pins + "/events\"]},{"),
                out);
        assertTrue(out.strip().endsWith("}]"), out);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "list --pin-dir PINS/nosuch | 1 | no such file: PINS/nosuch",
                "list --pin-dir PINS/numbers | 1 | not a directory: PINS/numbers",
                "lookup numbers 4294967296 | 2 | 4294967296 does not fit the 4 bytes of the key",
                "lookup numbers -2147483649 | 2 | -2147483649 does not fit the 4 bytes of the key",
                "lookup numbers 0x-5 | 2 | '0x-5' is neither a number of at most 8 bytes nor hex:… bytes",
                "lookup numbers 0x | 2 | '0x' is neither a number of at most 8 bytes nor hex:… bytes",
                "lookup numbers hex:123 | 2 | 'hex:123' is not hex: and two digits for each byte",
                "lookup structs 1 | 1 | map structs: there is no such element (ENOENT)",
                "lookup events 1 | 2 | the map has no keys: give hex:",
                "lookup events hex: | 1 | map events: its kind does not allow lookups (ENOTSUPP)",
                "update numbers 1 hex:00 | 2 | the value has 8 bytes, not 1",
                "update untyped 1 2 | 2 | the value has 12 bytes: give them as hex:…",
                "update numbers 3 1 | 1 | map numbers: the map is full, or the index beyond its end (E2BIG)",
                "update numbers 1 1 --when noexist | 1 | map numbers: the element exists already (EEXIST)",
                "lookup numbers -1 | 1 | map numbers: there is no such element (ENOENT)",
                "delete numbers 1 | 1 | map numbers: its kind does not allow deletions (EINVAL)",
                "delete untyped 2 | 1 | map untyped: there is no such element (ENOENT)",
                "dump ../pins/numbers | 1 | '../pins/numbers' is not a name for a pin",
                "dump .hidden | 1 | '.hidden' is not a name for a pin",
                "dump nope | 1 | there is no pin 'nope' in PINS",
                "dump numbers --object OTHER | 1 | OTHER declares no map numbers; there are buckets",
                "dump numbers --object OTHER.nope | 1 | no such file: OTHER.nope",
            })
    void whatIsRefused(String command, int code, String message) {
        String[] words = command.replace("PINS", pins.toString())
                .replace("OTHER", OTHER_OBJECT)
                .split(" ");
        String expected = message.replace("PINS", pins.toString()).replace("OTHER", OTHER_OBJECT);
        assertEquals(code, map(words), err);
        assertTrue(err.startsWith("bpf4j: " + expected), err);
        assertEquals("", out);
    }

    @Test
    void failuresAreJsonToo() {
        assertEquals(1, map("dump", "events", "--json"));
        assertEquals("{\"error\":\"map events: its elements cannot be listed\"}", out.strip());
        assertEquals("bpf4j: map events: its elements cannot be listed", err.strip());
        assertEquals(2, map("lookup", "numbers", "x", "-j"));
        assertEquals("{\"error\":\"'x' is neither a number of at most 8 bytes nor hex:… bytes\"}", out.strip());
    }

    @Test
    void numbersMayHaveASignOrNone() {
        for (String all : List.of("-1", "18446744073709551615", "0xffffffffffffffff", "hex:ffffffffffffffff")) {
            assertEquals(0, map("update", "numbers", "2", all), err);
            assertEquals(0, map("lookup", "numbers", "0x2"), err);
            assertEquals("2: 18446744073709551615", out.strip());
            assertEquals(0, map("update", "numbers", "2", "0"), err);
        }
    }
}
