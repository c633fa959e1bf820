/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import io.github.bpf4j.compiler.kernel.KernelBpf;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.KernelMap;
import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.BpfMaps;
import io.github.bpf4j.runtime.map.MapBatch;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapException;
import io.github.bpf4j.runtime.map.MapFlags;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Random sequences of the commands of {@code bpf(2)} on a map of bpf4j and on its twin in the host kernel. Every result, every error number
 * and every byte read must be the same; the order in which a hash map is walked is left out. Both maps are empty at the start of a sequence.
 */
final class UserMapCommands implements AutoCloseable {
    /** Commands in a sequence. */
    static final int COMMANDS = 40;

    /** Sequences for which a pair of maps is used, emptied in between. */
    private static final int LIFETIME = 64;

    private static final int BATCH = 16; // more than any of the maps gets
    private static final MapEnvironment HOST = MapEnvironment.of(KernelBpf.possibleCpus());

    private final MapKind kind;
    private final BpfMap ours;
    private final KernelMap theirs;
    private final byte[] key;
    private final byte[] value;
    private final byte[] theirValue;
    private final byte[] theirKeys;
    private final byte[] theirValues;
    private final byte[] ourKeys;
    private final byte[] ourValues;
    private final @Nullable InnerMapPairs inner;
    private final @Nullable StorageOwnerPairs owners;
    private @Nullable List<String> log;
    private final boolean[] added = new boolean[256]; // to a bloom filter
    private boolean frozen;

    /** A pair of empty maps. */
    UserMapCommands(MapKind kind) throws MapException {
        this.kind = kind;
        this.ours = BpfMaps.create(kind.definition(), HOST);
        this.theirs = KernelLoader.twins(List.of(ours)).getFirst();
        MapDefinition template = kind.definition().inner();
        this.inner = template == null ? null : new InnerMapPairs(template, HOST);
        this.owners = kind.type().isLocalStorage() ? new StorageOwnerPairs(kind.type()) : null;
        this.key = new byte[kind.definition().keySize()];
        this.value = new byte[ours.userValueSize()];
        this.theirValue = value.clone();
        this.theirKeys = new byte[BATCH * key.length];
        this.ourKeys = theirKeys.clone();
        this.theirValues = new byte[BATCH * value.length];
        this.ourValues = theirValues.clone();
    }

    /**
     * Compares sequences.
     *
     * @param atMost how many; fewer for kinds that are slow in Linux
     * @param firstSeed seed of the first; the others have those that follow
     * @return how many they were
     * @throws AssertionError at the first difference, with the commands of its sequence
     */
    static int compare(MapKind kind, int atMost, long firstSeed) throws MapException {
        int count = kind.userSequences(atMost);
        for (int done = 0; done < count; ) {
            try (UserMapCommands maps = new UserMapCommands(kind)) {
                int limit = Math.min(count, done + LIFETIME);
                do {
                    try {
                        maps.sequence(firstSeed + done);
                    } catch (AssertionError e) {
                        throw explained(kind, firstSeed + done, e);
                    }
                } while (++done < limit && maps.isReusable());
            }
        }
        return count;
    }

    /** Runs a sequence that failed once more on new maps, now with a log. */
    private static AssertionError explained(MapKind kind, long seed, AssertionError e) throws MapException {
        try (UserMapCommands maps = new UserMapCommands(kind)) {
            List<String> commands = new java.util.ArrayList<>();
            maps.log = commands;
            String when = "after sequences before it";
            try {
                maps.sequence(seed);
            } catch (AssertionError _) {
                when = "at the last of its commands";
            }
            return new AssertionError(
                    "%s, seed %d: %s, %s%n%s"
                            .formatted(kind.name(), seed, e.getMessage(), when, String.join("\n", commands)),
                    e);
        }
    }

    private boolean isReusable() {
        return !frozen && !kind.isFilter() || kind.isRing(); // a ring has no elements to begin with
    }

