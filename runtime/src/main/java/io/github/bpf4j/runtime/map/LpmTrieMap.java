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
    private final @Nullable Ipv4Lookup ipv4;
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
            this.index = bits == 32 ? new Ipv4Index() : null;
        }
        this.ipv4 = index == null ? null : new Ipv4Lookup(this, index);
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
        Ipv4Lookup v4 = ipv4;
        return v4 != null && length == 32
                ? v4.find(Ipv4Index.address(key, keyOffset + 4))
                : lookupByLength(key, keyOffset, length);
    }

    /** Lookups of keys with an IPv4 address. What the index refers to are values, by their offsets divided by 8. */
    private record Ipv4Lookup(LpmTrieMap map, Ipv4Index index) implements KeyLookup {
        long find(int address) {
            int value = index.lookup(address);
            // As an unsigned number, which HotSpot sees is not NOT_FOUND, so that the caller's comparison costs
            // nothing.
            return value == 0 ? NOT_FOUND : Integer.toUnsignedLong(value) << 3;
        }

        @Override
        public long lookupInt(int cpu, int key) {
            return map.lookupInt(cpu, key);
        }

        @Override
        public long lookupLong(int cpu, long key) {
            int length = Words.LITTLE_ENDIAN ? (int) key : (int) (key >>> 32);
            return length == 32
                    ? find((int) (Words.LITTLE_ENDIAN ? Long.reverseBytes(key) : key))
                    : map.lookupNumber(key);
        }
    }

    @Override
    public KeyLookup keyLookup() {
        return ipv4 != null ? ipv4 : this;
    }

    @Override
    public long lookupLong(int cpu, long key) {
        if (bits != 32) {
            return super.lookupLong(cpu, key);
        }
        return ipv4 != null ? ipv4.lookupLong(cpu, key) : lookupNumber(key);
    }

    private long lookupNumber(long key) {
        MemorySegment query = QUERY.get();
        query.set(Words.LONG, 0, key);
        return lookupByLength(query, 0, query.get(Words.INT, 0));
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

    /** The element of the longest prefix that covers an IPv4 address and has at most so many bits, or 0. */
    private long longest(Ipv4Index v4, int address, int length) {
        int value = v4.lookup(address);
        if (value == 0) {
            return 0;
        }
        long e = HashChains.offset(value) - table.valueOffset;
        if (table.memory.get(Words.INT, e + table.headerSize) <= length) {
            return e; // as mostly, since nothing longer is there
        }
        for (int l = length; l >= 0; l--) {
            if (countByLength.get(l) != 0) {
                e = table.index.findLong(ipv4Key(l, address & (int) (-1L << 32 - l)));
                if (e != 0) {
                    return e;
                }
            }
        }
        return 0;
    }

    private static long ipv4Key(int length, int address) {
        return Words.LITTLE_ENDIAN
                ? (long) Integer.reverseBytes(address) << 32 | length
                : (long) length << 32 | Integer.toUnsignedLong(address);
    }

    /** Lets a prefix that led to one element lead to another; 0 is none. */
    private void replaceInIndex(Ipv4Index v4, MemorySegment prefix, long from, long to) {
        v4.replace(Ipv4Index.address(prefix, 4), prefix.get(Words.INT, 0), valueRef(from), valueRef(to));
    }

    private int valueRef(long element) {
        return element == 0 ? 0 : HashChains.ref(element + table.valueOffset);
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
        synchronized (writer) {
            if (index != null && !index.reserve()) {
                return -Errno.ENOMEM;
            }
            MemorySegment exact = masked(key, keyOffset, length);
            long covering = index == null ? 0 : longest(index, Ipv4Index.address(exact, 4), length);
            boolean fresh = table.findElement(exact, 0) == 0;
            if (fresh) {
                countByLength.incrementAndGet(length); // before the prefix can be found
            }
            table.addressed.given = key;
            table.addressed.givenOffset = keyOffset;
            int result = table.update(cpu, exact, 0, value, valueOffset, flags);
            if (result != 0) {
                if (fresh) {
                    countByLength.decrementAndGet(length);
                }
                return result == -Errno.E2BIG ? -Errno.ENOSPC : result;
            }
            if (index != null) {
                replaceInIndex(index, exact, covering, table.findElement(exact, 0));
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
        synchronized (writer) {
            MemorySegment exact = masked(key, keyOffset, length);
            long old = table.findElement(exact, 0);
            if (old == 0) {
                return -Errno.ENOENT;
            }
            if (index != null) {
                replaceInIndex(index, exact, old, longest(index, Ipv4Index.address(exact, 4), length - 1));
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
