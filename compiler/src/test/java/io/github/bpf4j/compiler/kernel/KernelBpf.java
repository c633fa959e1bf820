/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.github.bpf4j.runtime.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code bpf(2)}. Commands and the places of their attributes are those of {@code union bpf_attr} in {@code linux/bpf.h}. Buffers belong to the
 * calling thread and are reused, so a call costs little more than the system call itself. Thread-safe.
 */
public final class KernelBpf {
    /** {@code enum bpf_cmd}. */
    enum Command {
        MAP_CREATE(0),
        MAP_LOOKUP_ELEM(1),
        MAP_UPDATE_ELEM(2),
        MAP_DELETE_ELEM(3),
        MAP_GET_NEXT_KEY(4),
        PROG_LOAD(5),
        OBJ_PIN(6),
        OBJ_GET(7),
        PROG_TEST_RUN(10),
        OBJ_GET_INFO_BY_FD(15),
        BTF_LOAD(18),
        MAP_LOOKUP_AND_DELETE_ELEM(21),
        MAP_FREEZE(22),
        MAP_LOOKUP_BATCH(24),
        MAP_LOOKUP_AND_DELETE_BATCH(25),
        MAP_UPDATE_BATCH(26),
        MAP_DELETE_BATCH(27),
        PROG_BIND_MAP(35);

        private final int number;

        Command(int number) {
            this.number = number;
        }
    }

    private static final Availability AVAILABILITY = probe();

    private static final int POSSIBLE_CPUS = countPossibleCpus();

    private KernelBpf() {}

    /**
     * Whether this host lets us call {@code bpf(2)}.
     *
     * @param available whether it does
     * @param reason why not, or which kernel it is
     */
    public record Availability(boolean available, String reason) {}

    /** Whether programs can be loaded here, and why not. */
    public static Availability availability() {
        return AVAILABILITY;
    }

    /** Whether programs can be loaded here. */
    public static boolean available() {
        return AVAILABILITY.available();
    }

    /** How many values an element of a per-CPU map has: the kernel's number of possible CPUs. */
    public static int possibleCpus() {
        return POSSIBLE_CPUS;
    }

