/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfBuilder;
import io.github.bpf4j.compiler.btf.BtfType;
import io.github.bpf4j.compiler.btf.BtfType.Linkage;
import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.Call;
import io.github.bpf4j.compiler.isa.Instruction.CallKind;
import io.github.bpf4j.compiler.isa.Instruction.Imm64Kind;
import io.github.bpf4j.compiler.isa.Instruction.LoadImm64;
import io.github.bpf4j.compiler.isa.InstructionEncoder;
import io.github.bpf4j.compiler.isa.ProgramStructure;
import io.github.bpf4j.compiler.load.Function;
import io.github.bpf4j.compiler.load.PointerField;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.runtime.helper.Kfunc;
import io.github.bpf4j.runtime.helper.KfuncTable;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Loads the programs that bpf4j loads into Linux, for differential tests. Each map gets a twin in the kernel; arrays start with the same
 * contents, other kinds empty.
 */
public final class KernelLoader {
    private static final int READ_ONLY_FOR_PROGRAMS = 1 << 7;

    /** {@code BPF_LOG_STATS}: no states, only what is wrong and what it took. */
    private static final int LOG_STATISTICS = 4;
    /** {@code BPF_LOG_FIXED}. */
    private static final int LOG_KEEPS_BEGINNING = 8;
    /** How the log of an accepted program begins if it holds statistics only. */
    public static final String ACCEPTED = "verification time";

    /** Types for so many static functions; they do not depend on where the functions start. Open as long as the JVM runs. */
    private static final Map<Integer, KernelBtf> FUNCTION_TYPES = new ConcurrentHashMap<>();

    private KernelLoader() {}

    /**
     * A program in the kernel, with its maps.
     *
     * @param result the kernel's verdict
     * @param maps twins of the program's maps, in its order
     */
    public record Loaded(LoadResult result, List<KernelMap> maps) implements AutoCloseable {
        /** Whether the kernel took it. */
        public boolean accepted() {
            return result.accepted();
        }

        /** The verifier's log. */
        public String log() {
            return result.log();
        }

        /** The program; throws with the log if it was refused. */
        public KernelProgram program() {
            return result.program();
        }

        @Override
        public void close() {
            result.close();
            maps.forEach(KernelMap::close);
        }
    }

    /** Loads a program with a log of level 1. */
    public static Loaded load(Program program) {
        return load(program, 1, new byte[0]);
    }

    /** Loads a program without a log, which is many times faster. */
    public static Loaded loadQuietly(Program program) {
        return load(program, 0, new byte[0]);
    }

    /**
     * Loads a program.
     *
     * @param program what to load
     * @param logLevel 0 for none
     * @param btf its object's {@code .BTF} section, which global functions need; empty if there is none
     * @throws KernelCallException if the kernel refuses a map
     * @throws IllegalArgumentException if the program names a map or a kfunc that is not there
     */
    public static Loaded load(Program program, int logLevel, byte[] btf) {
        List<KernelMap> maps = new ArrayList<>();
        try {
            for (int i = 0; i < program.maps().size(); i++) {
                maps.add(twin(program.maps().get(i), program.pointersOf(i)));
            }
            return new Loaded(loadWith(program, maps, logLevel, btf), List.copyOf(maps));
        } catch (RuntimeException e) {
            maps.forEach(KernelMap::close);
            throw e;
        }
    }

    /**
     * Loads a program with its object's types, which global functions need.
     *
     * @param program what to load; has types
     * @param logLevel 0 for none
     */
    public static Loaded loadWithTypes(Program program, int logLevel) {
        Btf types = program.btf();
        if (types == null) {
            throw new IllegalArgumentException(program.name() + " has no types");
        }
        return load(program, logLevel, types(program, types));
    }

