/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfKind;
import io.github.bpf4j.compiler.btf.BtfType;
import io.github.bpf4j.compiler.btf.BtfType.Array;
import io.github.bpf4j.compiler.btf.BtfType.Composite;
import io.github.bpf4j.compiler.btf.BtfType.EnumType;
import io.github.bpf4j.compiler.btf.BtfType.Enumerator;
import io.github.bpf4j.compiler.btf.BtfType.FuncProto;
import io.github.bpf4j.compiler.btf.BtfType.Fwd;
import io.github.bpf4j.compiler.btf.BtfType.Int;
import io.github.bpf4j.compiler.btf.BtfType.Member;
import io.github.bpf4j.compiler.btf.BtfType.Ptr;
import io.github.bpf4j.compiler.load.CoreAccess.Step;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the counterpart of a CO-RE access in a target type, by the rules of libbpf: fields are found by name, also inside anonymous
 * members; kinds must agree, sizes need not.
 */
final class CoreMatcher {
    /** As libbpf: types nested deeper are not compared. */
    private static final int MAX_DEPTH = 32;

    private final Btf local;
    private final Btf target;
    private final Work work;

    CoreMatcher(Btf local, Btf target, Work work) {
        this.local = local;
        this.target = target;
        this.work = work;
    }

    /** Counts the comparisons for an object: crafted types can have exponentially many paths. */
    static final class Work {
        private static final long MAX = 20_000_000;

        private long done;

        private void add() {
            if (++done > MAX) {
                throw new LoadException("section '.BTF'", "its CO-RE relocations need too many type comparisons");
            }
        }
    }

    private void work() {
        work.add();
    }

    /** Whether types of these kinds may correspond at all. */
    static boolean kindsAgree(BtfKind a, BtfKind b) {
        return a == b || (a.isEnum() && b.isEnum());
    }

    /** The same enumerator in a target enum, or null. */
    @Nullable
    CoreAccess enumerator(CoreAccess access, int candidate) {
        String wanted =
                Btf.essentialName(java.util.Objects.requireNonNull(access.last().name()));
        if (target.resolve(candidate) instanceof EnumType type) {
            List<Enumerator> values = type.values();
            for (int i = 0; i < values.size(); i++) {
                work();
                if (Btf.essentialName(values.get(i).name()).equals(wanted)) {
                    Step step = new Step(type.id(), i, values.get(i).name(), null);
                    return new CoreAccess(target, candidate, List.of(step), 0, false);
                }
            }
        }
        return null;
    }

    /** The same path in a target type, or null. */
    @Nullable
    CoreAccess field(CoreAccess access, int candidate) {
        Path path = new Path(candidate);
        for (int i = 0; i < access.steps().size(); i++) {
            Step step = access.steps().get(i);
            boolean found = step.member() != null
                    ? path.enterMember(local, step.member(), new BitSet())
                    : path.enterElement(step, i == 0);
            if (!found) {
                return null;
            }
        }
        return new CoreAccess(target, candidate, path.steps, path.bitOffset, path.flexible);
    }

    /** A path in the target as far as it is found. */
    private final class Path {
        private final List<Step> steps = new ArrayList<>();
        private int type;
        private long bitOffset;
        private boolean flexible;

        Path(int root) {
            type = target.resolveId(root);
        }

        boolean enterElement(Step step, boolean isRoot) {
            work();
            long size;
            if (isRoot) {
                size = target.sizeOf(type);
            } else {
                if (!(target.type(type) instanceof Array array)) {
                    return false;
                }
                boolean open = CoreAccess.isFlexible(steps.getLast(), target, array);
                if (!open && step.index() >= array.length()) {
                    return false;
                }
                flexible |= open;
                type = target.resolveId(array.element());
                size = target.sizeOf(type);
            }
            if (size < 0 || steps.size() == CoreAccess.MAX_STEPS) {
                return false;
            }
            steps.add(new Step(type, step.index(), null, null));
            bitOffset += step.index() * size * 8;
            return bitOffset <= CoreAccess.MAX_BITS;
        }

