/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfKind;
import io.github.bpf4j.compiler.btf.BtfType.Array;
import io.github.bpf4j.compiler.btf.BtfType.Composite;
import io.github.bpf4j.compiler.btf.BtfType.Member;
import io.github.bpf4j.compiler.btf.BtfType.Ptr;
import io.github.bpf4j.compiler.btf.BtfType.TypeTag;
import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.map.SpecialFields;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the fields of a map value that plain stores may not touch: locks, timers, work queues and pointers that Linux looks after. */
final class SpecialFieldFinder {
    /** Structs whose functions Linux does not let LWT programs call: lists, trees and what programs allocate for them. */
    private static final Set<String> FOR_OTHER_PROGRAMS = Set.of("bpf_list_head", "bpf_rb_root", "bpf_refcount");

    private static final String TASK_WORK = "bpf_task_work";

    private static final Set<MapType> WITH_KERNEL_POINTERS = EnumSet.of(
            MapType.HASH,
            MapType.PERCPU_HASH,
            MapType.LRU_HASH,
            MapType.LRU_PERCPU_HASH,
            MapType.ARRAY,
            MapType.PERCPU_ARRAY,
            MapType.SK_STORAGE,
            MapType.INODE_STORAGE,
            MapType.TASK_STORAGE,
            MapType.CGRP_STORAGE);

    /** What Linux pins of the memory that a {@code uptr} points to. */
    private static final int PAGE = 4_096;

    /** {@code BTF_FIELDS_MAX} of Linux: more special fields than this are refused. */
    private static final int MAX_FIELDS = 11;

    private static final int MAX_STEPS = 100_000;

    private final @Nullable Btf btf;
    private final Btf target;

    /**
     * Searches types.
     *
     * @param btf the object's types, or null if it has none
     * @param target the kernel's
     */
    SpecialFieldFinder(@Nullable Btf btf, Btf target) {
        this.btf = btf;
        this.target = target;
    }

    /**
     * What was found in the values of a map.
     *
     * @param special the fields
     * @param pointers more about those of them that are pointers, in ascending order of offset
     */
    record Fields(SpecialFields special, List<PointerField> pointers) {
        private static final Fields NONE = new Fields(SpecialFields.NONE, List.of());
    }

    /**
     * Searches the values of a map.
     *
     * @param map the map's place in messages
     * @param type its type
     * @param valueType type of a value in the object's types, 0 if it is not known
     * @throws LoadException if Linux would not create the map, or its fields are not supported
     */
    Fields find(String map, MapType type, int valueType) {
        if (btf == null || valueType == 0) {
            return Fields.NONE;
        }
        Search search = new Search(btf, target, map, type);
        search.visit(valueType, 0);
        if (search.isOpaque || search.found() == 0) {
            return Fields.NONE;
        }
        SpecialFields special = new SpecialFields(
                search.offsets.get(0),
                search.offsets.get(1),
                search.offsets.get(2),
                search.offsets.get(3),
                search.pointers.stream().map(PointerField::offset).toList());
        return new Fields(special, List.copyOf(search.pointers));
    }

    private static final class Search {
        private static final List<String> NAMES = List.of("bpf_spin_lock", "bpf_res_spin_lock", "bpf_timer", "bpf_wq");

        private final Btf btf;
        private final Btf target;
        private final String map;
        private final MapType type;
        private final List<Integer> offsets = new ArrayList<>(List.of(-1, -1, -1, -1));
        private final List<PointerField> pointers = new ArrayList<>();
        private int steps;

        /** Whether a tagged pointer is of a kind that Linux does not know, or points to no struct: then it finds no fields at all. */
        private boolean isOpaque;

        Search(Btf btf, Btf target, String map, MapType type) {
            this.btf = btf;
            this.target = target;
            this.map = map;
            this.type = type;
        }