    private static Availability probe() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return new Availability(false, "not Linux, so there is no kernel to compare with");
        }
        if (syscallNumber() < 0) {
            return new Availability(
                    false, "the number of bpf(2) on " + System.getProperty("os.arch") + " is not known here");
        }
        // r0 = 0; exit
        byte[] program = {(byte) 0xb7, 0, 0, 0, 0, 0, 0, 0, (byte) 0x95, 0, 0, 0, 0, 0, 0, 0};
        LoadResult result = load(ProgramLoad.of(ProgramLoad.LWT_OUT, program).withoutLog());
        if (!result.accepted()) {
            return new Availability(false, "bpf(2) refused a trivial program: " + Errno.name(result.errno()));
        }
        result.program().close();
        return new Availability(true, "Linux " + System.getProperty("os.version"));
    }

    private static int syscallNumber() {
        return switch (System.getProperty("os.arch", "")) {
            case "amd64", "x86_64" -> 321;
            case "aarch64", "riscv64" -> 280;
            default -> -1;
        };
    }

    private static int countPossibleCpus() {
        try {
            String last = Files.readString(Path.of("/sys/devices/system/cpu/possible"))
                    .strip()
                    .replaceAll(".*[,-]", "");
            return Integer.parseInt(last) + 1;
        } catch (IOException | NumberFormatException _) {
            return Runtime.getRuntime().availableProcessors();
        }
    }

    /**
     * Loads a program.
     *
     * @param load what to load
     * @return the kernel's verdict
     */
    public static LoadResult load(ProgramLoad load) {
        CallBuffers buffers = CallBuffers.rewound();
        int bytes = load.instructions().length;
        BpfAttributes a = buffers.attributes();
        a.putInt(0, load.type());
        a.putInt(4, bytes / 8);
        a.putPointer(8, buffers.put(load.instructions()));
        a.putPointer(16, buffers.putString(load.license()));
        MemorySegment log = null;
        if (load.log().level() != 0) {
            log = buffers.log(load.log().size());
            log.set(JAVA_BYTE, 0, (byte) 0);
            a.putInt(24, load.log().level());
            a.putInt(28, load.log().size());
            a.putPointer(32, log);
        }
        a.putInt(44, load.flags());
        a.putName(48, load.name());
        ProgramLoad.Types types = load.types();
        a.putInt(72, types.btfFd());
        if (types.functionInfo().length > 0) {
            a.putInt(76, ProgramLoad.Types.FUNCTION_INFO_BYTES);
            a.putPointer(80, buffers.put(types.functionInfo()));
            a.putInt(88, types.functionInfo().length / ProgramLoad.Types.FUNCTION_INFO_BYTES);
        }
        if (types.lineInfo().length > 0) {
            a.putInt(92, ProgramLoad.Types.LINE_INFO_BYTES);
            a.putPointer(96, buffers.put(types.lineInfo()));
            a.putInt(104, types.lineInfo().length / ProgramLoad.Types.LINE_INFO_BYTES);
        }
        long fd = call(Command.PROG_LOAD, a, 148);
        String text = log == null ? "" : log.getString(0);
        return fd < 0 ? new LoadResult(null, (int) -fd, text) : new LoadResult(new KernelProgram((int) fd), 0, text);
    }

    /**
     * Runs a loaded program on data.
     *
     * @param fd the program
     * @param run what to run it on
     * @return results; {@link TestRunResult#errno} tells whether it ran
     */
    static TestRunResult testRun(int fd, TestRun run) {
        CallBuffers buffers = CallBuffers.rewound();
        BpfAttributes a = buffers.attributes();
        a.putInt(0, fd);
        a.putInt(8, run.data().length);
        a.putPointer(16, buffers.put(run.data()));
        MemorySegment out = null;
        if (run.dataOutSize() > 0) {
            out = buffers.reserve(run.dataOutSize());
            a.putInt(12, run.dataOutSize());
            a.putPointer(24, out);
        }
        a.putInt(32, run.repeat());
        if (run.context().length > 0) {
            a.putInt(40, run.context().length);
            a.putPointer(48, buffers.put(run.context()));
        }
        MemorySegment contextOut = null;
        if (run.contextOutSize() > 0) {
            contextOut = buffers.reserve(run.contextOutSize());
            a.putInt(44, run.contextOutSize());
            a.putPointer(56, contextOut);
        }
        a.putInt(64, run.flags());
        a.putInt(68, run.cpu());
        long result = call(Command.PROG_TEST_RUN, a, 80);
        int dataSize = a.getInt(12);
        int contextSize = a.getInt(44);
        return new TestRunResult(
                result < 0 ? (int) -result : 0,
                a.getInt(4),
                Integer.toUnsignedLong(a.getInt(36)),
                dataSize,
                copyOut(out, dataSize),
                contextSize,
                copyOut(contextOut, contextSize));
    }

    private static byte[] copyOut(@Nullable MemorySegment segment, int size) {
        if (segment == null) {
            return new byte[0];
        }
        return segment.asSlice(0, Math.clamp(size, 0, (int) segment.byteSize())).toArray(JAVA_BYTE);
    }

    /**
     * Creates a map.
     *
     * @param create its attributes
     * @return the descriptor or {@code -errno}
     */
    static int createMap(MapCreate create) {
        CallBuffers buffers = CallBuffers.rewound();
        BpfAttributes a = buffers.attributes();
        a.putInt(0, create.type());
        a.putInt(4, create.keySize());
        a.putInt(8, create.valueSize());
        a.putInt(12, create.maxEntries());
        a.putInt(16, create.flags());
        a.putInt(20, create.innerMapFd());
        a.putName(28, create.name());
        a.putInt(48, create.types().btfFd());
        a.putInt(52, create.types().keyTypeId());
        a.putInt(56, create.types().valueTypeId());
        a.putLong(64, create.extra());
        return (int) call(Command.MAP_CREATE, a, 72);
    }

    /**
     * A command on one element: {@code -errno} or 0.
     *
     * @param key null for none, as for queues and for the first key of an iteration
     * @param value copied in, and out again afterwards; null for none
     */
    static int element(Command command, int fd, byte @Nullable [] key, byte @Nullable [] value, long flags) {
        CallBuffers buffers = CallBuffers.rewound();
        BpfAttributes a = buffers.attributes();
        a.putInt(0, fd);
        if (key != null) {
            a.putPointer(8, buffers.put(key));
        }
        MemorySegment out = null;
        if (value != null) {
            out = buffers.put(value);
            a.putPointer(16, out);
        }
        a.putLong(24, flags);
        int result = (int) call(command, a, 32);
        if (value != null && out != null) {
            MemorySegment.copy(out, 0, MemorySegment.ofArray(value), 0, value.length);
        }
        return result;
    }

    /**
     * A command on many elements.
     *
     * @param position the iteration's state, copied in if {@code started}, and out
     * @param keys copied in and out
     * @param values copied in and out; null for none
     * @return processed elements and {@code -errno} or 0
     */
    static BatchResult batch(
            Command command,
            int fd,
            byte @Nullable [] position,
            boolean started,
            byte[] keys,
            byte @Nullable [] values,
            int count,
            long elementFlags) {
        CallBuffers buffers = CallBuffers.rewound();
        BpfAttributes a = buffers.attributes();
        MemorySegment next = null;
        if (position != null) {
            if (started) {
                a.putPointer(0, buffers.put(position));
            }
            next = buffers.reserve(position.length);
            a.putPointer(8, next);
        }
        MemorySegment keySegment = buffers.put(keys);
        a.putPointer(16, keySegment);
        MemorySegment valueSegment = null;
        if (values != null) {
            valueSegment = buffers.put(values);
            a.putPointer(24, valueSegment);
        }
        a.putInt(32, count);
        a.putInt(36, fd);
        a.putLong(40, elementFlags);
        int result = (int) call(command, a, 56);
        if (position != null && next != null) {
            MemorySegment.copy(next, 0, MemorySegment.ofArray(position), 0, position.length);
        }
        MemorySegment.copy(keySegment, 0, MemorySegment.ofArray(keys), 0, keys.length);
        if (values != null && valueSegment != null) {
            MemorySegment.copy(valueSegment, 0, MemorySegment.ofArray(values), 0, values.length);
        }
        return new BatchResult(a.getInt(32), result);
    }

    /**
     * What a batch command did.
     *
     * @param count elements processed
     * @param result 0 or {@code -errno}
     */
    public record BatchResult(int count, int result) {}

    static int freeze(int fd) {
        CallBuffers buffers = CallBuffers.rewound();
        BpfAttributes a = buffers.attributes();
        a.putInt(0, fd);
        return (int) call(Command.MAP_FREEZE, a, 4);
    }

    static int pin(int fd, Path path) {
        CallBuffers buffers = CallBuffers.rewound();
        BpfAttributes a = buffers.attributes();
        a.putPointer(0, buffers.putString(path.toString()));
        a.putInt(8, fd);
        return (int) call(Command.OBJ_PIN, a, 16);
    }

    static int get(Path path, int fileFlags) {
        CallBuffers buffers = CallBuffers.rewound();
        BpfAttributes a = buffers.attributes();
        a.putPointer(0, buffers.putString(path.toString()));
        a.putInt(12, fileFlags);
        return (int) call(Command.OBJ_GET, a, 16);
    }

    /**
     * {@code struct bpf_prog_info}, {@code bpf_map_info} or {@code bpf_btf_info} of a descriptor.
     *
     * @param fd the descriptor
     * @param size bytes wanted; must not ask for pointers to be filled
     * @return as many bytes as the kernel has
     * @throws KernelCallException if the kernel refuses
     */
    public static byte[] info(int fd, int size) {
        CallBuffers buffers = CallBuffers.rewound();
        BpfAttributes a = buffers.attributes();
        MemorySegment info = buffers.put(new byte[size]);
        a.putInt(0, fd);
        a.putInt(4, size);
        a.putPointer(8, info);
        long result = call(Command.OBJ_GET_INFO_BY_FD, a, 16);
        if (result < 0) {
            throw new KernelCallException("BPF_OBJ_GET_INFO_BY_FD", (int) -result);
        }
        return copyOut(info, a.getInt(4));
    }

    /**
     * Loads type information.
     *
     * @param btf a whole {@code .BTF} section
     * @return the descriptor or {@code -errno}, with the kernel's log
     */
    static BtfResult loadBtf(byte[] btf) {
        CallBuffers buffers = CallBuffers.rewound();
        BpfAttributes a = buffers.attributes();
        MemorySegment log = buffers.log(1 << 16);
        log.set(JAVA_BYTE, 0, (byte) 0);
        a.putPointer(0, buffers.put(btf));
        a.putPointer(8, log);
        a.putInt(16, btf.length);
        a.putInt(20, 1 << 16);
        a.putInt(24, 1);
        int fd = (int) call(Command.BTF_LOAD, a, 28);
        return new BtfResult(fd, log.getString(0));
    }

    record BtfResult(int fd, String log) {}

    private static long call(Command command, BpfAttributes attributes, int size) {
        long result;
        do {
            result = LibC.syscall(syscallNumber(), command.number, attributes.segment(), size);
            // The verifier gives up with EAGAIN when a signal arrives; the JVM uses signals of its own.
        } while (result == -Errno.EAGAIN && command == Command.PROG_LOAD || result == -Errno.EINTR);
        return result;
    }

    /**
     * Where a {@code bpf} file system is mounted, for pinning.
     *
     * @return the mount point, or empty
     */
    public static Optional<Path> bpfFileSystem() {
        try {
            return Files.readAllLines(Path.of("/proc/mounts")).stream()
                    .map(line -> line.split(" ", -1))
                    .filter(fields -> fields.length > 2 && fields[2].equals("bpf"))
                    .map(fields -> Path.of(fields[1]))
                    .findFirst();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** The bytes of integers in host order, for keys and values in tests. */
    public static byte[] bytesOf(int... values) {
        byte[] bytes = new byte[4 * values.length];
        MemorySegment.copy(MemorySegment.ofArray(values), 0, MemorySegment.ofArray(bytes), 0, bytes.length);
        return bytes;
    }

    /** Repeats a value for every possible CPU, each rounded up to eight bytes, as per-CPU maps take it. */
    public static byte[] perCpu(byte[] value) {
        int stride = (value.length + 7) & -8;
        byte[] all = new byte[stride * POSSIBLE_CPUS];
        for (int cpu = 0; cpu < POSSIBLE_CPUS; cpu++) {
            System.arraycopy(value, 0, all, cpu * stride, value.length);
        }
        return all;
    }

    /** One CPU's part of a per-CPU map's value. */
    public static byte[] ofCpu(byte[] all, int valueSize, int cpu) {
        int stride = (valueSize + 7) & -8;
        return Arrays.copyOfRange(all, cpu * stride, cpu * stride + valueSize);
    }
}