        boolean enterMember(Btf from, Member wanted, BitSet searched) {
            if (!(target.type(type) instanceof Composite struct) || searched.get(struct.id())) {
                return false;
            }
            searched.set(struct.id());
            for (int i = 0; i < struct.members().size(); i++) {
                work();
                Member member = struct.members().get(i);
                if (member.name().isEmpty()) {
                    int outer = type;
                    long before = bitOffset;
                    type = target.resolveId(member.type());
                    bitOffset += member.bitOffset();
                    if (enterMember(from, wanted, searched)) {
                        return true;
                    }
                    type = outer;
                    bitOffset = before;
                } else if (member.name().equals(wanted.name())) {
                    if (steps.size() == CoreAccess.MAX_STEPS
                            || !fieldsAgree(from.resolveId(wanted.type()), target.resolveId(member.type()))) {
                        return false;
                    }
                    steps.add(new Step(type, i, member.name(), member));
                    bitOffset += member.bitOffset();
                    type = target.resolveId(member.type());
                    return true;
                }
            }
            return false;
        }
    }

    /** Whether a field of a local type may be read as one of a target type. */
    private boolean fieldsAgree(int localId, int targetId) {
        int a = local.resolveId(localId);
        int b = target.resolveId(targetId);
        while (true) {
            work();
            BtfKind kind = local.kind(a);
            BtfKind other = target.kind(b);
            if (kind.isComposite() && other.isComposite()) {
                return true;
            }
            if (!kindsAgree(kind, other)) {
                return false;
            }
            switch (kind) {
                case PTR, FLOAT -> {
                    return true;
                }
                case FWD, ENUM, ENUM64 -> {
                    String name = Btf.essentialName(local.name(a));
                    String otherName = Btf.essentialName(target.name(b));
                    return name.isEmpty() || otherName.isEmpty() || name.equals(otherName);
                }
                case INT -> {
                    return ((Int) local.type(a)).bitOffset() == 0 && ((Int) target.type(b)).bitOffset() == 0;
                }
                case ARRAY -> {
                    a = local.resolveId(((Array) local.type(a)).element());
                    b = target.resolveId(((Array) target.type(b)).element());
                }
                case VOID,
                        STRUCT,
                        UNION,
                        TYPEDEF,
                        VOLATILE,
                        CONST,
                        RESTRICT,
                        FUNC,
                        FUNC_PROTO,
                        VAR,
                        DATASEC,
                        DECL_TAG,
                        TYPE_TAG -> {
                    return false;
                }
            }
        }
    }

    /** Whether two types are of the same make, whatever their members: for {@code type_exists} and {@code type_size}. */
    boolean typesAgree(int localId, int targetId) {
        return kindsAgree(local.kind(localId), target.kind(targetId))
                && typesAgree(localId, targetId, MAX_DEPTH, MAX_DEPTH);
    }

    /**
     * Qualifiers and typedefs of either side do not matter. As in libbpf, each parameter is given its own depth.
     *
     * @param depth links that may still be followed
     * @param signatures functions that may still be parameters of one another
     */
    private boolean typesAgree(int localId, int targetId, int depth, int signatures) {
        if (depth <= 0) {
            throw tooDeep();
        }
        int a = local.resolveId(localId);
        int b = target.resolveId(targetId);
        work();
        if (!kindsAgree(local.kind(a), target.kind(b))) {
            return false;
        }
        return switch (local.type(a)) {
            case BtfType.VoidType type -> true;
            case Composite type -> true;
            case EnumType type -> true;
            case Fwd type -> true;
            case Int type -> type.bitOffset() == 0 && ((Int) target.type(b)).bitOffset() == 0;
            case Ptr type -> typesAgree(type.target(), ((Ptr) target.type(b)).target(), depth - 1, signatures);
            case Array type -> typesAgree(type.element(), ((Array) target.type(b)).element(), depth - 1, signatures);
            case FuncProto type -> signaturesAgree(type, (FuncProto) target.type(b), depth, signatures);
            case BtfType other -> false;
        };
    }

    private boolean signaturesAgree(FuncProto a, FuncProto b, int depth, int signatures) {
        if (a.params().size() != b.params().size()) {
            return false;
        }
        for (int i = 0; i < a.params().size(); i++) {
            if (signatures <= 0) {
                throw tooDeep();
            }
            int param = a.params().get(i).type();
            if (!typesAgree(param, b.params().get(i).type(), MAX_DEPTH, signatures - 1)) {
                return false;
            }
        }
        return typesAgree(a.returnType(), b.returnType(), depth - 1, signatures);
    }

