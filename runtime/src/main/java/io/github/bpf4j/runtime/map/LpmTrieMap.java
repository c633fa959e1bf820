/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * {@code BPF_MAP_TYPE_LPM_TRIE}. A key is a prefix length (4 bytes, host order) and an address. The prefixes are in a hash table; a
 * lookup tries the lengths that occur, longest first. Tables of IPv4 prefixes have an index besides, so that the lookup of a full address
 * takes at most four steps (see {@link Ipv4Index}). Lookups take no lock; changes take one for the whole map, as in Linux.
 */
public final class LpmTrieMap extends BpfMap {
    private final Prefixes table;
    private final int bits;
    private final @Nullable Ipv4Index index;
    private final AtomicIntegerArray countByLength;
    private final Object writer = new Object();

    LpmTrieMap(MapDefinition definition, MapEnvironment environment) throws MapException {
        this(definition, new Prefixes(definition, environment));
    }

    private LpmTrieMap(MapDefinition definition, Prefixes table) {
        super(definition);
        this.table = table;
        this.bits = 8 * (definition.keySize() - 4);
        this.countByLength = new AtomicIntegerArray(bits + 1);
        if (table.values().isMapped()) {
            // Other processes add prefixes too: no index, and any length may occur.
            this.index = null;
            for (int length = 0; length <= bits; length++) {
                countByLength.set(length, 1);
            }
        } else {
            this.index = bits == 32 ? new Ipv4Index(table.values()) : null;
        }
    }

    /**
     * The exact prefixes. Keys are masked; behind each value is the address as it was given, which an iteration returns, as in Linux.
     */
    private static final class Prefixes extends HashTable {
        private final AddressedValues addressed;

        Prefixes(MapDefinition definition, MapEnvironment environment) throws MapException {
            this(definition, environment, HashLayout.of(withAddress(definition), 0, 0, false));
        }

        private Prefixes(MapDefinition definition, MapEnvironment environment, HashLayout layout) throws MapException {
            this(
                    definition,
                    layout,
                    environment.memory().allocate(definition, layout.size()),
                    definition.keySize() - 4);
        }

        private Prefixes(MapDefinition definition, HashLayout layout, MapRegion region, int addressSize) {
            AddressedValues addressed =
                    new AddressedValues(region.body(), layout.valueOffset(), definition.valueSize(), addressSize);
            super(withAddress(definition), layout, region, addressed);
            this.addressed = addressed;
        }

        private static MapDefinition withAddress(MapDefinition d) {
            int size = (int) Words.roundUp(d.valueSize(), 8) + d.keySize() - 4;
            return new MapDefinition(d.name(), d.type(), d.keySize(), size, d.maxEntries(), d.flags());
        }

        @Override
        public long lookup(int cpu, MemorySegment key, long keyOffset) {
            long e = findElement(key, keyOffset);
            return e == 0 ? NOT_FOUND : e + valueOffset;
        }

        /** Puts the address as it was given into a masked key. */
        void unmask(MemorySegment key, long offset) {
            long e = findElement(key, offset);
            if (e != 0) {
                addressed.copyAddress(e, key, offset + 4);
            }
        }
    }

    /** Values with the address behind them that their key was given with. */
    private static final class AddressedValues implements ElementValues {
        private final MemorySegment memory;
        private final long at;
        private final int size;
        private final int addressSize;

        /** The key of the update that is going on; guarded by {@code writer}. */
        private MemorySegment given = MemorySegment.NULL;

        private long givenOffset;

        AddressedValues(MemorySegment memory, long at, int size, int addressSize) {
            this.memory = memory;
            this.at = at;
            this.size = size;
            this.addressSize = addressSize;
        }

        void copyAddress(long element, MemorySegment key, long offset) {
            Words.copy(memory, addressOf(element), key, offset, addressSize);
        }

        private long addressOf(long element) {
            return element + at + Words.roundUp(size, 8);
        }

        @Override
        public long of(long element, int cpu) {
            return element + at;
        }

        @Override
        public boolean isPerCpu(int cpu) {
            return false;
        }

        @Override
        public int userSize() {
            return size;
        }

        @Override
        public void fill(long element, int cpu, MemorySegment value, long offset, boolean fromUser) {
            Words.copy(value, offset, memory, element + at, size);
            Words.copy(given, givenOffset + 4, memory, addressOf(element), addressSize);
        }

        @Override
        public boolean overwrite(
                long element, int cpu, MemorySegment value, long offset, long flags, boolean fromUser) {
            return false;
        }

        @Override
        public void copyOut(long element, MemorySegment value, long offset, long flags) {
            Words.copy(memory, element + at, value, offset, size);
        }
    }

