/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfBuilder;
import io.github.bpf4j.compiler.btf.BtfKind;
import io.github.bpf4j.compiler.btf.BtfType.Member;
import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.kernel.KernelCallException;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.RequiresKernel;
import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.map.BpfMaps;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapException;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.map.SpecialFields;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SpecialFieldFinderTest {
    private static final String ACCEPTED = "accepted";
    private static final Btf TARGET = target();

    private static Btf target() {
        BtfBuilder b = new BtfBuilder();
        b.addStruct("task_struct", 64, List.of());
        b.addUnion("own", 8, List.of());
        return b.build();
    }

    /** A struct of 64 bytes with a member at an offset. */
    private static SpecialFieldFinder.Fields find(MapType type, int offset, ToIntFunction<BtfBuilder> member) {
        BtfBuilder b = new BtfBuilder();
        int lock = b.addStruct("bpf_spin_lock", 4, List.of());
        int tested = member.applyAsInt(b);
        int value = b.addStruct(
                "value", 64, List.of(new Member("lock", lock, 0, 0), new Member("m", tested, 8L * offset, 0)));
        return new SpecialFieldFinder(b.build(), TARGET).find("map 'm'", type, value);
    }

    private static int pointer(BtfBuilder b, String tag, String struct, int size) {
        return b.addPointer(b.addTypeTag(tag, b.addStruct(struct, size, List.of())));
    }

    @Test
    void pointersAreToldByTheirTags() {
        for (PointerField.Kind kind : PointerField.Kind.values()) {
            SpecialFieldFinder.Fields fields = find(MapType.TASK_STORAGE, 8, b -> pointer(b, kind.tag(), "own", 16));
            assertEquals(List.of(new PointerField(8, kind, "own", 16, false)), fields.pointers());
            assertEquals(new SpecialFields(0, -1, -1, -1, List.of(8)), fields.special());
        }
        assertEquals(
                List.of(new PointerField(16, PointerField.Kind.REFERENCED, "task_struct", 4, true)),
                find(MapType.HASH, 16, b -> pointer(b, "kptr", "task_struct", 4))
                        .pointers());
    }

    @Test
    void qualifiersAndTypedefsBehindTheTagDoNotMatter() {
        assertEquals(
                List.of(new PointerField(8, PointerField.Kind.UNTRUSTED, "own", 4, false)),
                find(MapType.ARRAY, 8, b -> {
                            int struct = b.addStruct("own", 4, List.of());
                            int named = b.addTypedef("own_t", b.addQualifier(BtfKind.CONST, struct));
                            return b.addPointer(b.addTypeTag("kptr_untrusted", named));
                        })
                        .pointers());
    }

    @Test
    void eachPointerOfAnArrayCounts() {
        assertEquals(
                List.of(8, 16, 24),
                find(MapType.ARRAY, 8, b -> b.addArray(pointer(b, "kptr", "own", 4), 0, 3)).pointers().stream()
                        .map(PointerField::offset)
                        .toList());
    }

    static Stream<ToIntFunction<BtfBuilder>> unknownPointers() {
        return Stream.of(
                b -> b.addPointer(b.addTypeTag("kptr", b.addForward("own", false))),
                b -> b.addPointer(b.addTypeTag("kptr", b.addUnion("own", 4, List.of()))),
                b -> b.addPointer(b.addTypeTag("uptr", b.addInt("int", 4, 0))),
                b -> b.addPointer(b.addTypeTag("kptr", 0)),
                b -> pointer(b, "other", "own", 4),
                b -> b.addPointer(b.addTypeTag("kptr", b.addTypeTag("other", b.addStruct("own", 4, List.of())))));
    }

    /** So does Linux: it takes the whole value for plain bytes, the lock too. */
    @ParameterizedTest
    @MethodSource("unknownPointers")
    void onePointerThatIsNotUnderstoodLeavesNoFields(ToIntFunction<BtfBuilder> member) {
        SpecialFieldFinder.Fields fields = find(MapType.ARRAY, 8, member);
        assertEquals(SpecialFields.NONE, fields.special());
        assertEquals(List.of(), fields.pointers());
    }

    @Test
    void nodesOfListsAndTreesArePlainBytes() {
        for (String struct : List.of("bpf_list_node", "bpf_rb_node")) {
            assertEquals(
                    SpecialFields.withSpinLock(0),
                    find(MapType.ARRAY, 8, b -> b.addStruct(struct, 24, List.of()))
                            .special());
        }
    }

    static Stream<Arguments> refused() {
        String others = ", but Linux has no functions for it that LWT programs may call; leave the map out";
        return Stream.of(
                refusal(
                        "uptr to struct own at offset 8, which only TASK_STORAGE maps may have (EOPNOTSUPP)",
                        MapType.HASH,
                        8,
                        b -> pointer(b, "uptr", "own", 4)),
                refusal(
                        "uptr to struct own at offset 8, which must not point to more than a page of 4096 bytes (E2BIG)",
                        MapType.TASK_STORAGE,
                        8,
                        b -> pointer(b, "uptr", "own", 4097)),
                refusal(
                        "uptr to struct own at offset 8, which must point to something (EINVAL)",
                        MapType.TASK_STORAGE,
                        8,
                        b -> pointer(b, "uptr", "own", 0)),
                refusal(
                        "uptr to struct task_struct at offset 8, which must not point to a struct of the kernel's (EINVAL)",
                        MapType.TASK_STORAGE,
                        8,
                        b -> pointer(b, "uptr", "task_struct", 4)),
                refusal(
                        "kptr to struct own at offset 8, which LPM_TRIE maps may not have (EOPNOTSUPP)",
                        MapType.LPM_TRIE,
                        8,
                        b -> pointer(b, "kptr", "own", 4)),
                refusal(
                        "percpu_kptr to struct own at offset 12, which must be aligned to 8 bytes (EINVAL)",
                        MapType.ARRAY,
                        12,
                        b -> pointer(b, "percpu_kptr", "own", 4)),
                refusal(
                        "struct bpf_list_head" + others,
                        MapType.ARRAY,
                        8,
                        b -> b.addStruct("bpf_list_head", 16, List.of())),
                refusal(
                        "struct bpf_refcount" + others,
                        MapType.ARRAY,
                        8,
                        b -> b.addStruct("bpf_refcount", 4, List.of())),
                refusal(
                        "struct bpf_task_work, but there are no tasks to which work could be given",
                        MapType.ARRAY,
                        8,
                        b -> b.addStruct("bpf_task_work", 8, List.of())));
    }

    /** Linux creates the same maps, and refuses others with the same error. */
    @RequiresKernel
    @Test
    void linuxCreatesTheSameMaps() throws MapException {
        List<String> differences = new ArrayList<>();
        int refused = 0;
        for (MapType type : List.of(
                MapType.HASH,
                MapType.PERCPU_HASH,
                MapType.LRU_HASH,
                MapType.LRU_PERCPU_HASH,
                MapType.ARRAY,
                MapType.PERCPU_ARRAY,
                MapType.LPM_TRIE,
                MapType.SK_STORAGE,
                MapType.INODE_STORAGE,
                MapType.TASK_STORAGE,
                MapType.CGRP_STORAGE)) {
            for (PointerField.Kind kind : PointerField.Kind.values()) {
                for (String struct : List.of("own_of_the_test", "task_struct")) {
                    for (int size : new int[] {0, 8, 4096, 4097}) {
                        PointerField field = new PointerField(8, kind, struct, size, struct.equals("task_struct"));
                        String ours = ourError(type, field);
                        int theirs = kernelError(type, field);
                        refused += ours.equals(ACCEPTED) ? 0 : 1;
                        if (!ours.equals(theirs == 0 ? ACCEPTED : Errno.name(theirs))) {
                            differences.add("%s, %s: %s, Linux %d".formatted(type, field, ours, theirs));
                        }
                    }
                }
            }
        }
        assertEquals("", String.join("\n", differences));
        assertTrue(refused > 80, "only " + refused + " refusals");
    }

    private static String ourError(MapType type, PointerField field) {
        BtfBuilder b = new BtfBuilder();
        int pointer = pointer(b, field.kind().tag(), field.struct(), (int) field.size());
        int value = b.addStruct("value", 16, List.of(new Member("m", pointer, 64, 0)));
        try {
            new SpecialFieldFinder(b.build(), TARGET).find("map", type, value);
            return ACCEPTED;
        } catch (LoadException e) {
            return e.problem().replaceAll(".*\\((E\\w+)\\)", "$1");
        }
    }

    private static int kernelError(MapType type, PointerField field) throws MapException {
        boolean isStorage = type.isLocalStorage();
        int keySize = type == MapType.LPM_TRIE ? 8 : 4;
        int flags = isStorage || type == MapType.LPM_TRIE ? 1 : 0; // BPF_F_NO_PREALLOC
        MapDefinition definition = new MapDefinition("m", type, keySize, 16, isStorage ? 0 : 1, flags)
                .withSpecial(new SpecialFields(-1, -1, -1, -1, List.of(field.offset())));
        Program program = new Program(
                "test",
                ProgramType.LWT_XMIT,
                "GPL",
                Assembler.assemble("r0 = 0\nexit\n").instructions(),
                List.of(BpfMaps.create(definition, MapEnvironment.of(1))),
                List.of(List.of(field)),
                List.of(),
                List.of(),
                null,
                Map.of());
        try (KernelLoader.Loaded loaded = KernelLoader.load(program)) {
            return loaded.accepted() ? 0 : -1;
        } catch (KernelCallException e) {
            return e.errno();
        }
    }

    private static Arguments refusal(String problem, MapType type, int offset, ToIntFunction<BtfBuilder> member) {
        return Arguments.of("map 'm': its value has a " + problem, type, offset, member);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void whatIsRefusedIsNamed(String message, MapType type, int offset, ToIntFunction<BtfBuilder> member) {
        assertEquals(
                message,
                assertThrows(LoadException.class, () -> find(type, offset, member))
                        .getMessage());
    }
}