    private static IllegalArgumentException tooDeep() {
        return new IllegalArgumentException("types are nested deeper than %d".formatted(MAX_DEPTH));
    }

    /** Whether a target type has all that a local type has, names included: for {@code type_matches}. */
    boolean typesMatch(int localId, int targetId) {
        return typesMatch(localId, targetId, false, MAX_DEPTH, MAX_DEPTH);
    }

    /**
     * As in libbpf, each member and parameter is given its own depth.
     *
     * @param depth links that may still be followed
     * @param parts members and parameters that may still be inside of one another
     */
    private boolean typesMatch(int localId, int targetId, boolean behindPointer, int depth, int parts) {
        work();
        if (depth <= 0 || parts <= 0) {
            throw tooDeep();
        }
        int a = local.resolveId(localId);
        int b = target.resolveId(targetId);
        BtfType left = local.type(a);
        BtfType right = target.type(b);
        if (!Btf.essentialName(left.name()).equals(Btf.essentialName(right.name()))) {
            return false;
        }
        if (behindPointer && isForward(left, right)) {
            return true;
        }
        if (!kindsAgree(left.kind(), right.kind())) {
            return false;
        }
        return switch (left) {
            case BtfType.VoidType type -> true;
            case Fwd type -> type.isUnion() == ((Fwd) right).isUnion();
            case Int type -> type.size() == ((Int) right).size() && type.isSigned() == ((Int) right).isSigned();
            case EnumType type -> enumsMatch(type, (EnumType) right);
            case Composite type -> behindPointer || membersMatch(type, (Composite) right, parts);
            case Ptr type -> typesMatch(type.target(), ((Ptr) right).target(), true, depth - 1, parts);
            case Array type ->
                type.length() == ((Array) right).length()
                        && typesMatch(type.element(), ((Array) right).element(), behindPointer, depth - 1, parts);
            case FuncProto type -> signaturesMatch(type, (FuncProto) right, behindPointer, depth, parts);
            case BtfType other -> false;
        };
    }

    /** Behind a pointer, a forward declaration stands for the struct or union it declares. */
    private static boolean isForward(BtfType a, BtfType b) {
        return (a instanceof Fwd forward && b instanceof Composite struct && forward.isUnion() == struct.isUnion())
                || (b instanceof Fwd other && a instanceof Composite mine && other.isUnion() == mine.isUnion());
    }

    private boolean enumsMatch(EnumType a, EnumType b) {
        if (a.size() != b.size() || a.values().size() > b.values().size()) {
            return false;
        }
        for (Enumerator wanted : a.values()) {
            boolean found = false;
            for (Enumerator offered : b.values()) {
                work();
                if (Btf.essentialName(wanted.name()).equals(Btf.essentialName(offered.name()))) {
                    found = true;
                    break;
                }
            }
            if (!found) {
                return false;
            }
        }
        return true;
    }

    private boolean membersMatch(Composite a, Composite b, int parts) {
        if (a.members().size() > b.members().size()) {
            return false;
        }
        for (Member wanted : a.members()) {
            boolean found = false;
            for (Member offered : b.members()) {
                work();
                if (wanted.name().equals(offered.name())
                        && typesMatch(wanted.type(), offered.type(), false, MAX_DEPTH, parts - 1)) {
                    found = true;
                    break;
                }
            }
            if (!found) {
                return false;
            }
        }
        return true;
    }

    private boolean signaturesMatch(FuncProto a, FuncProto b, boolean behindPointer, int depth, int parts) {
        if (a.params().size() != b.params().size()) {
            return false;
        }
        for (int i = 0; i < a.params().size(); i++) {
            int param = a.params().get(i).type();
            if (!typesMatch(param, b.params().get(i).type(), behindPointer, MAX_DEPTH, parts - 1)) {
                return false;
            }
        }
        return typesMatch(a.returnType(), b.returnType(), behindPointer, depth - 1, parts);
    }
}
