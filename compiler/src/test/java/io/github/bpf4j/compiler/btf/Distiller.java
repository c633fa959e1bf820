/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import io.github.bpf4j.compiler.btf.BtfType.*;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes a distilled base of what split BTF refers to, as {@code resolve_btfids --distill_base} does for a kernel module. */
public final class Distiller {
    private final Btf module;
    private final BtfBuilder base = new BtfBuilder();
    private final Map<Integer, Integer> distilled = new HashMap<>();

    private Distiller(Btf module) {
        this.module = module;
    }

    /**
     * What becomes of a module's types.
     *
     * @param types contents of {@code .BTF}
     * @param base contents of {@code .BTF.base}
     */
    public record Result(byte[] types, byte[] base) {}

    /** Distills the base of split BTF that refers to named integers, floats, enums, structs and unions and declarations only. */
    public static Result distill(Btf module) {
        Distiller distiller = new Distiller(module);
        for (int id = module.firstId(); id < module.size(); id++) {
            new BtfBuilder().add(module.type(id), distiller::note);
        }
        Btf base = distiller.base.build();
        BtfBuilder split = new BtfBuilder(base);
        for (int id = module.firstId(); id < module.size(); id++) {
            split.add(module.type(id), distiller::renumber);
        }
        return new Result(split.toByteArray(), base.toByteArray());
    }

    private int note(int id) {
        if (id < module.firstId()) {
            distilled.computeIfAbsent(id, this::extract);
        }
        return id;
    }

    private int extract(int id) {
        return switch (module.type(id)) {
            case Composite t when t.isUnion() -> base.addUnion(t.name(), (int) t.size(), List.of());
            case Composite t -> base.addStruct(t.name(), (int) t.size(), List.of());
            case EnumType t -> base.addEnum(t.name(), t.size(), t.isSigned(), List.of());
            case BtfType t -> base.add(t);
        };
    }

    private int renumber(int id) {
        Integer known = distilled.get(id);
        return known == null ? id - module.firstId() + base.nextId() : known;
    }
}
