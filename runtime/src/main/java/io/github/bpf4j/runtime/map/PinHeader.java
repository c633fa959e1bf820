/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The first 2,048 bytes of a pin file: what the map is. All numbers in the byte order of the machine, since map memory is as well.
 *
 * <pre>
 *   0  magic "BPF4JMAP"        8  version (4)          12  CRC-32 of bytes 16 to 2047 (4)
 *  16  type (4)               20  key size (4)         24  value size (4)       28  max_entries (4)
 *  32  flags (4)              36  CPUs (4)             40  map_extra (8)
 *  48  body size (8)          56  page size (4)        60  spin lock, res spin lock, timer, work queue (4 each)
 *  76  number of kptrs (4)    80  their offsets (4 each, at most 64)
 * 336  length of the name (4) 340 the name, UTF-8
 * 2036 key's type (4)       2040 value's type (4)    2044 bytes of types (4)
 * </pre>
 *
 * @param definition the map
 * @param cpus the number of CPUs it was created for
 * @param pageSize the page size it was created with
 * @param bodySize bytes of map memory behind the headers
 * @param keyType number of the key's type in the types behind the memory, 0 if there is none
 * @param valueType number of the value's type, 0 if there is none
 * @param typesSize bytes of types
 */
record PinHeader(
        MapDefinition definition, int cpus, int pageSize, long bodySize, int keyType, int valueType, int typesSize) {
    static final int SIZE = 2048;
    private static final long MAGIC = 0x50414d4a34465042L; // "BPF4JMAP" in little-endian order
    private static final int VERSION = 4;
    private static final int MOST_KPTRS = 64;
    private static final int NAME = 336;
    private static final int TYPES = 2036;
    private static final int LONGEST_NAME = TYPES - NAME - 4;

    byte[] encode() throws MapException {
        byte[] name = definition.name().getBytes(StandardCharsets.UTF_8);
        SpecialFields special = definition.special();
        if (name.length > LONGEST_NAME || special.kptrs().size() > MOST_KPTRS) {
            throw new MapException(
                    Errno.E2BIG,
                    "map '" + definition.name() + "' cannot be pinned: its name or its list of kptrs is too long");
        }
        ByteBuffer to = ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder());
        to.putLong(MAGIC).putInt(VERSION).putInt(0);
        to.putInt(definition.type().kernelId()).putInt(definition.keySize()).putInt(definition.valueSize());
        to.putInt(definition.maxEntries())
                .putInt(definition.flags())
                .putInt(cpus)
                .putLong(definition.extra());
        to.putLong(bodySize).putInt(pageSize);
        to.putInt(special.spinLock())
                .putInt(special.resSpinLock())
                .putInt(special.timer())
                .putInt(special.workQueue());
        to.putInt(special.kptrs().size());
        special.kptrs().forEach(to::putInt);
        to.putInt(NAME, name.length).put(NAME + 4, name);
        to.putInt(TYPES, keyType).putInt(TYPES + 4, valueType).putInt(TYPES + 8, typesSize);
        to.putInt(12, checksum(to.array()));
        return to.array();
    }

    private static int checksum(byte[] header) {
        CRC32 crc = new CRC32();
        crc.update(header, 16, SIZE - 16);
        return (int) crc.getValue();
    }

    /** Reads a header of a file that may be anything. */
    static PinHeader decode(byte[] bytes, String file) throws MapException {
        ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        if (from.getLong(0) != MAGIC) {
            boolean otherOrder = from.getLong(0) == Long.reverseBytes(MAGIC);
            throw refuse(file, otherOrder ? "was written on a machine with another byte order" : "is not a pinned map");
        }
        if (from.getInt(8) != VERSION) {
            throw refuse(file, "has format version " + from.getInt(8) + ", this program knows version " + VERSION);
        }
        if (from.getInt(12) != checksum(bytes)) {
            throw refuse(file, "has a damaged header: its checksum is wrong");
        }
        MapType type = type(from.getInt(16));
        int kptrs = from.getInt(76);
        int nameLength = from.getInt(NAME);
        int cpus = from.getInt(36);
        int pageSize = from.getInt(56);
        int typesSize = from.getInt(TYPES + 8);
        if (type == null
                || !PinDirectory.isPinnable(type)
                || kptrs < 0
                || kptrs > MOST_KPTRS
                || nameLength < 0
                || nameLength > LONGEST_NAME
                || cpus < 1
                || cpus > MapEnvironment.MOST_CPUS
                || pageSize < 4096
                || Integer.bitCount(pageSize) != 1
                || from.getLong(48) < 0
                || from.getLong(48) > Long.MAX_VALUE / 2
                || typesSize < 0
                || typesSize > ElementTypes.MOST_BYTES) {
            throw refuse(file, "has a header that makes no sense");
        }
        List<Integer> offsets = new ArrayList<>();
        for (int i = 0; i < kptrs; i++) {
            offsets.add(from.getInt(80 + 4 * i));
        }
        SpecialFields special =
                new SpecialFields(from.getInt(60), from.getInt(64), from.getInt(68), from.getInt(72), offsets);
        MapDefinition definition = new MapDefinition(
                new String(bytes, NAME + 4, nameLength, StandardCharsets.UTF_8),
                type,
                from.getInt(20),
                from.getInt(24),
                from.getInt(28),
                from.getInt(32),
                from.getLong(40),
                null,
                special);
        return new PinHeader(
                definition, cpus, pageSize, from.getLong(48), from.getInt(TYPES), from.getInt(TYPES + 4), typesSize);
    }

    private static MapException refuse(String file, String reason) {
        return new MapException(Errno.EINVAL, "pin '" + file + "' " + reason);
    }

    private static @Nullable MapType type(int kernelId) {
        for (MapType type : MapType.values()) {
            if (type.kernelId() == kernelId) {
                return type;
            }
        }
        return null;
    }

    /** How the pinned map differs from another one, in words; empty if it is compatible in libbpf's sense. */
    List<String> differences(MapDefinition wanted, int wantedCpus) {
        List<String> differences = new ArrayList<>();
        compare(differences, "type", definition.type(), wanted.type());
        compare(differences, "key_size", definition.keySize(), wanted.keySize());
        compare(differences, "value_size", definition.valueSize(), wanted.valueSize());
        compare(
                differences,
                "max_entries",
                Integer.toUnsignedString(definition.maxEntries()),
                Integer.toUnsignedString(wanted.maxEntries()));
        compare(differences, "map_flags", hex(definition.flags()), hex(wanted.flags()));
        compare(differences, "map_extra", definition.extra(), wanted.extra());
        compare(differences, "special fields of the value", definition.special(), wanted.special());
        if (cpus < wantedCpus && dependsOnCpus()) {
            compare(differences, "number of CPUs", cpus, wantedCpus);
        }
        return differences;
    }

    /** Whether the map has something for each CPU, so that it serves no more CPUs than it was created for. */
    private boolean dependsOnCpus() {
        return switch (definition.type()) {
            case PERCPU_ARRAY, PERCPU_HASH, LRU_PERCPU_HASH, CPUMAP -> true;
            default -> definition.has(MapFlags.NO_COMMON_LRU);
        };
    }

    private static String hex(int flags) {
        return "0x" + Integer.toHexString(flags);
    }

    private static void compare(List<String> differences, String what, Object pinned, Object wanted) {
        if (!pinned.equals(wanted)) {
            differences.add(what + " is " + pinned + " in the pin, " + wanted + " wanted");
        }
    }
}
