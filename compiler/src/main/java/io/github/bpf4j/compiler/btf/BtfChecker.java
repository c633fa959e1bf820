/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import org.jspecify.annotations.Nullable;

/**
 * Checks what a {@link BtfLayout} leaves open, as the kernel does when it loads BTF: that every
 * reference leads to a type of a sensible kind, that no type contains itself, and that sizes and
 * member offsets agree. The sizes found on the way are kept.
 */
final class BtfChecker {
    /** The kernel's and libbpf's {@code MAX_RESOLVE_DEPTH}, doubled: real types stay far below. */
    static final int MAX_DEPTH = 64;

    /** Size of a type that has none: {@code void}, forward declarations, functions, arrays of more than 4 GiB. */
    static final long NO_SIZE = -1;

    private static final int NEW = 0;
    private static final int OPEN = 1;
    private static final int DONE = 2;

    private final BtfLayout layout;
    private final int firstId;
    private final @Nullable BtfChecker base;

    /** Size in bytes by type number less {@link #firstId}, or {@link #NO_SIZE}. */
    private final long[] sizes;

    private final byte[] state;
    private final byte[] depth;
    private final int[] stack = new int[MAX_DEPTH];
    private final int[] next = new int[MAX_DEPTH];

    /**
     * Checks the types that are not the base's.
     *
     * @param base what checked those, or null if there is no base
     */
    BtfChecker(BtfLayout layout, @Nullable BtfChecker base) {
        this.layout = layout;
        this.base = base;
        firstId = layout.firstId;
        int own = layout.count() - firstId;
        sizes = new long[own];
        state = new byte[own];
        depth = new byte[own];
        for (int id = firstId; id < layout.count(); id++) {
            checkReferences(id);
        }
        for (int id = firstId; id < layout.count(); id++) {
            visit(id);
        }
        for (int id = firstId; id < layout.count(); id++) {
            checkPointerChain(id);
        }
    }

    /** Size of a type in bytes, or {@link #NO_SIZE}. */
    long sizeOf(int id) {
        if (isOwn(id)) {
            return sizes[id - firstId];
        }
        return base == null ? NO_SIZE : base.sizeOf(id);
    }

    private boolean isOwn(int id) {
        return id >= firstId;
    }

    private int state(int id) {
        return isOwn(id) ? state[id - firstId] : DONE;
    }

    private void setState(int id, int now) {
        state[id - firstId] = (byte) now;
    }

    private int depth(int id) {
        if (isOwn(id)) {
            return depth[id - firstId];
        }
        return base == null ? 0 : base.depth(id);
    }

    private void checkReferences(int id) {
        long tail = layout.tail(id);
        switch (layout.kind(id)) {
            case VOID, FWD, FLOAT -> {}
            case INT -> checkInt(id);
            case ENUM, ENUM64 -> {
                int size = layout.sizeOrType(id);
                if (Integer.bitCount(size) != 1 || size < 1 || size > 8) {
                    throw layout.typeFault(id, "an enum of %d bytes".formatted(size));
                }
            }
            case PTR, TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG ->
                checkValue(id, layout.sizeOrType(id), "refers to");
            case VAR -> {
                checkValue(id, layout.sizeOrType(id), "is of");
                if (Integer.compareUnsigned(layout.types.i32(tail), 2) > 0) {
                    throw layout.typeFault(id, "unknown linkage %d".formatted(layout.types.i32(tail)));
                }
            }
            case ARRAY -> {
                checkValue(id, layout.types.i32(tail), "has elements of");
                checkValue(id, layout.types.i32(tail + 4), "has an index of");
            }
            case STRUCT, UNION -> {
                for (int i = 0; i < layout.itemCount(id); i++) {
                    checkValue(id, layout.types.i32(tail + 12L * i + 4), "has a member of");
                }
            }
            case FUNC -> {
                int proto = layout.sizeOrType(id);
                checkExists(id, proto, "has the signature");
                if (layout.kind(proto) != BtfKind.FUNC_PROTO) {
                    throw layout.typeFault(id, "signature is type %d (%s)".formatted(proto, layout.describe(proto)));
                }
            }
            case FUNC_PROTO -> {
                checkValue(id, layout.sizeOrType(id), "returns");
                for (int i = 0; i < layout.itemCount(id); i++) {
                    checkValue(id, layout.types.i32(tail + 8L * i + 4), "has a parameter of");
                }
            }
            case DATASEC -> {
                for (int i = 0; i < layout.itemCount(id); i++) {
                    int member = layout.types.i32(tail + 12L * i);
                    checkExists(id, member, "holds");
                    BtfKind kind = layout.kind(member);
                    if (kind != BtfKind.VAR && kind != BtfKind.FUNC) {
                        throw layout.typeFault(id, "holds type %d (%s)".formatted(member, layout.describe(member)));
                    }
                }
            }
            case DECL_TAG -> checkDeclTag(id);
        }
    }