    private void sequence(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < COMMANDS; i++) {
            command(random);
        }
        if (kind.hasKey()) {
            walk();
        }
        if (isReusable() && !kind.isRing()) {
            clear();
        }
    }

    private void command(Random random) {
        kind.drawKey(random, key);
        kind.drawValue(random, value);
        switch (random.nextInt(32)) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> lookup(random.nextInt(8) == 0 ? MapKind.flags(random) : 0);
            case 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18 -> update(MapKind.flags(random));
            case 19, 20, 21, 22 -> delete();
            case 23, 24, 25 -> take(random.nextInt(8) == 0 ? MapKind.flags(random) : 0);
            case 26 -> nextKey(random.nextInt(3) == 0);
            case 27 -> lookupBatch(false);
            case 28 -> lookupBatch(random.nextInt(3) == 0);
            case 29 -> updateBatch(random);
            case 30 -> deleteBatch(random);
            default -> {
                if (random.nextInt(8) == 0) {
                    freeze();
                }
            }
        }
    }

    private byte @Nullable [] theirKey() {
        return owners == null ? keyOrNull() : KernelBpf.bytesOf(owners.forLinux(number(key)));
    }

    private byte @Nullable [] ourKey() {
        return owners == null ? keyOrNull() : KernelBpf.bytesOf(owners.forBpf4j(number(key)));
    }

    private static int number(byte[] key) {
        return of(key).get(ValueLayout.JAVA_INT_UNALIGNED, 0);
    }

    private byte @Nullable [] keyOrNull() {
        return kind.hasKey() ? key : null;
    }

    private static MemorySegment of(byte @Nullable [] bytes) {
        return bytes == null ? MemorySegment.NULL : MemorySegment.ofArray(bytes);
    }

    private void lookup(long flags) {
        byte asked = value.length == 0 ? 0 : value[0];
        System.arraycopy(value, 0, theirValue, 0, value.length);
        int expected = theirs.lookup(theirKey(), theirValue, flags);
        int actual = ours.lookupElement(of(ourKey()), 0, of(value), 0, flags);
        if (inner != null && expected == 0 && actual == 0) {
            inner.numbersOfLinux(theirValue);
            inner.numbersOfBpf4j(value);
        }
        boolean uncertain = kind.isFilter() && flags == 0 && !added[asked] && isAnswer(expected) && isAnswer(actual);
        same("lookup", flags, expected, uncertain ? expected : actual);
        sameValue(expected);
    }

    /** What a bloom filter may say of a value that was never added: no, or a false yes. */
    private static boolean isAnswer(int result) {
        return result == 0 || result == -Errno.ENOENT;
    }

    private void update(long flags) {
        int expected = theirs.update(theirKey(), forLinux(value), flags);
        for (int i = 0; owners != null && expected == -Errno.EAGAIN && i < 100_000; i++) {
            // Linux still frees what a map that was closed left with the owner
            expected = theirs.update(theirKey(), forLinux(value), flags);
        }
        int actual = ours.updateElement(of(ourKey()), 0, of(forBpf4j(value)), 0, flags);
        same("update", flags, expected, actual);
        if (kind.isFilter() && expected == 0) {
            added[value[0]] = true;
        }
    }

    private byte[] forLinux(byte[] values) {
        return inner == null ? values : inner.forLinux(values);
    }

    private byte[] forBpf4j(byte[] values) {
        return inner == null ? values : inner.forBpf4j(values);
    }

    private void delete() {
        same("delete", 0, theirs.delete(theirKey()), ours.deleteElement(of(ourKey()), 0));
    }

    private void take(long flags) {
        System.arraycopy(value, 0, theirValue, 0, value.length);
        int expected = theirs.lookupAndDelete(theirKey(), theirValue, flags);
        int actual = ours.lookupAndDeleteElement(of(ourKey()), 0, of(value), 0, flags);
        same("lookup and delete", flags, expected, actual);
        sameValue(expected);
    }

    /** The key after one that is there depends on the hash function; after one that is not, and at the start, there is any or none. */
    private void nextKey(boolean first) {
        if (!first && kind.hasKey() && !kind.isIndexed() && theirs.lookup(key, theirValue, 0) == 0) {
            return;
        }
        byte[] theirNext = new byte[key.length];
        byte[] ourNext = new byte[key.length];
        byte[] from = first ? null : keyOrNull();
        int expected = theirs.nextKey(from, theirNext);
        int actual = ours.nextKey(from == null ? null : of(from), 0, of(ourNext), 0);
        same(first ? "first key" : "next key", 0, expected, actual);
        if (kind.isIndexed() && expected == 0 && !Arrays.equals(theirNext, ourNext)) {
            throw new AssertionError("Linux goes on to " + hex(theirNext) + ", bpf4j to " + hex(ourNext));
        }
    }

    private void lookupBatch(boolean delete) {
        byte[] position = new byte[Math.max(8, key.length)];
        KernelBpf.BatchResult expected = delete
                ? theirs.lookupAndDeleteBatch(position, false, theirKeys, theirValues, BATCH)
                : theirs.lookupBatch(position, false, theirKeys, theirValues, BATCH);
        MapBatch walk = new MapBatch(ours);
        int count = delete
                ? walk.lookupAndDelete(of(ourKeys), 0, of(ourValues), 0, BATCH)
                : walk.lookup(of(ourKeys), 0, of(ourValues), 0, BATCH);
        int result = count < 0 ? count : walk.atEnd() ? -Errno.ENOENT : 0;
        same(delete ? "lookup and delete batch" : "lookup batch", 0, expected.result(), result);
        if (count >= 0) {
            if (inner != null) {
                inner.numbersOfLinux(theirValues);
                inner.numbersOfBpf4j(ourValues);
            }
            String there = elements(theirKeys, theirValues, expected.count());
            String here = elements(ourKeys, ourValues, count);
            if (!there.equals(here)) {
                throw new AssertionError("the batch has " + there + " in Linux, " + here + " in bpf4j");
            }
        }
    }

    private String elements(byte[] keys, byte[] values, int count) {
        TreeMap<String, String> elements = new TreeMap<>();
        int size = value.length;
        for (int i = 0; i < count; i++) {
            String k = HexFormat.of().formatHex(keys, i * key.length, (i + 1) * key.length);
            elements.put(k, HexFormat.of().formatHex(values, i * size, (i + 1) * size));
        }
        return count + " elements " + elements;
    }

    private int drawBatch(Random random) {
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            kind.drawKey(random, key);
            kind.drawValue(random, value);
            System.arraycopy(key, 0, ourKeys, i * key.length, key.length);
            System.arraycopy(value, 0, ourValues, i * value.length, value.length);
        }
        return count;
    }

    private void updateBatch(Random random) {
        int count = drawBatch(random);
        long flags = MapKind.flags(random);
        KernelBpf.BatchResult expected = theirs.updateBatch(ourKeys.clone(), forLinux(ourValues.clone()), count, flags);
        sameBatch(
                "update batch",
                flags,
                expected,
                MapBatch.update(ours, of(ourKeys), of(forBpf4j(ourValues)), count, flags));
    }

    private void deleteBatch(Random random) {
        int count = drawBatch(random);
        KernelBpf.BatchResult expected = theirs.deleteBatch(ourKeys.clone(), count);
        sameBatch("delete batch", 0, expected, MapBatch.delete(ours, of(ourKeys), count));
    }

    private void sameBatch(String what, long flags, KernelBpf.BatchResult expected, MapBatch.Result actual) {
        same(what, flags, expected.result(), actual.result());
        boolean refused = expected.result() == -Errno.EINVAL
                || expected.result() == -Errno.EPERM
                || expected.result() == -Errno.ENOTSUPP; // then Linux may leave the count as it was
        if (!refused && expected.count() != actual.count()) {
            throw new AssertionError(what + " did " + expected.count() + " in Linux, " + actual.count() + " in bpf4j");
        }
    }

    private void freeze() {
        same("freeze", 0, theirs.freeze(), ours.freeze());
        frozen = true;
    }

    /** All keys from the first on. */
    private void walk() {
        TreeMap<String, Integer> there = new TreeMap<>();
        byte[] at = new byte[key.length];
        byte[] next = new byte[key.length];
        int result = theirs.nextKey(null, at);
        for (int i = 0; result == 0 && i < 100; i++) {
            there.merge(hex(at), 1, Integer::sum);
            result = theirs.nextKey(at, next);
            System.arraycopy(next, 0, at, 0, at.length);
        }
        TreeMap<String, Integer> here = new TreeMap<>();
        int ourResult = ours.nextKey(null, 0, of(at), 0);
        for (int i = 0; ourResult == 0 && i < 100; i++) {
            here.merge(hex(at), 1, Integer::sum);
            ourResult = ours.nextKey(of(at), 0, of(next), 0);
            System.arraycopy(next, 0, at, 0, at.length);
        }
        same("walk", 0, result, ourResult);
        if (!there.equals(here)) {
            throw new AssertionError("keys are " + there + " in Linux, " + here + " in bpf4j");
        }
    }

    /** Empties both maps. */
    private void clear() {
        Arrays.fill(value, (byte) 0);
        if (kind.isIndexed()) {
            for (int i = 0; i < kind.definition().maxEntries(); i++) {
                key[0] = (byte) i;
                key[1] = key[2] = key[3] = 0;
                if (kind.isArray()) {
                    update(MapFlags.BPF_ANY);
                } else {
                    delete();
                }
            }
        } else if (owners != null) {
            for (int i = 0; i < owners.count(); i++) {
                key[0] = (byte) i;
                key[1] = key[2] = key[3] = 0;
                delete();
            }
        } else if (kind.hasKey()) {
            for (int i = 0; i < 100 && theirs.nextKey(null, key) == 0; i++) {
                delete();
            }
        } else {
            for (int i = 0; i <= kind.definition().maxEntries(); i++) {
                take(0);
            }
        }
    }

    private void same(String what, long flags, int expected, int actual) {
        if (log != null) {
            log.add("%s key %s value %s flags %d → %d".formatted(what, hex(key), hex(value), flags, expected));
        }
        if (expected != actual) {
            throw new AssertionError(what + " gives " + expected + " in Linux, " + actual + " in bpf4j");
        }
    }

    private void sameValue(int result) {
        if (result == 0 && !Arrays.equals(theirValue, value)) {
            throw new AssertionError("value " + hex(theirValue) + " in Linux, " + hex(value) + " in bpf4j");
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public void close() {
        theirs.close();
        if (inner != null) {
            inner.close();
        }
        if (owners != null) {
            owners.close();
        }
    }
}
