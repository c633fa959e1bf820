/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfType;
import io.github.bpf4j.compiler.btf.BtfType.Array;
import io.github.bpf4j.compiler.btf.BtfType.Composite;
import io.github.bpf4j.compiler.btf.BtfType.Member;
import io.github.bpf4j.compiler.btf.BtfType.Modifier;
import io.github.bpf4j.compiler.btf.BtfType.Ptr;
import io.github.bpf4j.compiler.btf.BtfType.TypeTag;
import io.github.bpf4j.runtime.map.SpecialFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the fields of a map value that plain stores may not touch: locks, timers, work queues and kernel pointers. */
final class SpecialFieldFinder {
    private static final Set<String> UNSUPPORTED =
            Set.of("bpf_list_head", "bpf_list_node", "bpf_rb_root", "bpf_rb_node", "bpf_refcount", "bpf_task_work");
    private static final Set<String> KPTR_TAGS = Set.of("kptr", "kptr_untrusted", "percpu_kptr", "uptr");

    /** {@code BTF_FIELDS_MAX} of Linux: more special fields than this are refused. */
    private static final int MAX_FIELDS = 11;

    private static final int MAX_STEPS = 100_000;

    private final @Nullable Btf btf;

    SpecialFieldFinder(@Nullable Btf btf) {
        this.btf = btf;
    }

    SpecialFields find(String map, int valueType) {
        if (btf == null || valueType == 0) {
            return SpecialFields.NONE;
        }
        Search search = new Search(btf, map);
        search.visit(valueType, 0);
        if (search.offsets.equals(List.of(-1, -1, -1, -1)) && search.kptrs.isEmpty()) {
            return SpecialFields.NONE;
        }
        return new SpecialFields(
                search.offsets.get(0),
                search.offsets.get(1),
                search.offsets.get(2),
                search.offsets.get(3),
                search.kptrs);
    }

    private static final class Search {
        private static final List<String> NAMES = List.of("bpf_spin_lock", "bpf_res_spin_lock", "bpf_timer", "bpf_wq");

        private final Btf btf;
        private final String map;
        private final List<Integer> offsets = new ArrayList<>(List.of(-1, -1, -1, -1));
        private final List<Integer> kptrs = new ArrayList<>();
        private int steps;

        Search(Btf btf, String map) {
            this.btf = btf;
            this.map = map;
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
                case Ptr pointer
                when isKernelPointer(pointer) -> {
                    kptrs.add(Math.toIntExact(offset));
                    checkCount();
                }
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
            if (UNSUPPORTED.contains(struct.name())) {
                throw new LoadException(map, "its value has a struct " + struct.name() + ", which is not supported");
            }
            for (Member member : struct.members()) {
                if (member.bitfieldSize() == 0) {
                    visit(member.type(), offset + member.bitOffset() / 8);
                }
            }
        }

        private boolean isKernelPointer(Ptr pointer) {
            BtfType target = btf.type(pointer.target());
            while (target instanceof Modifier modifier) {
                if (target instanceof TypeTag tag && KPTR_TAGS.contains(tag.name())) {
                    return true;
                }
                target = btf.type(modifier.type());
            }
            return false;
        }

        private int found() {
            return kptrs.size() + (int) offsets.stream().filter(o -> o >= 0).count();
        }

        private void checkCount() {
            if (found() > MAX_FIELDS) {
                throw new LoadException(map, "its value has more than %d special fields".formatted(MAX_FIELDS));
            }
        }
    }
}