    private void checkInt(int id) {
        int size = layout.sizeOrType(id);
        int word = layout.types.i32(layout.tail(id));
        int bits = word & 0xff;
        int bitOffset = word >>> 16 & 0xff;
        if (Integer.bitCount(size) != 1 || size < 1 || size > 16) {
            throw layout.typeFault(id, "an integer of %d bytes".formatted(size));
        }
        if ((word & 0xf000ff00) != 0 || bits + bitOffset > 8 * size) {
            throw layout.typeFault(id, "encoding 0x%08x does not fit %d bytes".formatted(word, size));
        }
    }

    private void checkDeclTag(int id) {
        int target = layout.sizeOrType(id);
        int component = layout.types.i32(layout.tail(id));
        checkExists(id, target, "tags");
        long components = switch (layout.kind(target)) {
            case STRUCT, UNION -> layout.itemCount(target);
            case FUNC -> layout.itemCount(layout.sizeOrType(target));
            case VAR, TYPEDEF -> 0;
            case VOID,
                    INT,
                    PTR,
                    ARRAY,
                    ENUM,
                    FWD,
                    VOLATILE,
                    CONST,
                    RESTRICT,
                    FUNC_PROTO,
                    DATASEC,
                    FLOAT,
                    DECL_TAG,
                    TYPE_TAG,
                    ENUM64 ->
                throw layout.typeFault(id, "tags type %d (%s)".formatted(target, layout.describe(target)));
        };
        if (component < -1 || component >= components) {
            throw layout.typeFault(id, "tags component %d of %d".formatted(component, components));
        }
    }

    private void checkExists(int id, int target, String verb) {
        if (target < 0 || target >= layout.count()) {
            throw layout.typeFault(
                    id,
                    "%s type %s, but there are only %d types"
                            .formatted(verb, Integer.toUnsignedString(target), layout.count() - 1));
        }
    }

    private void checkValue(int id, int target, String verb) {
        checkExists(id, target, verb);
        BtfKind kind = layout.kind(target);
        if (kind == BtfKind.VAR || kind == BtfKind.FUNC || kind == BtfKind.DATASEC || kind == BtfKind.DECL_TAG) {
            throw layout.typeFault(
                    id, "%s type %d (%s), which is no C type".formatted(verb, target, layout.describe(target)));
        }
    }

    /** Computes the size of a type after those of its parts, without recursion. */
    private void visit(int root) {
        if (state(root) == DONE) {
            return;
        }
        int top = 0;
        stack[0] = root;
        next[0] = 0;
        setState(root, OPEN);
        while (top >= 0) {
            int id = stack[top];
            if (next[top] < partCount(id)) {
                int part = part(id, next[top]++);
                if (state(part) == OPEN) {
                    throw layout.typeFault(id, "contains itself through type %d".formatted(part));
                }
                if (state(part) == NEW) {
                    if (++top == MAX_DEPTH) {
                        throw layout.typeFault(id, "types nested deeper than %d".formatted(MAX_DEPTH));
                    }
                    stack[top] = part;
                    next[top] = 0;
                    setState(part, OPEN);
                } else {
                    deepen(id, part);
                }
            } else {
                sizes[id - firstId] = size(id);
                setState(id, DONE);
                if (--top >= 0) {
                    deepen(stack[top], id);
                }
            }
        }
    }

    private void deepen(int id, int part) {
        int now = Math.max(depth(id), depth(part) + 1);
        if (now > MAX_DEPTH) {
            throw layout.typeFault(id, "types nested deeper than %d".formatted(MAX_DEPTH));
        }
        depth[id - firstId] = (byte) now;
    }

    /** How many types a type is made of, counting only those that determine its size. */
    private int partCount(int id) {
        return switch (layout.kind(id)) {
            case VOID, INT, PTR, ENUM, FWD, FUNC, FUNC_PROTO, DATASEC, FLOAT, DECL_TAG, ENUM64 -> 0;
            case TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG, VAR -> 1;
            case ARRAY -> 2;
            case STRUCT, UNION -> layout.itemCount(id);
        };
    }