    /**
     * The types as libbpf would hand them over: hidden functions become static. Data sections and externs are left out: Linux wants the
     * places of variables, which nothing here depends on, and knows no externs.
     */
    private static byte[] types(Program program, Btf types) {
        Set<Integer> hidden = program.functions().stream()
                .filter(function -> function.linkage() == Function.Linkage.STATIC)
                .map(Function::typeId)
                .collect(Collectors.toSet());
        BtfBuilder builder = new BtfBuilder();
        for (int id = 1; id < types.size(); id++) {
            BtfType type = types.type(id);
            boolean isExtern = type instanceof BtfType.Func function && function.linkage() == Linkage.EXTERN
                    || type instanceof BtfType.Var variable && variable.linkage() == Linkage.EXTERN;
            if (type instanceof BtfType.DataSec || isExtern) {
                builder.addStruct("", 0, List.of());
            } else if (type instanceof BtfType.Func function && hidden.contains(id)) {
                builder.addFunction(function.name(), function.proto(), Linkage.STATIC);
            } else {
                builder.add(type);
            }
        }
        return builder.toByteArray();
    }

    /**
     * Loads a program with maps that are there already.
     *
     * @param program what to load
     * @param maps twins of its maps, see {@link #twins}
     * @param logLevel 0 for none
     * @param btf as in {@link #load(Program, int, byte[])}
     */
    public static LoadResult loadWith(Program program, List<KernelMap> maps, int logLevel, byte[] btf) {
        ProgramLoad load = attributes(program, maps).withName(program.name().replaceAll("[^A-Za-z0-9_.]", "_"));
        if (logLevel != 0) {
            load = load.withLog(logLevel, 1 << 24);
        }
        if (btf.length > 0) {
            try (KernelBtf types = KernelBtf.load(btf)) {
                return KernelBpf.load(load.withBtf(types.fd(), functionInfo(program.functions()), new byte[0]));
            }
        }
        return KernelBpf.load(withFunctionTypes(load, program));
    }

    /**
     * The kernel's verdict alone, several times faster than a load. The log has no room for even its first line, so that the kernel gives up
     * between verifying the program and compiling it, and what that line begins with tells the verdict: statistics are all that it says
     * of a program it accepts.
     *
     * @param program a program whose functions are all static
     * @param maps twins of its maps, see {@link #twins}
     */
    public static boolean accepts(Program program, List<KernelMap> maps) {
        return accepts(prepare(program, maps));
    }

    /** The same for a load that is prepared. */
    static boolean accepts(ProgramLoad load) {
        ProgramLoad logged = load.withLog(LOG_STATISTICS | LOG_KEEPS_BEGINNING, ACCEPTED.length() + 1);
        try (LoadResult result = KernelBpf.load(logged)) {
            return result.accepted() || result.log().equals(ACCEPTED);
        }
    }

    /** What loading a program whose functions are all static takes, without a log. */
    static ProgramLoad prepare(Program program, List<KernelMap> maps) {
        return withFunctionTypes(attributes(program, maps), program);
    }

    private static ProgramLoad attributes(Program program, List<KernelMap> maps) {
        byte[] code = InstructionEncoder.encode(resolve(program.instructions(), maps));
        return ProgramLoad.of(program.type().kernelId(), code)
                .withLicense(program.license())
                .withoutLog();
    }

    /** With types for its functions, if it has several. */
    private static ProgramLoad withFunctionTypes(ProgramLoad load, Program program) {
        List<Integer> starts = functionStarts(program.instructions());
        if (starts.size() == 1) {
            return load;
        }
        FunctionTypes functions = FunctionTypes.of(starts);
        KernelBtf types = FUNCTION_TYPES.computeIfAbsent(starts.size(), count -> KernelBtf.load(functions.btf()));
        return load.withBtf(types.fd(), functions.functionInfo(), new byte[0]);
    }

    private static List<Integer> functionStarts(List<Instruction> instructions) {
        TreeSet<Integer> starts = new TreeSet<>();
        starts.add(0);
        for (int slot = 0; slot < instructions.size(); slot++) {
            int target = ProgramStructure.functionTarget(instructions.get(slot), slot);
            if (target > 0) {
                starts.add(target);
            }
        }
        return List.copyOf(starts);
    }

