/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory of pinned maps, as {@code /sys/fs/bpf} is in Linux. Each pin is a file that holds the map's memory and is mapped by all
 * processes that have the map open: they share one map, which outlives them. A process may be killed at any moment: the map opens again,
 * elements that were not being written are intact, and locks do not stay taken. The processes must be on one machine and see each
 * other's process ids.
 *
 * <p>Kinds whose elements are references to objects of a process (programs, maps, perf buffers, cgroup tests) cannot be pinned.
 *
 * <p>File: {@link PinHeader}, at 2,048 the map's common header (64 bytes), at 4,096 its memory. Byte 0 is locked while the file is being
 * opened, byte 1 by everyone who has it open.
 */
public final class PinDirectory {
    private static final int COMMON_HEADER = PinHeader.SIZE;
    private static final int BODY = 4096;
    private static final Cleaner CLEANER = Cleaner.create();

    /** Maps that this process has open, by the file's identity: file locks belong to a process, so a file is opened once. */
    private static final Map<Object, Opened> OPEN = new HashMap<>();

    private record Opened(WeakReference<BpfMap> map, PinHeader header, FileChannel channel) {}

    private final Path directory;

    private PinDirectory(Path directory) {
        this.directory = directory;
    }

    /**
     * A directory of pins, created if it does not exist.
     *
     * @param directory where it is
     * @return the directory
     * @throws IOException if it cannot be created
     */
    public static PinDirectory of(Path directory) throws IOException {
        Files.createDirectories(directory);
        return new PinDirectory(directory);
    }

    /**
     * Opens a pin, or creates the map and pins it if there is none: {@code LIBBPF_PIN_BY_NAME}.
     *
     * @param name the pin's name
     * @param definition what the map must be like
     * @param environment the machine; its memory is used only for a map that cannot be mapped
     * @return the map
     * @throws MapException if the pin is another kind of map ({@code EINVAL}, every difference is named), is not a pin or damaged
     *     ({@code EINVAL}), if the kind cannot be pinned ({@code EOPNOTSUPP}), or what {@link BpfMaps#create} throws
     */
    public BpfMap openOrCreate(String name, MapDefinition definition, MapEnvironment environment) throws MapException {
        Path file = file(name);
        for (int attempt = 0; ; attempt++) {
            try {
                return open(file, definition, environment.cpus());
            } catch (NoSuchFileException e) {
                if (attempt == 10) {
                    throw new MapException(Errno.EIO, "pin '" + name + "' comes and goes", e);
                }
                create(file, definition, environment);
            } catch (IOException e) {
                throw new MapException(Errno.EIO, "pin '" + name + "' cannot be opened: " + e.getMessage(), e);
            }
        }
    }

    /**
     * Opens an existing pin.
     *
     * @param name the pin's name
     * @return the map
     * @throws MapException with {@code ENOENT} if there is no such pin, {@code EINVAL} if the file is not a pin or damaged
     */
    public BpfMap open(String name) throws MapException {
        try {
            return open(file(name), null, 0);
        } catch (NoSuchFileException e) {
            throw new MapException(Errno.ENOENT, "there is no pin '" + name + "' in " + directory, e);
        } catch (IOException e) {
            throw new MapException(Errno.EIO, "pin '" + name + "' cannot be opened: " + e.getMessage(), e);
        }
    }

    /**
     * Removes a pin. Processes that have the map open keep it.
     *
     * @param name the pin's name
     * @return whether there was one
     * @throws MapException if the file cannot be removed
     */
    public boolean unpin(String name) throws MapException {
        try {
            return Files.deleteIfExists(file(name));
        } catch (IOException e) {
            throw new MapException(Errno.EIO, "pin '" + name + "' cannot be removed: " + e.getMessage(), e);
        }
    }

    /**
     * The names of all pins.
     *
     * @return names in alphabetical order
     * @throws IOException if the directory cannot be read
     */
    public List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    private Path file(String name) throws MapException {
        if (name.isEmpty()
                || name.startsWith(".")
                || name.contains("/")
                || name.contains("\\")
                || name.contains("\0")) {
            throw new MapException(Errno.EINVAL, "'" + name + "' is not a name for a pin");
        }
        return directory.resolve(name);
    }

    static boolean isPinnable(MapType type) {
        return switch (type) {
            case ARRAY,
                    HASH,
                    PERCPU_ARRAY,
                    PERCPU_HASH,
                    LRU_HASH,
                    LRU_PERCPU_HASH,
                    LPM_TRIE,
                    QUEUE,
                    STACK,
                    RINGBUF,
                    USER_RINGBUF,
                    BLOOM_FILTER,
                    DEVMAP,
                    DEVMAP_HASH,
                    CPUMAP,
                    ARENA -> true;
            default -> false;
        };
    }

    // ---- creating
    // -----------------------------------------------------------------------------------------------------------------

