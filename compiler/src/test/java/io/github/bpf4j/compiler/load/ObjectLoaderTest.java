/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.TestObjects;
import io.github.bpf4j.compiler.elf.Elf;
import io.github.bpf4j.compiler.elf.ElfWriter;
import io.github.bpf4j.compiler.isa.Disassembler;
import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.Call;
import io.github.bpf4j.compiler.isa.Instruction.CallKind;
import io.github.bpf4j.compiler.isa.Instruction.Imm64Kind;
import io.github.bpf4j.compiler.isa.Instruction.LoadImm64;
import io.github.bpf4j.compiler.isa.ProgramStructure;
import io.github.bpf4j.compiler.load.LoadedObject.LoadedProgram;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.runtime.helper.Kfunc;
import io.github.bpf4j.runtime.helper.KfuncTable;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapMemory;
import io.github.bpf4j.runtime.map.PinDirectory;
import io.github.bpf4j.runtime.program.ProgramType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectLoaderTest {
    private static final LoadOptions OPTIONS = LoadOptions.of(2)
            .withMaps(MapEnvironment.of(2).withMemory(MapMemory.offHeap(64 << 20)))
            .withDefaultType(ProgramType.LWT_XMIT)
            .withKconfig(LoadOptions.DEFAULT_KERNEL_VERSION, Map.of("CONFIG_HZ", "250"));

    private static LoadedObject load(String object) {
        return ObjectLoader.load(ObjectSpec.read(TestObjects.read(object)), OPTIONS);
    }

    private static Program program(LoadedObject object, String name) {
        return object.program(name).orElseThrow().program();
    }

    @Test
    void onlyReachableSubprogramsAreAppended() {
        LoadedObject rich = load("rich_v3.o");
        assertEquals(List.of("first", "on_step", "shared", "leaf"), names(program(rich, "first")));
        assertEquals(List.of("second", "shared", "leaf"), names(program(rich, "second")));
        assertEquals(List.of("tail_target"), names(program(rich, "tail_target")));
        for (LoadedProgram loaded : rich.programs()) {
            Program program = loaded.program();
            ProgramStructure structure =
                    ProgramStructure.check(program.instructions(), ProgramStructure.Rules.values()[0]);
            assertEquals(program.functions().stream().map(Function::slot).toList(), structure.functionStarts());
        }
    }

    private static List<String> names(Program program) {
        return program.functions().stream().map(Function::name).toList();
    }

    @Test
    void callsAndCallbacksLeadToTheirFunctions() {
        Program first = program(load("rich_v3.o"), "first");
        List<String> targets = new ArrayList<>();
        for (int slot = 0; slot < first.instructions().size(); slot++) {
            int target = switch (first.instructions().get(slot)) {
                case Call call when call.kind() == CallKind.SUBPROGRAM -> slot + 1 + call.target();
                case LoadImm64 load when load.kind() == Imm64Kind.FUNC -> slot + 1 + load.imm();
                case Instruction other -> -1;
            };
            for (Function function : first.functions()) {
                if (function.slot() == target) {
                    targets.add(function.name());
                }
            }
        }
        assertEquals(List.of("on_step", "shared", "leaf", "leaf"), targets);
    }

    @Test
    void linesFollowTheirInstructions() {
        Program second = program(load("rich_v3.o"), "second");
        Function shared = second.functions().get(1);
        SourceLine line = second.lines().stream()
                .filter(l -> l.slot() == shared.slot())
                .findFirst()
                .orElseThrow();
        assertTrue(line.text().contains("shared(struct __sk_buff *skb)"), line.toString());
        assertTrue(line.file().endsWith("rich.bpf.c"));
        for (int i = 1; i < second.lines().size(); i++) {
            assertTrue(second.lines().get(i - 1).slot() < second.lines().get(i).slot());
        }
    }

    @Test
    void mapsAreCreatedFilledAndFrozen() {
        LoadedObject rich = load("rich_v3.o");
        BpfMap constants = rich.maps().get(".rodata");
        assertNotNull(constants);
        assertTrue(constants.isFrozen());
        assertEquals(8080, constants.values().get(ValueLayout.JAVA_SHORT_UNALIGNED, 0));
        BpfMap kconfig = rich.maps().get(".kconfig");
        assertNotNull(kconfig);
        assertEquals(250, kconfig.values().get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
        assertEquals(6 << 16 | 18 << 8, kconfig.values().get(ValueLayout.JAVA_INT_UNALIGNED, 8));
        BpfMap data = rich.maps().get(".data.custom");
        assertNotNull(data);
        assertEquals(0x1122334455667788L, data.values().get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
    }

    @Test
    void programsOfProgramArraysAreListed() {
        LoadedObject rich = load("rich_v3.o");
        assertEquals(
                List.of(new LoadedObject.ProgramArrayValue(
                        Objects.requireNonNull(rich.maps().get("jumps")), 1, "tail_target")),
                rich.programArrayValues());
    }

    @Test
    void mapsOfMapsHoldTheirMaps() {
        LoadedObject rich = load("rich_v3.o");
        BpfMap outer = rich.maps().get("outer");
        assertNotNull(outer);
        MemorySegment key = MemorySegment.ofArray(new long[] {3});
        assertSame(rich.maps().get("inner_b"), outer.lookupInner(key, 0));
        key.set(ValueLayout.JAVA_INT, 0, 0);
        assertNull(outer.lookupInner(key, 0));
    }

    @Test
    void addressesNameTheirMapByIndex() {
        Program first = program(load("rich_v3.o"), "first");
        List<String> loads = new ArrayList<>();
        for (Instruction instruction : first.instructions()) {
            if (instruction instanceof LoadImm64 load
                    && (load.kind() == Imm64Kind.MAP_FD || load.kind() == Imm64Kind.MAP_VALUE)) {
                String map = first.maps().get(load.imm()).definition().name();
                loads.add(load.kind() == Imm64Kind.MAP_FD ? map : map + "+" + load.nextImm());
            }
        }
        assertTrue(
                loads.containsAll(List.of("flows", ".rodata+0", ".rodata+4", ".data.custom+0", "jumps", ".bss+0")),
                loads.toString());
    }

    @Test
    void fieldsMoveToWhereTheTargetHasThem() {
        ObjectSpec spec = ObjectSpec.read(TestObjects.read("rich_v3.o")).withProgram("core", p -> p.withAutoload(true));
        LoadedProgram core = ObjectLoader.load(spec, OPTIONS).program("core").orElseThrow();
        List<String> text =
                core.program().instructions().stream().map(Disassembler::toText).toList();
        // struct __sk_buff___local has mark at 0; struct __sk_buff has it at 8.
        assertTrue(
                text.contains("r0 = *(u32 *)(r1 + 8)") || text.stream().anyMatch(t -> t.endsWith("= *(u32 *)(r1 + 8)")),
                text.toString());
        assertTrue(text.stream().anyMatch(t -> t.contains("192")), "size of struct __sk_buff: " + text);
        assertEquals(
                1,
                core.program().unresolved().size(),
                core.program().unresolved().toString());
        assertTrue(
                core.program()
                        .unresolved()
                        .containsValue(
                                "CO-RE relocation byte_off of struct __sk_buff___local.absent failed: none of the"
                                        + " target's candidates fits (struct __sk_buff)"),
                core.program().unresolved().toString());
        int slot = core.program().unresolved().keySet().iterator().next();
        assertEquals(
                new Call(CallKind.HELPER, 0xbad2310, 0),
                core.program().instructions().get(slot));
    }

    @Test
    void kfuncsAreFoundByNameAndWeakOnesMayBeMissing() {
        LoadedProgram externs = load("rich_v3.o").program("externs").orElseThrow();
        Kfunc lock = KfuncTable.byName("bpf_rcu_read_lock");
        assertNotNull(lock);
        assertTrue(externs.program().instructions().contains(new Call(CallKind.KFUNC, lock.id(), 0)));
        assertEquals(
                List.of("kfunc 'bpf_no_such_kfunc' does not exist"),
                List.copyOf(externs.program().unresolved().values()));
        assertTrue(externs.program().instructions().stream()
                .filter(LoadImm64.class::isInstance)
                .allMatch(i -> ((LoadImm64) i).kind() == Imm64Kind.VALUE && ((LoadImm64) i).value() == 0));
    }

    @Test
    void missingThingsAreNamed() {
        ObjectSpec spec = ObjectSpec.read(TestObjects.read("rich_v3.o"));
        assertEquals(
                "extern 'CONFIG_HZ': is not __weak and has no value among the given Kconfig values",
                assertThrows(
                                LoadException.class,
                                () -> ObjectLoader.load(
                                        spec, OPTIONS.withKconfig(LoadOptions.DEFAULT_KERNEL_VERSION, Map.of())))
                        .getMessage());
        assertEquals(
                "extern 'CONFIG_NOT_THERE': value banana does not suit its type, bool: y or n",
                assertThrows(
                                LoadException.class,
                                () -> ObjectLoader.load(
                                        spec,
                                        OPTIONS.withKconfig(
                                                LoadOptions.DEFAULT_KERNEL_VERSION,
                                                Map.of("CONFIG_HZ", "250", "CONFIG_NOT_THERE", "banana"))))
                        .getMessage());
        assertEquals(
                "program 'count': section 'count_all' says no program type; choose one of lwt_in, lwt_out, lwt_xmit,"
                        + " lwt_seg6local",
                assertThrows(
                                LoadException.class,
                                () -> ObjectLoader.load(
                                        ObjectSpec.read(TestObjects.read("legacy.o")), OPTIONS.withDefaultType(null)))
                        .getMessage());
    }

    @Test
    void pinnedMapsAreSharedThroughTheirDirectory(@TempDir Path directory) throws IOException {
        PinDirectory pins = PinDirectory.of(directory);
        LoadOptions options = OPTIONS.withPins(pins::openOrCreate);
        ObjectSpec spec = ObjectSpec.read(TestObjects.read("legacy_iproute2.o"));
        BpfMap first = ObjectLoader.load(spec, options).maps().get("hits");
        BpfMap second = ObjectLoader.load(spec, options).maps().get("hits");
        assertNotNull(first);
        assertNotNull(second);
        assertEquals(List.of("hits"), pins.names());
        MemorySegment key = MemorySegment.ofArray(new long[] {7});
        MemorySegment value = MemorySegment.ofArray(new long[] {42});
        assertEquals(0, first.updateElement(key, 0, value, 0, 0));
        MemorySegment read = MemorySegment.ofArray(new long[1]);
        assertEquals(0, second.lookupElement(key, 0, read, 0, 0));
        assertEquals(42, read.get(ValueLayout.JAVA_LONG, 0));

        ObjectSpec larger = spec.withMap("hits", m -> m.withMaxEntries(17));
        LoadException e = assertThrows(LoadException.class, () -> ObjectLoader.load(larger, options));
        assertEquals("map 'hits'", e.place());
        assertTrue(e.problem().contains("17"), e.problem());
    }

    @Test
    void anExistingMapMayBeReused() {
        ObjectSpec spec = ObjectSpec.read(TestObjects.read("legacy.o"));
        BpfMap existing =
                Objects.requireNonNull(ObjectLoader.load(spec, OPTIONS).maps().get("hits"));
        LoadedObject again = ObjectLoader.load(spec, OPTIONS.withReused(Map.of("hits", existing)));
        assertSame(existing, program(again, "count").maps().get(0));
        ObjectSpec other = spec.withMap("hits", m -> m.withMaxEntries(3));
        assertEquals(
                "map 'hits'",
                assertThrows(
                                LoadException.class,
                                () -> ObjectLoader.load(other, OPTIONS.withReused(Map.of("hits", existing))))
                        .place());
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain.o", "plain_nobtf.o"})
    void stringsOfPrintkAreReadOnlyMaps(String object) {
        LoadedObject plain = load(object);
        Program program = program(plain, "drop_8080");
        assertEquals(1, program.maps().size());
        assertEquals(30, program.maps().get(0).definition().valueSize());
        assertEquals(
                "Dropping packet to port 8080\n", program.maps().get(0).values().getString(0));
        assertEquals(object.equals("plain.o"), !program.lines().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain.o", "legacy_iproute2.o", "rich_v3.o"})
    void damageGivesATypedErrorOrPrograms(String object) {
        byte[] good = TestObjects.read(object);
        TestObjects.damage(good, TestObjects.seed(), TestObjects.corruptions() / 2, bytes -> {
            ObjectSpec spec = ObjectSpec.read(bytes);
            for (var program : spec.programs()) {
                spec = spec.withProgram(program.name(), p -> p.withAutoload(true));
            }
            ObjectLoader.load(spec, OPTIONS);
        });
    }

    @Test
    void structOpsBesidePrograms() {
        byte[] exit = HexFormat.of().parseHex("b7000000000000009500000000000000");
        ElfWriter elf = new ElfWriter();
        elf.function("filter", elf.code("lwt_xmit", exit), 0, exit.length);
        int init = elf.function("init", elf.code("struct_ops/init", exit), 0, exit.length);
        int operations = elf.section(".struct_ops.link", Elf.SHF_ALLOC | Elf.SHF_WRITE, new byte[16]);
        elf.object("ops", operations, 0, 16);
        elf.relocate(operations, 8, Elf.R_BPF_64_ABS64, init);
        ObjectSpec spec = ObjectSpec.read(elf.write());
        assertEquals(
                List.of("program 'init' implements a function of Linux itself (struct_ops); it is left out"),
                spec.notes());
        LoadedObject object = ObjectLoader.load(spec, LoadOptions.of(1));
        assertEquals(
                List.of("filter"),
                object.programs().stream().map(p -> p.program().name()).toList());
        ObjectSpec asked = spec.withProgram("init", program -> program.withAutoload(true));
        LoadException e = assertThrows(LoadException.class, () -> ObjectLoader.load(asked, LoadOptions.of(1)));
        assertEquals(
                "program 'init': section 'struct_ops/init': it implements a function of Linux itself, which a JVM does not have",
                e.getMessage());
    }
}
