/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.github.bpf4j.compiler.kernel.KernelBpf.Availability;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The host's libbpf, called without a C helper: opens an object, has it loaded, and tells what has become of it. Only {@code libbpf.so.1}
 * is known. One call at a time, since libbpf's log has one receiver per process.
 */
public final class LibBpf {
    private static final String LIBRARY = "libbpf.so.1";
    private static final int WARNING = 0;
    private static final int LINE = 4_096;
    private static final int INSTRUCTION = 8;

    // struct bpf_object_open_opts of libbpf 1.0 and later; older and newer ones go by the size given.
    private static final long OPTIONS_SIZE = 80;
    private static final long OBJECT_NAME = 8;
    private static final long KCONFIG = 40;
    private static final long CUSTOM_BTF = 48;

    private LibBpf() {}

    /** Whether there is a libbpf that may do its work. */
    public static Availability availability() {
        return Library.PROBLEM == null
                ? KernelBpf.availability()
                : new Availability(false, "no libbpf: " + Library.PROBLEM);
    }

    /**
     * What libbpf made of an object.
     *
     * @param error 0, or the {@code errno} that loading ended with; programs that the kernel refuses are an error too
     * @param programs each program's instructions as relocated, also after an error
     * @param kconfig contents of the map of {@code .kconfig} externs, or null if there is none
     * @param warnings libbpf's warnings, one per line
     */
    public record Outcome(int error, Map<String, byte[]> programs, byte @Nullable [] kconfig, List<String> warnings) {}