    /** Writes a complete map into a hidden file and then gives it its name, so that nobody sees half a pin. */
    private void create(Path file, MapDefinition definition, MapEnvironment environment) throws MapException {
        if (!isPinnable(definition.type())) {
            throw new MapException(
                    Errno.EOPNOTSUPP,
                    "map '" + definition.name() + "' cannot be pinned: " + definition.type()
                            + " maps hold objects of this process");
        }
        try {
            Path hidden = Files.createTempFile(directory, ".pin", ".new");
            try (FileChannel channel = FileChannel.open(hidden, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                MapMemory memory = (d, bytes) -> {
                    PinHeader header = new PinHeader(d, environment.cpus(), environment.pageSize(), bytes);
                    try {
                        channel.write(ByteBuffer.wrap(header.encode()), 0);
                        channel.write(ByteBuffer.wrap(new byte[1]), BODY + bytes - 1);
                        return region(channel, bytes, MapRegion.State.FRESH);
                    } catch (IOException e) {
                        throw new MapException(Errno.EIO, "pin '" + file.getFileName() + "': " + e.getMessage(), e);
                    }
                };
                BpfMaps.create(definition, environment.withMemory(memory));
                Files.createLink(file, hidden);
            } catch (FileAlreadyExistsException e) {
                // another process was faster: its map is opened
            } finally {
                Files.deleteIfExists(hidden);
            }
        } catch (IOException e) {
            throw new MapException(
                    Errno.EIO, "pin '" + file.getFileName() + "' cannot be created: " + e.getMessage(), e);
        }
    }

    private static MapRegion region(FileChannel channel, long bodySize, MapRegion.State state) throws IOException {
        MemorySegment all = channel.map(FileChannel.MapMode.READ_WRITE, 0, BODY + bodySize, Arena.ofAuto());
        return new MapRegion(all.asSlice(COMMON_HEADER, MapRegion.HEADER_SIZE), all.asSlice(BODY, bodySize), state);
    }

    // ---- opening
    // ------------------------------------------------------------------------------------------------------------------

    private static BpfMap open(Path file, @Nullable MapDefinition wanted, int wantedCpus)
            throws IOException, MapException {
        synchronized (OPEN) {
            Object identity = identity(file);
            Opened opened = OPEN.get(identity);
            if (opened != null) {
                BpfMap map = opened.map.get();
                if (map != null) {
                    check(opened.header, file, wanted, wantedCpus);
                    return map;
                }
                close(opened.channel, identity); // the collector has taken the map, but the cleaner did not come yet
            }
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                PinHeader header = header(channel, file);
                check(header, file, wanted, wantedCpus);
                BpfMap map = attach(channel, header);
                OPEN.put(identity, new Opened(new WeakReference<>(map), header, channel));
                FileChannel held = channel;
                CLEANER.register(map, () -> close(held, identity));
                channel = null; // closing it would give up the lock
                return map;
            } finally {
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    /** Gives up this process's hold on a map, as the collector does when the map is unreachable. The map must not be used any more. */
    static void release(BpfMap map) {
        synchronized (OPEN) {
            OPEN.entrySet().stream()
                    .filter(entry -> entry.getValue().map.refersTo(map))
                    .findFirst()
                    .ifPresent(entry -> close(entry.getValue().channel, entry.getKey()));
        }
    }

    private static void check(PinHeader header, Path file, @Nullable MapDefinition wanted, int cpus)
            throws MapException {
        List<String> differences = wanted == null ? List.of() : header.differences(wanted, cpus);
        if (!differences.isEmpty()) {
            throw new MapException(
                    Errno.EINVAL, "pin '" + file.getFileName() + "' is another map: " + String.join("; ", differences));
        }
    }

    private static Object identity(Path file) throws IOException {
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        return key != null ? key : file.toRealPath();
    }

    private static void close(FileChannel channel, Object identity) {
        synchronized (OPEN) {
            Opened opened = OPEN.get(identity);
            if (opened != null && opened.channel.equals(channel)) {
                OPEN.remove(identity);
            }
            try {
                channel.close();
            } catch (IOException e) {
                // the lock goes with the process at the latest
            }
        }
    }

    private static PinHeader header(FileChannel channel, Path file) throws IOException, MapException {
        String name = file.getFileName().toString();
        long size = channel.size();
        ByteBuffer bytes = ByteBuffer.allocate(PinHeader.SIZE);
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) > 0) {
            // until all is there
        }
        if (bytes.position() < 8) {
            throw new MapException(Errno.EINVAL, "pin '" + name + "' is not a pinned map: it has " + size + " bytes");
        }
        PinHeader header = PinHeader.decode(bytes.array(), name);
        if (header.bodySize() < 0 || header.bodySize() > Long.MAX_VALUE - BODY || size != BODY + header.bodySize()) {
            throw new MapException(
                    Errno.EINVAL,
                    "pin '" + name + "' is truncated or has grown: it has " + size + " bytes, its header says "
                            + (BODY + header.bodySize()));
        }
        return header;
    }

    private static BpfMap attach(FileChannel channel, PinHeader header) throws IOException, MapException {
        try (FileLock opening = channel.lock(0, 1, false)) {
            FileLock alone = channel.tryLock(1, 1, false);
            MapRegion.State state = alone != null ? MapRegion.State.ABANDONED : MapRegion.State.SHARED;
            MapMemory memory = (definition, bytes) -> {
                if (bytes != header.bodySize()) {
                    throw new MapException(
                            Errno.EINVAL,
                            "pin of map '" + definition.name() + "' has " + header.bodySize()
                                    + " bytes of memory, this program lays the map out in " + bytes);
                }
                try {
                    return region(channel, bytes, state);
                } catch (IOException e) {
                    throw new MapException(Errno.EIO, "pin of map '" + definition.name() + "': " + e.getMessage(), e);
                }
            };
            BpfMap map =
                    BpfMaps.create(header.definition(), new MapEnvironment(header.cpus(), header.pageSize(), memory));
            if (alone != null) {
                alone.release(); // nobody else gets in between: byte 0 is still locked
            }
            FileLock shared = channel.lock(1, 1, true);
            assert shared.isShared() && opening.isValid();
            return map;
        }
    }
}
