/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Ipv4IndexTest {
    private record Prefix(int address, int length) {
        Prefix {
            address &= mask(length);
        }

        private static int mask(int length) {
            return length == 0 ? 0 : -1 << 32 - length;
        }

        boolean covers(int address) {
            return ((address ^ this.address) & mask(length)) == 0;
        }
    }

    /** An index, and what should be in it. */
    private static final class Table {
        final Ipv4Index index = new Ipv4Index();
        final Map<Prefix, Integer> references = new HashMap<>();

        /** The longest prefix that covers an address and has at most so many bits, or 0. */
        int longest(int address, int length) {
            for (int l = length; l >= 0; l--) {
                Integer found = references.get(new Prefix(address, l));
                if (found != null) {
                    return found;
                }
            }
            return 0;
        }

        void put(Prefix prefix, int reference) {
            assertTrue(index.reserve());
            index.replace(prefix.address, prefix.length, longest(prefix.address, prefix.length), reference);
            references.put(prefix, reference);
        }

        void remove(Prefix prefix) {
            index.replace(
                    prefix.address,
                    prefix.length,
                    references.remove(prefix),
                    longest(prefix.address, prefix.length - 1));
        }

        void check(int address, String where) {
            assertEquals(longest(address, 32), index.lookup(address), where);
        }
    }

    @Test
    void findsTheLongestPrefix() {
        long seed = 5;
        Random random = new Random(seed);
        Table table = new Table();
        List<Prefix> present = new ArrayList<>();
        for (int i = 1; i <= 20_000; i++) {
            // One bit in eight, so that prefixes nest; all lengths.
            int address = random.ints(3).reduce(-1, (a, b) -> a & b);
            if (random.nextInt(3) > 0) {
                Prefix prefix = new Prefix(address, random.nextInt(33));
                if (!table.references.containsKey(prefix)) {
                    present.add(prefix);
                }
                table.put(prefix, i);
            } else if (!present.isEmpty()) {
                int last = present.size() - 1;
                int which = random.nextInt(last + 1);
                Prefix prefix = present.set(which, present.get(last));
                present.remove(last);
                table.remove(prefix);
            }
            String where = "seed " + seed + ", step " + i;
            table.check(address, where);
            table.check(address ^ 1 << random.nextInt(32), where);
        }
        assertTrue(present.size() > 1_000);
        for (Prefix prefix : present) {
            table.check(prefix.address, "first of " + prefix);
            table.check(prefix.address | ~Prefix.mask(prefix.length), "last of " + prefix);
            assertTrue(prefix.covers(prefix.address | ~Prefix.mask(prefix.length)));
        }
    }

    @Test
    void aLongPrefixHidesAndRevealsAShortOne() {
        Table table = new Table();
        table.put(new Prefix(0, 0), 1);
        table.put(new Prefix(0x0a000000, 9), 2);
        table.put(new Prefix(0x0a000000, 10), 3); // the two hide the one before
        table.put(new Prefix(0x0a400000, 10), 4);
        table.put(new Prefix(0x0a000001, 32), 5);
        table.put(new Prefix(0x0a000000, 9), 6);
        assertEquals(1, table.index.lookup(0x0b000000));
        assertEquals(3, table.index.lookup(0x0a000000));
        assertEquals(5, table.index.lookup(0x0a000001));
        assertEquals(4, table.index.lookup(0x0a7fffff));
        table.remove(new Prefix(0x0a000000, 10));
        assertEquals(6, table.index.lookup(0x0a000000));
        assertEquals(5, table.index.lookup(0x0a000001));
        table.remove(new Prefix(0x0a000000, 9));
        table.remove(new Prefix(0x0a000001, 32));
        assertEquals(1, table.index.lookup(0x0a000001));
        table.remove(new Prefix(0, 0));
        assertEquals(0, table.index.lookup(0x0a000001));
        assertEquals(4, table.index.lookup(0x0a400000));
    }

    @Test
    void whatDroppedNodesHeldIsGivenBack() {
        Table table = new Table();
        for (int i = 0; i < 1000; i++) {
            table.put(new Prefix(i << 16 | i, 32), i + 1);
        }
        int full = table.index.capacity();
        for (int i = 0; i < 100_000; i++) {
            Prefix prefix = new Prefix(i % 1000 << 16 | i % 1000, 32);
            table.remove(prefix);
            table.put(prefix, i % 1000 + 1);
        }
        assertTrue(table.index.capacity() <= full + full / 4, full + " entries became " + table.index.capacity());
        for (int i = 0; i < 1000; i++) {
            table.check(i << 16 | i, "address " + i);
            table.check(i << 16 | ~i & 0xffff, "beside " + i);
        }
    }
}
