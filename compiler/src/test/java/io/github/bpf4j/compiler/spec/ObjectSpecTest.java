/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.TestObjects;
import io.github.bpf4j.compiler.spec.ExternSpec.Kind;
import io.github.bpf4j.compiler.spec.MapSpec.Origin;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectSpecTest {
    static final List<String> ALL = TestObjects.ALL;
    private final ObjectSpec rich = ObjectSpec.read(TestObjects.read("rich_v3.o"));

    @Test
    void programsAreNamedTypedAndGroupedBySection() {
        assertEquals("GPL", rich.license());
        assertEquals(
                Map.of(
                        "first", ProgramType.LWT_XMIT,
                        "second", ProgramType.LWT_XMIT,
                        "tail_target", ProgramType.LWT_XMIT,
                        "core", ProgramType.LWT_IN,
                        "externs", ProgramType.LWT_OUT),
                types(rich));
        assertEquals(
                List.of("first", "second"),
                rich.programsInSection("lwt_xmit/first").stream()
                        .map(ProgramSpec::name)
                        .toList());
        assertFalse(rich.program("core").orElseThrow().autoload());
        assertEquals("lwt_in/core", rich.program("core").orElseThrow().section());
        assertTrue(rich.program("first").orElseThrow().autoload());
    }

    private static Map<String, ProgramType> types(ObjectSpec spec) {
        Map<String, ProgramType> types = new HashMap<>();
        for (ProgramSpec program : spec.programs()) {
            types.put(program.name(), program.type());
        }
        return types;
    }

    @Test
    void aCustomSectionLeavesTheTypeToTheCaller() {
        ObjectSpec spec = ObjectSpec.read(TestObjects.read("legacy.o"));
        ProgramSpec count = spec.program("count").orElseThrow();
        assertNull(count.type());
        assertEquals("count_all", count.section());
        ObjectSpec edited = spec.withProgram("count", p -> p.withType(ProgramType.LWT_IN));
        assertEquals(ProgramType.LWT_IN, edited.program("count").orElseThrow().type());
    }

    @Test
    void subprogramsAreFunctionsThatAreNoPrograms() {
        Set<Integer> entries =
                Set.copyOf(rich.programs().stream().map(ProgramSpec::function).toList());
        Map<String, Boolean> globals = new HashMap<>();
        for (int i = 0; i < rich.functions().size(); i++) {
            if (!entries.contains(i)) {
                globals.put(
                        rich.functions().get(i).name(), rich.functions().get(i).isGlobal());
            }
        }
        assertEquals(Map.of("leaf", false, "on_step", false, "shared", true), globals);
    }

    @Test
    void everyAttributeOfABtfMapIsRead() {
        MapSpec flows = rich.map("flows").orElseThrow();
        assertEquals(MapType.HASH, flows.type());
        assertEquals(8, flows.keySize());
        assertEquals(16, flows.valueSize());
        assertEquals(1024, flows.maxEntries());
        assertEquals(1, flows.flags());
        assertEquals(Pinning.BY_NAME, flows.pinning());
        assertEquals("pair", java.util.Objects.requireNonNull(rich.btf()).name(flows.valueType()));
        MapSpec counters = rich.map("counters").orElseThrow();
        assertEquals(MapType.PERCPU_ARRAY, counters.type());
        assertEquals(8, counters.valueSize());
        MapSpec events = rich.map("events").orElseThrow();
        assertEquals(MapType.RINGBUF, events.type());
        assertEquals(0, events.valueSize());
    }

    @Test
    void nestedMapsAndProgramArraysHaveInitialValues() {
        MapSpec outer = rich.map("outer").orElseThrow();
        assertEquals(MapType.ARRAY_OF_MAPS, outer.type());
        assertEquals(4, outer.valueSize());
        MapSpec inner = outer.inner();
        assertNotNull(inner);
        assertEquals(MapType.ARRAY, inner.type());
        assertEquals(8, inner.maxEntries());
        assertEquals(List.of(new InitialValue(1, "inner_a"), new InitialValue(3, "inner_b")), outer.initialValues());
        assertEquals(
                List.of(new InitialValue(1, "tail_target")),
                rich.map("jumps").orElseThrow().initialValues());
    }

    @Test
    void dataSectionsAreMapsWithVariables() {
        MapSpec constants = rich.map(".rodata").orElseThrow();
        assertEquals(Origin.CONSTANTS, constants.origin());
        assertEquals(MapSpec.BPF_F_RDONLY_PROG | MapSpec.BPF_F_MMAPABLE, constants.flags());
        assertEquals(1, constants.maxEntries());
        assertEquals("901f", HexFormat.of().formatHex(constants.initialBytes(), 0, 2));
        assertEquals(
                List.of("port", "limits", "first.____fmt", "names"),
                constants.variables().stream().map(Variable::name).toList());
        MapSpec zero = rich.map(".bss").orElseThrow();
        assertEquals(Origin.DATA, zero.origin());
        assertNull(zero.contents());
        assertEquals(MapSpec.BPF_F_MMAPABLE, zero.flags());
        MapSpec custom = rich.map(".data.custom").orElseThrow();
        assertEquals("8877665544332211", HexFormat.of().formatHex(custom.initialBytes()));
        assertEquals(
                MapSpec.BPF_F_RDONLY_PROG,
                ObjectSpec.read(TestObjects.read("plain_nobtf.o"))
                        .map(".rodata.str1.1")
                        .orElseThrow()
                        .flags());
    }

    @Test
    void externsAreSortedByWhatTheyAre() {
        Map<String, Kind> kinds = new HashMap<>();
        rich.externs().forEach(e -> kinds.put(e.name(), e.kind()));
        assertEquals(
                Map.of(
                        "CONFIG_HZ", Kind.KCONFIG,
                        "CONFIG_NOT_THERE", Kind.KCONFIG,
                        "LINUX_KERNEL_VERSION", Kind.KCONFIG,
                        "missing_symbol", Kind.UNTYPED_KSYM,
                        "bpf_rcu_read_lock", Kind.KFUNC,
                        "bpf_rcu_read_unlock", Kind.KFUNC,
                        "bpf_no_such_kfunc", Kind.KFUNC),
                kinds);
        assertTrue(rich.extern("bpf_no_such_kfunc").orElseThrow().isWeak());
        assertFalse(rich.extern("bpf_rcu_read_lock").orElseThrow().isWeak());
        MapSpec kconfig = rich.map(".kconfig").orElseThrow();
        assertEquals(13, kconfig.valueSize());
        assertEquals(
                List.of("CONFIG_HZ", "LINUX_KERNEL_VERSION", "CONFIG_NOT_THERE"),
                kconfig.variables().stream().map(Variable::name).toList());
    }

    @Test
    void relocationsSayWhatTheyMean() {
        FunctionSpec tail =
                rich.functions().get(rich.program("tail_target").orElseThrow().function());
        assertEquals(
                List.of(new Relocation.MapAddress(0, "events"), new Relocation.DataAddress(2, ".data", 0)),
                tail.relocations());
        FunctionSpec first =
                rich.functions().get(rich.program("first").orElseThrow().function());
        assertEquals(
                List.of("on_step"),
                first.relocations().stream()
                        .filter(Relocation.FunctionAddress.class::isInstance)
                        .map(r -> rich.functions()
                                .get(((Relocation.FunctionAddress) r).function())
                                .name())
                        .toList());
        assertTrue(first.relocations().stream()
                .anyMatch(r -> r instanceof Relocation.DataAddress data
                        && data.map().equals(".rodata")
                        && data.offset() == 4)); // limits
        FunctionSpec second =
                rich.functions().get(rich.program("second").orElseThrow().function());
        Relocation call = second.relocations().getLast();
        assertEquals(
                "shared",
                rich.functions()
                        .get(((Relocation.FunctionCall) call).function())
                        .name());
        assertNotEquals(0, second.sectionOffset());
    }

    @ParameterizedTest
    @ValueSource(strings = {"legacy.o", "legacy_btf.o", "legacy_iproute2.o"})
    void legacyMapsAreRead(String object) {
        MapSpec hits = ObjectSpec.read(TestObjects.read(object)).map("hits").orElseThrow();
        assertEquals(Origin.LEGACY, hits.origin());
        assertEquals(MapType.HASH, hits.type());
        assertEquals(4, hits.keySize());
        assertEquals(8, hits.valueSize());
        assertEquals(16, hits.maxEntries());
        assertEquals(object.contains("iproute2") ? Pinning.BY_NAME : Pinning.NONE, hits.pinning());
    }

    @Test
    void editsMakeCopies() {
        ObjectSpec edited = rich.withMap("flows", m -> m.withMaxEntries(7).withPinning(Pinning.NONE, "x"))
                .withVariable("port", 53)
                .withVariable("limits.high", 0xffff_ffffL)
                .withVariable("seen", new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        assertEquals(7, edited.map("flows").orElseThrow().maxEntries());
        assertEquals(1024, rich.map("flows").orElseThrow().maxEntries());
        byte[] constants = edited.map(".rodata").orElseThrow().initialBytes();
        assertEquals("3500", HexFormat.of().formatHex(constants, 0, 2));
        assertEquals("07000000ffffffff", HexFormat.of().formatHex(constants, 4, 12));
        assertArrayEquals(
                new byte[] {1, 2, 3, 4, 5, 6, 7, 8},
                Arrays.copyOf(edited.map(".bss").orElseThrow().initialBytes(), 8));
        assertEquals(
                "901f",
                HexFormat.of().formatHex(rich.map(".rodata").orElseThrow().initialBytes(), 0, 2));
    }

    @Test
    void editsAreChecked() {
        assertEquals(
                "65536 does not fit the 16 bits of variable 'port'",
                assertThrows(IllegalArgumentException.class, () -> rich.withVariable("port", 65_536))
                        .getMessage());
        assertEquals(
                "variable 'limits' has 8 bytes, not 4",
                assertThrows(IllegalArgumentException.class, () -> rich.withVariable("limits", new byte[4]))
                        .getMessage());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> rich.withVariable("ports", 1))
                .getMessage()
                .startsWith("no variable 'ports'; there are [port, limits"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> rich.withMap("x", m -> m))
                .getMessage()
                .startsWith("no map 'x'; there are [inner_a"));
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void damageGivesATypedErrorOrASpec(String object) {
        byte[] good = TestObjects.read(object);
        ObjectSpec.read(good);
        TestObjects.damage(good, TestObjects.seed(), TestObjects.corruptions(), ObjectSpec::read);
    }
}