    /**
     * Opens and loads an object, and unloads it again.
     *
     * @param object the ELF file
     * @param target a file with the types that CO-RE relocations are resolved against, or null for the host's
     * @param kconfig lines as in a kernel's {@code .config}, or null
     * @return the outcome
     */
    public static synchronized Outcome load(byte[] object, @Nullable Path target, @Nullable String kconfig) {
        Library.WARNINGS.clear();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment options = arena.allocate(OPTIONS_SIZE, 8);
            options.set(JAVA_LONG, 0, OPTIONS_SIZE);
            options.set(ADDRESS, OBJECT_NAME, arena.allocateFrom("object"));
            if (target != null) {
                options.set(ADDRESS, CUSTOM_BTF, arena.allocateFrom(target.toString()));
            }
            if (kconfig != null) {
                options.set(ADDRESS, KCONFIG, arena.allocateFrom(kconfig));
            }
            MemorySegment file = arena.allocate(object.length, 8);
            MemorySegment.copy(object, 0, file, ValueLayout.JAVA_BYTE, 0, object.length);
            MemorySegment opened = (MemorySegment) Library.OPEN.invokeExact(file, (long) object.length, options);
            if (opened.address() == 0) {
                return new Outcome(-1, Map.of(), null, List.copyOf(Library.WARNINGS));
            }
            try {
                int error = -(int) Library.LOAD.invokeExact(opened);
                Map<String, byte[]> programs = programs(opened);
                return new Outcome(error, programs, kconfigValues(opened, arena), List.copyOf(Library.WARNINGS));
            } finally {
                Library.CLOSE.invokeExact(opened);
            }
        } catch (Throwable e) {
            throw new AssertionError("libbpf", e);
        }
    }

    /** Whether it is libbpf 1.5 or newer, which can {@link #relocate}. */
    public static boolean canRelocate() {
        return Library.PROBLEM == null && Library.RELOCATE_TYPES.type().returnType() == int.class;
    }

    /**
     * Puts split BTF over another base.
     *
     * @param types split BTF over {@code distilledBase}
     * @param base the new base
     * @return split BTF over {@code base}, or null if libbpf refuses
     */
    public static synchronized byte @Nullable [] relocate(byte[] types, byte[] distilledBase, byte[] base) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment distilled = types(arena, distilledBase, MemorySegment.NULL);
            MemorySegment split = types(arena, types, distilled);
            MemorySegment target = types(arena, base, MemorySegment.NULL);
            try {
                if ((int) Library.RELOCATE_TYPES.invokeExact(split, target) != 0) {
                    return null;
                }
                MemorySegment size = arena.allocate(JAVA_INT);
                MemorySegment data = (MemorySegment) Library.TYPE_DATA.invokeExact(split, size);
                return data.reinterpret(size.get(JAVA_INT, 0)).toArray(ValueLayout.JAVA_BYTE);
            } finally {
                Library.FREE_TYPES.invokeExact(split);
                Library.FREE_TYPES.invokeExact(distilled);
                Library.FREE_TYPES.invokeExact(target);
            }
        } catch (Throwable e) {
            throw new AssertionError("libbpf", e);
        }
    }

    /** It takes split BTF from files only. */
    private static MemorySegment types(Arena arena, byte[] data, MemorySegment base) throws Throwable {
        Path file = Files.createTempFile("types", ".btf");
        try {
            Files.write(file, data);
            MemorySegment name = arena.allocateFrom(file.toString());
            MemorySegment types = (MemorySegment) Library.READ_TYPES.invokeExact(name, base);
            if (types.address() == 0) {
                throw new AssertionError("libbpf cannot read the types");
            }
            return types;
        } finally {
            Files.delete(file);
        }
    }

    private static Map<String, byte[]> programs(MemorySegment object) throws Throwable {
        Map<String, byte[]> programs = new LinkedHashMap<>();
        MemorySegment program = (MemorySegment) Library.NEXT_PROGRAM.invokeExact(object, MemorySegment.NULL);
        while (program.address() != 0) {
            MemorySegment name = (MemorySegment) Library.PROGRAM_NAME.invokeExact(program);
            MemorySegment code = (MemorySegment) Library.INSTRUCTIONS.invokeExact(program);
            long count = (long) Library.INSTRUCTION_COUNT.invokeExact(program);
            programs.put(
                    name.reinterpret(LINE).getString(0),
                    code.reinterpret(count * INSTRUCTION).toArray(ValueLayout.JAVA_BYTE));
            program = (MemorySegment) Library.NEXT_PROGRAM.invokeExact(object, program);
        }
        return programs;
    }

    private static byte @Nullable [] kconfigValues(MemorySegment object, Arena arena) throws Throwable {
        MemorySegment map = (MemorySegment) Library.FIND_MAP.invokeExact(object, arena.allocateFrom(".kconfig"));
        if (map.address() == 0) {
            return null;
        }
        MemorySegment size = arena.allocate(JAVA_LONG);
        MemorySegment value = (MemorySegment) Library.INITIAL_VALUE.invokeExact(map, size);
        return value.address() == 0
                ? null
                : value.reinterpret(size.get(JAVA_LONG, 0)).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Looked up when first asked for. */
    private static final class Library {
        static final @Nullable String PROBLEM;
        static final List<String> WARNINGS = new ArrayList<>();
        static final MethodHandle OPEN;
        static final MethodHandle LOAD;
        static final MethodHandle CLOSE;
        static final MethodHandle NEXT_PROGRAM;
        static final MethodHandle PROGRAM_NAME;
        static final MethodHandle INSTRUCTIONS;
        static final MethodHandle INSTRUCTION_COUNT;
        static final MethodHandle FIND_MAP;
        static final MethodHandle INITIAL_VALUE;
        static final MethodHandle READ_TYPES;
        static final MethodHandle RELOCATE_TYPES;
        static final MethodHandle TYPE_DATA;
        static final MethodHandle FREE_TYPES;
        private static final MethodHandle FORMAT;

        private static final MethodType MISSING = MethodType.methodType(void.class);

        static {
            Linker linker = Linker.nativeLinker();
            SymbolLookup library = name -> java.util.Optional.empty();
            String problem = null;
            try {
                library = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
            } catch (IllegalArgumentException e) {
                problem = e.getMessage();
            }
            PROBLEM = problem;
            OPEN = bind(
                    linker,
                    library,
                    "bpf_object__open_mem",
                    FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
            LOAD = bind(linker, library, "bpf_object__load", FunctionDescriptor.of(JAVA_INT, ADDRESS));
            CLOSE = bind(linker, library, "bpf_object__close", FunctionDescriptor.ofVoid(ADDRESS));
            NEXT_PROGRAM =
                    bind(linker, library, "bpf_object__next_program", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
            PROGRAM_NAME = bind(linker, library, "bpf_program__name", FunctionDescriptor.of(ADDRESS, ADDRESS));
            INSTRUCTIONS = bind(linker, library, "bpf_program__insns", FunctionDescriptor.of(ADDRESS, ADDRESS));
            INSTRUCTION_COUNT =
                    bind(linker, library, "bpf_program__insn_cnt", FunctionDescriptor.of(JAVA_LONG, ADDRESS));
            FIND_MAP = bind(
                    linker, library, "bpf_object__find_map_by_name", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
            INITIAL_VALUE =
                    bind(linker, library, "bpf_map__initial_value", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
            READ_TYPES =
                    bind(linker, library, "btf__parse_raw_split", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
            RELOCATE_TYPES = bind(linker, library, "btf__relocate", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
            TYPE_DATA = bind(linker, library, "btf__raw_data", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
            FREE_TYPES = bind(linker, library, "btf__free", FunctionDescriptor.ofVoid(ADDRESS));
            FORMAT = bind(
                    linker,
                    linker.defaultLookup(),
                    "vsnprintf",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS));
            if (problem == null) {
                receiveLog(linker, library);
            }
        }

        private Library() {}

        private static MethodHandle bind(Linker linker, SymbolLookup library, String name, FunctionDescriptor type) {
            return library.find(name)
                    .map(symbol -> linker.downcallHandle(symbol, type))
                    .orElseGet(() -> MethodHandles.empty(MISSING));
        }

        private static void receiveLog(Linker linker, SymbolLookup library) {
            try {
                MethodHandle receiver = MethodHandles.lookup()
                        .findStatic(
                                Library.class,
                                "receive",
                                MethodType.methodType(int.class, int.class, MemorySegment.class, MemorySegment.class));
                FunctionDescriptor type = FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
                MemorySegment stub = linker.upcallStub(receiver, type, Arena.global());
                MethodHandle setPrint =
                        bind(linker, library, "libbpf_set_print", FunctionDescriptor.of(ADDRESS, ADDRESS));
                MemorySegment ignored = (MemorySegment) setPrint.invokeExact(stub);
            } catch (Throwable e) {
                throw new AssertionError("libbpf_set_print", e);
            }
        }

        /** The C type is {@code int (*)(enum libbpf_print_level, const char *, va_list)}; a va_list is passed as an address. */
        @SuppressWarnings("UnusedMethod") // found by its name
        private static int receive(int level, MemorySegment format, MemorySegment arguments) {
            if (level != WARNING) {
                return 0;
            }
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment line = arena.allocate(LINE);
                int length = (int) FORMAT.invokeExact(line, (long) LINE, format, arguments);
                byte[] bytes = line.asSlice(0, Math.clamp(length, 0, LINE - 1)).toArray(ValueLayout.JAVA_BYTE);
                WARNINGS.add(new String(bytes, StandardCharsets.UTF_8).strip());
                return length;
            } catch (Throwable e) {
                throw new AssertionError("vsnprintf", e);
            }
        }
    }
}
