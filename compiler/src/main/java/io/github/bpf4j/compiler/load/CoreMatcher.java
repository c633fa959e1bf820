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

    /** Comparisons per object: crafted types can have exponentially many paths. */
    private static final long MAX_WORK = 20_000_000;

    private final Btf local;
    private final Btf target;
    private long work;

    CoreMatcher(Btf local, Btf target) {
        this.local = local;
        this.target = target;
    }

    private void work() {
        if (++work > MAX_WORK) {
            throw new LoadException("section '.BTF'", "its CO-RE relocations need too many type comparisons");
        }
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
        return typesAgree(localId, targetId, MAX_DEPTH);
    }

    private boolean typesAgree(int localId, int targetId, int depth) {
        if (!kindsAgree(local.kind(localId), target.kind(targetId)) || depth < 0) {
            return false;
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
            case Ptr type -> typesAgreeBehind(type.target(), ((Ptr) target.type(b)).target(), depth);
            case Array type -> typesAgreeBehind(type.element(), ((Array) target.type(b)).element(), depth);
            case FuncProto type -> protosAgree(type, (FuncProto) target.type(b), depth);
            case BtfType other -> false;
        };
    }

    // Below the root, qualifiers and typedefs of either side do not matter.
    private boolean typesAgreeBehind(int localId, int targetId, int depth) {
        return typesAgree(local.resolveId(localId), target.resolveId(targetId), depth - 1);
    }

    private boolean protosAgree(FuncProto a, FuncProto b, int depth) {
        if (a.params().size() != b.params().size()) {
            return false;
        }
        for (int i = 0; i < a.params().size(); i++) {
            if (!typesAgreeBehind(a.params().get(i).type(), b.params().get(i).type(), depth)) {
                return false;
            }
        }
        return typesAgreeBehind(a.returnType(), b.returnType(), depth);
    }

    /** Whether a target type has all that a local type has, names included: for {@code type_matches}. */
    boolean typesMatch(int localId, int targetId) {
        return typesMatch(localId, targetId, false, MAX_DEPTH);
    }

    private boolean typesMatch(int localId, int targetId, boolean behindPointer, int depth) {
        work();
        if (depth < 0) {
            return false;
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
            case BtfType.FloatType type -> true;
            case Fwd type -> type.isUnion() == ((Fwd) right).isUnion();
            case Int type -> type.size() == ((Int) right).size() && type.isSigned() == ((Int) right).isSigned();
            case EnumType type -> enumsMatch(type, (EnumType) right);
            case Composite type -> behindPointer || membersMatch(type, (Composite) right, depth);
            case Ptr type -> typesMatch(type.target(), ((Ptr) right).target(), true, depth - 1);
            case Array type ->
                type.length() == ((Array) right).length()
                        && typesMatch(type.element(), ((Array) right).element(), false, depth - 1);
            case FuncProto type -> protosMatch(type, (FuncProto) right, depth);
            case BtfType other -> false;
        };
    }

    /** Behind a pointer, a forward declaration stands for the struct or union it declares. */
    private static boolean isForward(BtfType a, BtfType b) {
        return (a instanceof Fwd forward && b instanceof Composite struct && forward.isUnion() == struct.isUnion())
                || (b instanceof Fwd other && a instanceof Composite mine && other.isUnion() == mine.isUnion());
    }

    private boolean enumsMatch(EnumType a, EnumType b) {
        if (a.size() != b.size()) {
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

    private boolean membersMatch(Composite a, Composite b, int depth) {
        for (Member wanted : a.members()) {
            boolean found = false;
            for (Member offered : b.members()) {
                work();
                if (wanted.name().equals(offered.name())
                        && typesMatch(wanted.type(), offered.type(), false, depth - 1)) {
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

    private boolean protosMatch(FuncProto a, FuncProto b, int depth) {
        if (a.params().size() != b.params().size()) {
            return false;
        }
        for (int i = 0; i < a.params().size(); i++) {
            if (!typesMatch(a.params().get(i).type(), b.params().get(i).type(), false, depth - 1)) {
                return false;
            }
        }
        return typesMatch(a.returnType(), b.returnType(), false, depth - 1);
    }
}