    private int part(int id, int i) {
        return switch (layout.kind(id)) {
            case STRUCT, UNION -> layout.types.i32(layout.tail(id) + 12L * i + 4);
            case ARRAY -> layout.types.i32(layout.tail(id) + 4L * i);
            case VOID,
                    INT,
                    PTR,
                    ENUM,
                    FWD,
                    FUNC,
                    FUNC_PROTO,
                    DATASEC,
                    FLOAT,
                    DECL_TAG,
                    ENUM64,
                    TYPEDEF,
                    VOLATILE,
                    CONST,
                    RESTRICT,
                    TYPE_TAG,
                    VAR -> layout.sizeOrType(id);
        };
    }

    private long size(int id) {
        return switch (layout.kind(id)) {
            case VOID, FWD, FUNC, FUNC_PROTO, DECL_TAG -> NO_SIZE;
            case PTR -> 8;
            case INT, ENUM, ENUM64, FLOAT, DATASEC -> layout.sizeOrType(id) & 0xffff_ffffL;
            case TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG, VAR -> sizeOf(layout.sizeOrType(id));
            case ARRAY -> arraySize(id);
            case STRUCT, UNION -> structSize(id);
        };
    }

    private long arraySize(int id) {
        long tail = layout.tail(id);
        long element = sizeOf(layout.types.i32(tail));
        if (element == NO_SIZE) {
            throw layout.typeFault(id, "an array of elements without size, or too large");
        }
        long length = layout.types.u32(tail + 8);
        // A large __uint() of a map declaration is an array type that nothing has: only its length counts.
        if (element != 0 && length > 0xffff_ffffL / element) {
            return NO_SIZE;
        }
        return element * length;
    }

    private long structSize(int id) {
        long size = layout.sizeOrType(id) & 0xffff_ffffL;
        boolean bitfields = layout.kindFlag(id);
        for (int i = 0; i < layout.itemCount(id); i++) {
            long member = layout.tail(id) + 12L * i;
            long memberSize = sizeOf(layout.types.i32(member + 4));
            if (memberSize == NO_SIZE) {
                throw layout.typeFault(id, "member %d has no size, or is too large".formatted(i));
            }
            long offset = layout.types.u32(member + 8);
            long bits = 8 * memberSize;
            if (bitfields) {
                long width = offset >>> 24;
                bits = width == 0 ? bits : width;
                offset &= 0xffffff;
                if (width > 8 * memberSize) {
                    throw layout.typeFault(id, "bitfield %d is wider than its type".formatted(i));
                }
            } else if (offset % 8 != 0 && !isOldBitfield(layout.types.i32(member + 4))) {
                throw layout.typeFault(id, "member %d is not at a whole byte".formatted(i));
            }
            if (offset + bits > 8 * size && !(isOldBitfield(layout.types.i32(member + 4)))) {
                throw layout.typeFault(id, "member %d reaches beyond the %d bytes".formatted(i, size));
            }
        }
        return size;
    }

    /** Before the kind flag existed, bitfields were integers with fewer bits than bytes. */
    private boolean isOldBitfield(int type) {
        int resolved = type;
        while (layout.kind(resolved).isModifier()) {
            resolved = layout.sizeOrType(resolved);
        }
        return layout.kind(resolved) == BtfKind.INT
                && (layout.firstTailWord(resolved) & 0xff) < 8 * layout.sizeOrType(resolved);
    }

    /** Refuses pointers that lead back to themselves without passing a named type. */
    private void checkPointerChain(int root) {
        if (layout.kind(root) != BtfKind.PTR) {
            return;
        }
        int slow = root;
        int fast = root;
        while (true) {
            for (int step = 0; step < 2; step++) {
                if (!isLink(fast) || state(fast) == NEW) {
                    clear(root);
                    return;
                }
                fast = layout.sizeOrType(fast);
            }
            slow = layout.sizeOrType(slow);
            if (slow == fast) {
                throw layout.typeFault(root, "a pointer to itself");
            }
        }
    }

    /** Marks the links of a finished chain, so that a long chain is walked once. */
    private void clear(int root) {
        int at = root;
        while (isLink(at) && state(at) != NEW) {
            setState(at, NEW);
            at = layout.sizeOrType(at);
        }
    }

    private boolean isLink(int id) {
        // A base was checked before, and leads to nothing outside of it.
        return isOwn(id) && (layout.kind(id) == BtfKind.PTR || layout.kind(id).isModifier());
    }
}
