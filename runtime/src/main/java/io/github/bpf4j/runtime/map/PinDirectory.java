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
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * <p>File: {@link PinHeader}, at 2,048 the map's common header (64 bytes), at 4,096 its memory, behind it the types of its elements. Byte 0 is
 * locked while the file is being opened, byte 1 by everyone who has it open.
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
     * @throws NotDirectoryException if it is something else
     * @throws IOException if it cannot be created
     */
    public static PinDirectory of(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            if (Files.exists(directory)) {
                throw new NotDirectoryException(directory.toString());
            }
            Files.createDirectories(directory);
        }
        return new PinDirectory(directory);
    }

    /**
     * A directory of pins that exists already, for those who only look.
     *
     * @param directory where it is
     * @return the directory
     * @throws NoSuchFileException if it does not exist
     * @throws NotDirectoryException if it is something else
     */
    public static PinDirectory existing(Path directory) throws NoSuchFileException, NotDirectoryException {
        if (!Files.exists(directory)) {
            throw new NoSuchFileException(directory.toString());
        }
        if (!Files.isDirectory(directory)) {
            throw new NotDirectoryException(directory.toString());
        }
        return new PinDirectory(directory);
    }

    /**
     * Opens a pin, or creates the map and pins it if there is none: {@code LIBBPF_PIN_BY_NAME}.
     *
     * @param name the pin's name
     * @param definition what the map must be like
     * @param environment the machine; its memory is used only for a map that cannot be mapped
     * @return the map
     * @throws MapException as the other method
     */
    public BpfMap openOrCreate(String name, MapDefinition definition, MapEnvironment environment) throws MapException {
        return openOrCreate(name, definition, null, environment);
    }

    /**
     * Opens a pin, or creates the map and pins it with the types of its elements if there is none: {@code LIBBPF_PIN_BY_NAME}. A pin may have
     * other types, as in Linux.
     *
     * @param name the pin's name
     * @param definition what the map must be like; a map that has something for each CPU may have been created for more CPUs
     * @param types types of keys and values for a new pin, or null if they are not known
     * @param environment the machine; its memory is used only for a map that cannot be mapped
     * @return the map
     * @throws MapException if the pin is another kind of map ({@code EINVAL}, every difference is named), is not a pin or damaged
     *     ({@code EINVAL}), if the kind cannot be pinned ({@code EOPNOTSUPP}), or what {@link BpfMaps#create} throws
     */
    public BpfMap openOrCreate(
            String name, MapDefinition definition, @Nullable ElementTypes types, MapEnvironment environment)
            throws MapException {
        Path file = file(name);
        for (int attempt = 0; ; attempt++) {
            try {
                return open(file, definition, environment.cpus());
            } catch (NoSuchFileException e) {
                if (attempt == 10) {
                    throw new MapException(Errno.EIO, "pin '" + name + "' comes and goes", e);
                }
                create(file, definition, types, environment);
            } catch (IOException e) {
                throw notOpened(name, e);
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
        } catch (IOException e) {
            throw notOpened(name, e);
        }
    }

    /**
     * The types of a pinned map's elements.
     *
     * @param name the pin's name
     * @return the types that the map was pinned with, empty if there were none
     * @throws MapException as {@link #open}
     */
    public Optional<ElementTypes> types(String name) throws MapException {
        Path file = file(name);
        try {
            synchronized (OPEN) {
                Opened opened = OPEN.get(identity(file));
                if (opened != null) { // closing another channel to the file would give up the lock
                    return types(opened.channel, opened.header);
                }
                try (FileChannel channel = channel(file)) {
                    return types(channel, header(channel, file));
                }
            }
        } catch (IOException e) {
            throw notOpened(name, e);
        }
    }

    private static Optional<ElementTypes> types(FileChannel channel, PinHeader header) throws IOException {
        if (header.typesSize() == 0) {
            return Optional.empty();
        }
        ByteBuffer btf = ByteBuffer.allocate(header.typesSize());
        long at = BODY + header.bodySize();
        while (btf.hasRemaining() && channel.read(btf, at + btf.position()) > 0) {
            // until all is there
        }
        return Optional.of(new ElementTypes(btf.array(), header.keyType(), header.valueType()));
    }

    private MapException notOpened(String name, IOException e) {
        return switch (e) {
            case NoSuchFileException _ ->
                new MapException(Errno.ENOENT, "there is no pin '" + name + "' in " + directory, e);
            case AccessDeniedException _ -> new MapException(Errno.EACCES, "access to pin '" + name + "' is denied", e);
            default -> new MapException(Errno.EIO, "pin '" + name + "' cannot be opened: " + e.getMessage(), e);
        };
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

    /**
     * The file of a pin.
     *
     * @param name the pin's name
     * @return its path, whether or not there is such a pin
     */
    public Path path(String name) {
        return directory.resolve(name);
    }

    private Path file(String name) throws MapException {
        if (name.isEmpty()
                || name.startsWith(".")
                || name.contains("/")
                || name.contains("\\")
                || name.contains("\0")) {
            throw new MapException(Errno.EINVAL, "'" + name + "' is not a name for a pin");
        }
        return path(name);
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
    private void create(Path file, MapDefinition definition, @Nullable ElementTypes types, MapEnvironment environment)
            throws MapException {
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
                    try {
                        channel.write(
                                ByteBuffer.wrap(
                                        header(d, types, environment, bytes).encode()),
                                0);
                        channel.write(ByteBuffer.wrap(new byte[1]), BODY + bytes - 1);
                        if (types != null) {
                            channel.write(ByteBuffer.wrap(types.btf()), BODY + bytes);
                        }
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

    private static PinHeader header(
            MapDefinition definition, @Nullable ElementTypes types, MapEnvironment environment, long bodySize) {
        int keyType = types == null ? 0 : types.keyType();
        int valueType = types == null ? 0 : types.valueType();
        int size = types == null ? 0 : types.size();
        return new PinHeader(
                definition, environment.cpus(), environment.pageSize(), bodySize, keyType, valueType, size);
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
            FileChannel channel = channel(file);
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

    /** Opens a file that can be a pin: no pipe or device, which might not end. */
    private static FileChannel channel(Path file) throws IOException, MapException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new MapException(Errno.EINVAL, "pin '" + file.getFileName() + "' is not a pinned map: it is no file");
        }
        return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
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
        long right = BODY + header.bodySize() + header.typesSize();
        if (size != right) {
            throw new MapException(
                    Errno.EINVAL,
                    "pin '" + name + "' is truncated or has grown: it has " + size + " bytes, its header says "
                            + right);
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
