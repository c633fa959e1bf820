/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import io.github.bpf4j.compiler.verifier.PointerKind;
import io.github.bpf4j.compiler.verifier.RegisterFact;
import java.util.EnumSet;
import java.util.Set;

/** Joins the facts of all definitions of a web and chooses its {@link Rep}. */
final class WebType {
    private static final int VARYING = -1;
    private static final int NO_MAP_YET = -2;

    private final Set<PointerKind> kinds = EnumSet.noneOf(PointerKind.class);
    private boolean scalar;
    private boolean onlyZero = true;
    private long min = Long.MAX_VALUE;
    private long max = Long.MIN_VALUE;
    private int map = NO_MAP_YET;
    private boolean maybeNull;
    private boolean moved;

    void add(RegisterFact fact) {
        switch (fact) {
            case RegisterFact.Unusable unusable -> {
                // never read, so it restricts nothing
            }
            case RegisterFact.Scalar range -> addRange(range.smin(), range.smax());
            case RegisterFact.Pointer pointer -> {
                kinds.add(pointer.kind());
                maybeNull |= pointer.maybeNull();
                moved |= pointer.minOffset() != 0 || pointer.maxOffset() != 0;
                map = map == NO_MAP_YET || map == pointer.map() ? pointer.map() : VARYING;
            }
            case RegisterFact.Mixed mixed -> {
                kinds.addAll(mixed.kinds());
                maybeNull = true;
                moved = true;
                map = VARYING;
                if (mixed.mayBeScalar()) {
                    addRange(Long.MIN_VALUE, Long.MAX_VALUE);
                }
            }
        }
    }

    void addRange(long smin, long smax) {
        scalar = true;
        onlyZero &= smin == 0 && smax == 0;
        min = Math.min(min, smin);
        max = Math.max(max, smax);
    }

    Rep rep(boolean wide) {
        if (kinds.isEmpty()) {
            return wide ? Rep.LONG : scalarRep();
        }
        if (wide) {
            return kinds.stream().allMatch(Webs::isSegment) ? Rep.SEGMENT : Rep.OBJECT;
        }
        if (!scalar && !maybeNull) {
            if (kinds.equals(EnumSet.of(PointerKind.CTX)) && !moved) {
                return Rep.CONTEXT;
            }
            if (kinds.equals(EnumSet.of(PointerKind.MAP)) && map >= 0) {
                return new Rep(Rep.Kind.MAP, map);
            }
            if (kinds.equals(EnumSet.of(PointerKind.STACK))) {
                return Rep.STACK;
            }
            if (EnumSet.of(PointerKind.PACKET, PointerKind.PACKET_END).containsAll(kinds)) {
                return Rep.PACKET;
            }
        }
        if (kinds.equals(EnumSet.of(PointerKind.MAP_VALUE)) && map >= 0 && (!scalar || onlyZero)) {
            return new Rep(Rep.Kind.MAP_VALUE, map);
        }
        return kinds.stream().allMatch(Webs::isSegment) ? Rep.SEGMENT : Rep.OBJECT;
    }

    private Rep scalarRep() {
        if (!scalar) {
            return Rep.LONG;
        }
        if (min >= 0) {
            return max <= Integer.MAX_VALUE ? Rep.INT_POSITIVE : max <= 0xffff_ffffL ? Rep.INT_UNSIGNED : Rep.LONG;
        }
        return min >= Integer.MIN_VALUE && max <= Integer.MAX_VALUE ? Rep.INT_SIGNED : Rep.LONG;
    }
}
