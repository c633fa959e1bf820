/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import io.github.bpf4j.compiler.ByteView;
import io.github.bpf4j.compiler.btf.BtfType.*;
import java.util.List;
import java.util.function.IntFunction;

/** Makes types of data that was checked before, and so never fails. */
final class TypeDecoder {
    private final BtfLayout layout;
    private final IntFunction<BtfType> resolve;

    /**
     * Decodes the types of a layout, but those of its base.
     *
     * @param resolve gives the type behind typedefs, qualifiers and type tags
     */
    TypeDecoder(BtfLayout layout, IntFunction<BtfType> resolve) {
        this.layout = layout;
        this.resolve = resolve;
    }

    /** The type of a number that is not the base's. */
    BtfType decode(int id) {
        String name = layout.string(layout.nameOffset(id));
        int word = layout.sizeOrType(id);
        long tail = layout.tail(id);
        ByteView bytes = layout.types;
        return switch (layout.kind(id)) {
            case VOID -> Btf.VOID;
            case INT -> {
                int encoding = bytes.i32(tail);
                yield new Int(id, name, word, encoding >>> 24 & 15, encoding >>> 16 & 0xff, encoding & 0xff);
            }
            case PTR -> new Ptr(id, word);
            case ARRAY -> new Array(id, bytes.i32(tail), bytes.i32(tail + 4), bytes.u32(tail + 8));
            case STRUCT -> composite(id, name, false);
            case UNION -> composite(id, name, true);
            case ENUM -> {
                boolean signed = layout.kindFlag(id);
                yield new EnumType(
                        id,
                        name,
                        false,
                        word,
                        signed,
                        items(id, 8, at -> new Enumerator(text(at), signed ? bytes.i32(at + 4L) : bytes.u32(at + 4L))));
            }
            case ENUM64 ->
                new EnumType(
                        id,
                        name,
                        true,
                        word,
                        layout.kindFlag(id),
                        items(id, 12, at -> new Enumerator(text(at), bytes.u32(at + 4L) | bytes.u32(at + 8L) << 32)));
            case FWD -> new Fwd(id, name, layout.kindFlag(id));
            case TYPEDEF -> new Typedef(id, name, word);
            case VOLATILE -> new Qualifier(id, BtfKind.VOLATILE, word);
            case CONST -> new Qualifier(id, BtfKind.CONST, word);
            case RESTRICT -> new Qualifier(id, BtfKind.RESTRICT, word);
            case FUNC -> new Func(id, name, word, Linkage.of(layout.itemCount(id)));
            case FUNC_PROTO -> new FuncProto(id, word, items(id, 8, at -> new Param(text(at), bytes.i32(at + 4L))));
            case VAR -> new Var(id, name, word, Linkage.of(bytes.i32(tail)));
            case DATASEC ->
                new DataSec(
                        id,
                        name,
                        word & 0xffff_ffffL,
                        items(id, 12, at -> new SectionVar(bytes.i32(at), bytes.u32(at + 4L), bytes.u32(at + 8L))));
            case FLOAT -> new FloatType(id, name, word);
            case DECL_TAG -> new DeclTag(id, name, word, bytes.i32(tail));
            case TYPE_TAG -> new TypeTag(id, name, word);
        };
    }

    private Composite composite(int id, String name, boolean isUnion) {
        boolean bitfields = layout.kindFlag(id);
        List<Member> members = items(id, 12, at -> {
            int type = layout.types.i32(at + 4L);
            long offset = layout.types.u32(at + 8L);
            if (bitfields) {
                return new Member(text(at), type, offset & 0xffffff, (int) (offset >>> 24));
            }
            // Before the kind flag existed, the width stood in the integer type itself.
            if (resolve.apply(type) instanceof Int old && old.bits() < 8 * old.size()) {
                return new Member(text(at), type, offset + old.bitOffset(), old.bits());
            }
            return new Member(text(at), type, offset, 0);
        });
        return new Composite(id, name, isUnion, layout.sizeOrType(id) & 0xffff_ffffL, members);
    }

    private String text(int at) {
        return layout.string(layout.types.i32(at));
    }

    @SuppressWarnings("unchecked")
    private <T> List<T> items(int id, int size, IntFunction<T> decoder) {
        Object[] items = new Object[layout.itemCount(id)];
        int at = (int) layout.tail(id);
        for (int i = 0; i < items.length; i++, at += size) {
            items[i] = decoder.apply(at);
        }
        return (List<T>) List.of(items);
    }
}