    private static final ThreadLocal<MemorySegment> QUERY =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(8, 8));

    /** A masked copy of a key, one per thread. */
    private final ThreadLocal<MemorySegment> scratch =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(definition().keySize(), 8));

    private MemorySegment masked(MemorySegment key, long offset, int length) {
        MemorySegment masked = scratch.get();
        masked.set(Words.INT, 0, length);
        int whole = length / 8;
        MemorySegment.copy(key, offset + 4, masked, 4, whole);
        if (whole < bits / 8) {
            int keep = 0xff00 >> (length & 7) & 0xff;
            masked.set(Words.BYTE, 4 + whole, (byte) (key.get(Words.BYTE, offset + 4 + whole) & keep));
            Words.zero(masked, 5 + whole, bits / 8 - whole - 1);
        }
        return masked;
    }

    @Override
    public MemorySegment values() {
        return table.values();
    }

    @Override
    public long lookup(int cpu, MemorySegment key, long keyOffset) {
        int length = key.get(Words.INT, keyOffset);
        Ipv4Index v4 = index;
        if (v4 != null && length == 32) {
            int e = v4.lookup(Ipv4Index.address(key, keyOffset + 4));
            return e == 0 ? NOT_FOUND : HashChains.offset(e) + table.valueOffset;
        }
        return lookupByLength(key, keyOffset, length);
    }

    @Override
    public long lookupLong(int cpu, long key) {
        int length = Words.LITTLE_ENDIAN ? (int) key : (int) (key >>> 32);
        Ipv4Index v4 = index;
        if (v4 == null) {
            return super.lookupLong(cpu, key);
        }
        if (length == 32) {
            int e = v4.lookup(Words.LITTLE_ENDIAN ? Integer.reverseBytes((int) (key >>> 32)) : (int) key);
            return e == 0 ? NOT_FOUND : HashChains.offset(e) + table.valueOffset;
        }
        MemorySegment query = QUERY.get();
        query.set(Words.LONG, 0, key);
        return lookupByLength(query, 0, length);
    }

    private long lookupByLength(MemorySegment key, long keyOffset, int length) {
        if (Integer.compareUnsigned(length, bits) > 0) {
            return NOT_FOUND;
        }
        for (int l = length; l >= 0; l--) {
            if (countByLength.get(l) != 0) {
                long found = table.lookup(0, masked(key, keyOffset, l), 0);
                if (found != NOT_FOUND) {
                    return found;
                }
            }
        }
        return NOT_FOUND;
    }

    @Override
    public int update(int cpu, MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        if (flags < 0 || flags > MapFlags.BPF_EXIST) {
            return -Errno.EINVAL;
        }
        int length = key.get(Words.INT, keyOffset);
        if (Integer.compareUnsigned(length, bits) > 0) {
            return -Errno.EINVAL;
        }
        MemorySegment exact = masked(key, keyOffset, length);
        synchronized (writer) {
            long old = table.findElement(exact, 0);
            if (old == 0) {
                countByLength.incrementAndGet(length); // before the prefix can be found
            }
            table.addressed.given = key;
            table.addressed.givenOffset = keyOffset;
            int result = table.update(cpu, exact, 0, value, valueOffset, flags);
            if (result != 0) {
                if (old == 0) {
                    countByLength.decrementAndGet(length);
                }
                return result == -Errno.E2BIG ? -Errno.ENOSPC : result;
            }
            if (index != null) {
                index.insert(Ipv4Index.address(exact, 4), length, HashChains.ref(table.findElement(exact, 0)));
            }
            return 0;
        }
    }

    @Override
    public int delete(MemorySegment key, long keyOffset) {
        int length = key.get(Words.INT, keyOffset);
        if (Integer.compareUnsigned(length, bits) > 0) {
            return -Errno.EINVAL;
        }
        MemorySegment exact = masked(key, keyOffset, length);
        synchronized (writer) {
            long old = table.findElement(exact, 0);
            if (old == 0) {
                return -Errno.ENOENT;
            }
            if (index != null) {
                int address = Ipv4Index.address(exact, 4);
                int cover = 0;
                for (int l = length - 1; l >= 0 && cover == 0; l--) {
                    if (countByLength.get(l) != 0) {
                        cover = HashChains.ref(table.findElement(masked(exact, 0, l), 0));
                    }
                }
                exact = masked(key, keyOffset, length);
                index.remove(address, length, HashChains.ref(old), cover);
            }
            int result = table.delete(exact, 0);
            countByLength.decrementAndGet(length);
            return result;
        }
    }

    @Override
    public long elementCount() {
        return table.elementCount();
    }

    @Override
    int followingKey(@Nullable MemorySegment key, long keyOffset, MemorySegment next, long nextOffset) {
        boolean fromStart = key == null || Integer.compareUnsigned(key.get(Words.INT, keyOffset), bits) > 0;
        MemorySegment exact =
                fromStart ? null : masked(Objects.requireNonNull(key), keyOffset, key.get(Words.INT, keyOffset));
        int result = table.followingKey(exact, 0, next, nextOffset);
        if (result == 0) {
            table.unmask(next, nextOffset);
        }
        return result;
    }
}