        void visit(int id, long offset) {
            if (++steps > MAX_STEPS) {
                throw new LoadException(map, "the type of its value has more than %d parts".formatted(MAX_STEPS));
            }
            switch (btf.resolve(id)) {
                case Composite struct when !struct.isUnion() -> visit(struct, offset);
                case Array array -> {
                    // Elements that hold nothing special are looked at once.
                    int before = found();
                    for (long i = 0; i < array.length() && (i == 0 || found() > before); i++) {
                        visit(array.element(), offset + i * btf.sizeOf(array.element()));
                    }
                }
                case Ptr pointer -> visit(pointer, offset);
                default -> {}
            }
        }

        private void visit(Composite struct, long offset) {
            int kind = NAMES.indexOf(struct.name());
            if (kind >= 0) {
                if (offsets.get(kind) >= 0) {
                    throw new LoadException(map, "its value has two members of type struct " + struct.name());
                }
                offsets.set(kind, Math.toIntExact(offset));
                checkCount();
                return;
            }
            if (FOR_OTHER_PROGRAMS.contains(struct.name())) {
                throw new LoadException(
                        map,
                        "its value has a struct %s, but Linux has no functions for it that LWT programs may call; leave the map out"
                                .formatted(struct.name()));
            }
            if (struct.name().equals(TASK_WORK)) {
                throw new LoadException(
                        map,
                        "its value has a struct bpf_task_work, but there are no tasks to which work could be given");
            }
            for (Member member : struct.members()) {
                if (member.bitfieldSize() == 0) {
                    visit(member.type(), offset + member.bitOffset() / 8);
                }
            }
        }

        private void visit(Ptr pointer, long offset) {
            if (!(btf.type(pointer.target()) instanceof TypeTag tag)) {
                return;
            }
            PointerField.Kind kind = btf.type(tag.type()) instanceof TypeTag ? null : kind(tag.name());
            if (kind == null || !(btf.resolve(tag.type()) instanceof Composite struct) || struct.isUnion()) {
                isOpaque = true;
                return;
            }
            boolean isKernels = hasStruct(struct.name());
            PointerField field =
                    new PointerField(Math.toIntExact(offset), kind, struct.name(), struct.size(), isKernels);
            check(field);
            pointers.add(field);
            checkCount();
        }

        private static PointerField.@Nullable Kind kind(String tag) {
            for (PointerField.Kind kind : PointerField.Kind.values()) {
                if (kind.tag().equals(tag)) {
                    return kind;
                }
            }
            return null;
        }

        private boolean hasStruct(String name) {
            for (int id : target.candidates(name)) {
                if (target.kind(id) == BtfKind.STRUCT && target.name(id).equals(name)) {
                    return true;
                }
            }
            return false;
        }

        private void check(PointerField field) {
            boolean isUser = field.kind() == PointerField.Kind.USER;
            if (isUser ? type != MapType.TASK_STORAGE : !WITH_KERNEL_POINTERS.contains(type)) {
                throw refused(
                        field,
                        isUser ? "only TASK_STORAGE maps may have" : type + " maps may not have",
                        Errno.EOPNOTSUPP);
            }
            if (field.offset() % PointerField.BYTES != 0) {
                throw refused(field, "must be aligned to 8 bytes", Errno.EINVAL);
            }
            if (isUser && field.isKernels()) {
                throw refused(field, "must not point to a struct of the kernel's", Errno.EINVAL);
            }
            if (isUser && field.size() == 0) {
                throw refused(field, "must point to something", Errno.EINVAL);
            }
            if (isUser && field.size() > PAGE) {
                throw refused(field, "must not point to more than a page of 4096 bytes", Errno.E2BIG);
            }
        }

        private LoadException refused(PointerField field, String rule, int errno) {
            return new LoadException(
                    map,
                    "its value has a %s to struct %s at offset %d, which %s (%s)"
                            .formatted(field.kind().label(), field.struct(), field.offset(), rule, Errno.name(errno)));
        }

        private int found() {
            return pointers.size() + (int) offsets.stream().filter(o -> o >= 0).count();
        }

        private void checkCount() {
            if (found() > MAX_FIELDS) {
                throw new LoadException(map, "its value has more than %d special fields".formatted(MAX_FIELDS));
            }
        }
    }
}