    private static byte[] functionInfo(List<Function> functions) {
        ByteBuffer info = ByteBuffer.allocate(8 * functions.size()).order(ByteOrder.nativeOrder());
        for (Function function : functions) {
            info.putInt(function.slot()).putInt(function.typeId());
        }
        return info.array();
    }

    private static List<Instruction> resolve(List<Instruction> instructions, List<KernelMap> maps) {
        return instructions.stream()
                .map(instruction -> resolve(instruction, maps))
                .toList();
    }

    private static Instruction resolve(Instruction instruction, List<KernelMap> maps) {
        return switch (instruction) {
            case LoadImm64(Imm64Kind kind, int dst, int map, int offset)
            when kind == Imm64Kind.MAP_FD || kind == Imm64Kind.MAP_VALUE -> {
                if (map < 0 || map >= maps.size()) {
                    throw new IllegalArgumentException("no map " + map + " among " + maps.size());
                }
                yield new LoadImm64(kind, dst, maps.get(map).fd(), offset);
            }
            case Call(CallKind kind, int target, int module)
            when kind == CallKind.KFUNC -> new Call(kind, kernelId(target), module);
            default -> instruction;
        };
    }

    private static int kernelId(int kfunc) {
        Kfunc row = KfuncTable.byId(kfunc);
        if (row == null) {
            throw new IllegalArgumentException("no kfunc " + kfunc);
        }
        return KernelFunctions.id(row.name())
                .orElseThrow(() -> new IllegalArgumentException("this kernel has no " + row.name()));
    }

    /** Twins of maps in the kernel, to be closed by the caller. */
    public static List<KernelMap> twins(List<? extends BpfMap> maps) {
        return maps.stream().map(map -> twin(map, List.of())).toList();
    }

    private static KernelMap twin(BpfMap map, List<PointerField> pointers) {
        MapDefinition definition = map.definition();
        MapDefinition inner = definition.inner();
        if (inner != null) {
            try (KernelMap template = create(inner, List.of())) {
                return KernelMap.create(MapCreate.of(definition, template.fd()));
            }
        }
        KernelMap twin = create(definition, pointers);
        if (definition.type() == MapType.ARRAY) {
            copyValues(map, twin);
            if ((definition.flags() & READ_ONLY_FOR_PROGRAMS) != 0) {
                // As libbpf does with .rodata: only a frozen map's values are constants to the verifier.
                check(twin.freeze(), "BPF_MAP_FREEZE");
            }
        }
        return twin;
    }

    /** Creates a map that is no map of maps, with types where Linux needs them. */
    private static KernelMap create(MapDefinition definition, List<PointerField> pointers) {
        if (definition.special().isEmpty() && !definition.type().isLocalStorage()) {
            return KernelMap.create(MapCreate.of(definition, 0));
        }
        try (KernelBtf types = KernelBtf.load(ValueTypes.of(definition, pointers))) {
            return KernelMap.create(
                    MapCreate.of(definition, 0).withBtf(types.fd(), ValueTypes.KEY_ID, ValueTypes.VALUE_ID));
        }
    }

    private static void copyValues(BpfMap map, KernelMap twin) {
        MemorySegment key = MemorySegment.ofArray(new int[1]);
        byte[] empty = new byte[map.definition().valueSize()];
        for (int i = 0; i < map.definition().maxEntries(); i++) {
            key.set(ValueLayout.JAVA_INT, 0, i);
            long offset = map.lookup(0, key, 0);
            byte[] value = map.values().asSlice(offset, empty.length).toArray(ValueLayout.JAVA_BYTE);
            if (!Arrays.equals(value, empty)) {
                check(twin.update(KernelBpf.bytesOf(i), value, 0), "BPF_MAP_UPDATE_ELEM");
            }
        }
    }

    private static void check(int result, String call) {
        if (result < 0) {
            throw new KernelCallException(call, -result);
        }
    }
}
