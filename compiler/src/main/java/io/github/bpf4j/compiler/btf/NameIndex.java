/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import java.util.Arrays;

/** Type numbers, but those of the base, by hash of their name without flavor: chains in ascending order of number. */
final class NameIndex {
    private final int firstId;
    private final int[] heads;
    private final int[] next;

    NameIndex(BtfLayout layout) {
        firstId = layout.firstId;
        int count = layout.count() - firstId;
        heads = new int[Integer.highestOneBit(Math.max(16, count)) * 2];
        next = new int[count];
        for (int id = layout.count() - 1; id >= firstId; id--) {
            if (layout.nameOffset(id) != 0) {
                int slot = slot(Btf.essentialName(layout.string(layout.nameOffset(id))));
                next[id - firstId] = heads[slot];
                heads[slot] = id;
            }
        }
    }

    private int slot(String name) {
        int hash = name.hashCode() * 0x9e3779b9;
        return (hash ^ hash >>> 16) & heads.length - 1;
    }

    /** Numbers of types whose name without flavor may be the same as that of a name; others may be among them. */
    int[] idsOf(String name) {
        int[] found = new int[4];
        int count = 0;
        for (int id = heads[slot(Btf.essentialName(name))]; id != 0; id = next[id - firstId]) {
            if (count == found.length) {
                found = Arrays.copyOf(found, count * 2);
            }
            found[count++] = id;
        }
        return Arrays.copyOf(found, count);
    }
}
