/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfBuilder;
import io.github.bpf4j.compiler.btf.BtfType;
import io.github.bpf4j.compiler.btf.BtfType.*;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Copies some types of a kernel as a program has them that was compiled against another version: what is needed by value in full, structs
 * behind pointers as forward declarations, here and there a field renamed, left out or in another place of the list.
 */
final class ExcerptedTypes {
    private final Random random;
    private final Btf kernel;
    private final BtfBuilder copy = new BtfBuilder();
    private final Map<Integer, Integer> copied = new HashMap<>();
    private final Map<Integer, Integer> declared = new HashMap<>();

    private ExcerptedTypes(Random random, Btf kernel) {
        this.random = random;
        this.kernel = kernel;
    }

    /** Copies random named types and what they need, so many types or somewhat more. */
    static Btf of(Btf kernel, int count, Random random) {
        ExcerptedTypes types = new ExcerptedTypes(random, kernel);
        while (types.copy.nextId() < count) {
            int id = 1 + random.nextInt(kernel.size() - 1);
            boolean isDeclaration = kernel.resolve(id) instanceof Composite || kernel.resolve(id) instanceof EnumType;
            if (isDeclaration && !kernel.name(id).isEmpty()) {
                types.copy(id);
            }
        }
        return types.copy.build();
    }

    private int copy(int id) {
        Integer known = copied.get(id);
        if (known == null) {
            known = write(kernel.type(id));
            copied.put(id, known);
        }
        return known;
    }

    private int behindPointer(int id) {
        if (id == 0
                || !(kernel.type(id) instanceof Composite struct)
                || struct.name().isEmpty()) {
            return id == 0 || isOpen(id) ? 0 : copy(id);
        }
        return declared.computeIfAbsent(id, _ -> copy.addForward(struct.name(), struct.isUnion()));
    }

    /** Whether a pointer's target leads on to more pointers: enough is copied without. */
    private boolean isOpen(int id) {
        BtfType type = kernel.resolve(id);
        return !(type instanceof Int) && !(type instanceof EnumType);
    }

    private int write(BtfType type) {
        return switch (type) {
            case Composite t -> {
                List<Member> members = new ArrayList<>();
                for (Member m : t.members()) {
                    members.add(new Member(m.name(), copy(m.type()), m.bitOffset(), m.bitfieldSize()));
                }
                change(members);
                yield t.isUnion()
                        ? copy.addUnion(t.name(), (int) t.size(), members)
                        : copy.addStruct(t.name(), (int) t.size(), members);
            }
            case Ptr t -> copy.addPointer(behindPointer(t.target()));
            case Array t -> copy.addArray(copy(t.element()), copy(t.index()), t.length());
            case Typedef t -> copy.addTypedef(t.name(), copy(t.type()));
            case Qualifier t -> copy.addQualifier(t.kind(), copy(t.type()));
            case TypeTag t -> copy.addTypeTag(t.name(), copy(t.type()));
            case VoidType _, Int _, FloatType _, EnumType _, Fwd _ -> copy.add(type);
            case Func _, FuncProto _, Var _, DataSec _, DeclTag _ -> 0;
        };
    }

    private void change(List<Member> members) {
        if (members.size() < 2 || random.nextInt(4) > 0) {
            return;
        }
        int at = random.nextInt(members.size());
        Member member = members.get(at);
        switch (random.nextInt(3)) {
            case 0 -> members.remove(at);
            case 1 -> members.set(at, new Member("gone", member.type(), member.bitOffset(), member.bitfieldSize()));
            default -> Collections.swap(members, at, 0);
        }
    }
}
