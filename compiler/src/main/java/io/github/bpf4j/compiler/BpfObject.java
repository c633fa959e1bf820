/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfCodec;
import io.github.bpf4j.compiler.btf.BtfType;
import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.diagnosis.Diagnoser;
import io.github.bpf4j.compiler.load.LoadException;
import io.github.bpf4j.compiler.load.LoadOptions;
import io.github.bpf4j.compiler.load.LoadedObject;
import io.github.bpf4j.compiler.load.LoadedObject.LoadedProgram;
import io.github.bpf4j.compiler.load.LoadedObject.ProgramArrayValue;
import io.github.bpf4j.compiler.load.ObjectLoader;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.spec.MapSpec;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.spec.Variable;
import io.github.bpf4j.compiler.verifier.VerifiedProgram;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.compiler.verifier.VerifierOptions;
import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.MapCodec;
import io.github.bpf4j.runtime.map.MapView;
import io.github.bpf4j.runtime.map.ProgramArrayMap;
import io.github.bpf4j.runtime.program.BpfProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * An object file whose maps exist and whose programs are verified and compiled: the shortest way from {@code clang -target bpf} output
 * to something that runs. To edit an object before it is loaded (resize a map, set a constant), read an {@link ObjectSpec} first.
 * Immutable but for the contents of its maps; thread-safe.
 */
public final class BpfObject {
    private final LoadedObject loaded;
    private final SequencedMap<String, BpfProgram> programs;

    private BpfObject(LoadedObject loaded, SequencedMap<String, BpfProgram> programs) {
        this.loaded = loaded;
        this.programs = programs;
    }

    /**
     * Loads all programs of an object file, for one worker.
     *
     * @param file an ELF object of {@code clang -target bpf}
     * @return the loaded object
     * @throws IOException if the file cannot be read
     * @throws RejectedProgramException if the verifier rejects a program
     * @throws ObjectException if the file is malformed or something in it cannot be loaded
     */
    public static BpfObject load(Path file) throws IOException, RejectedProgramException {
        return load(ObjectSpec.read(Files.readAllBytes(file)), LoadOptions.of(1));
    }

    /**
     * Loads the programs of a specification that are marked to be loaded.
     *
     * @param spec the specification
     * @param options number of workers, where pins live, types for CO-RE, and so on
     * @return the loaded object
     * @throws RejectedProgramException if the verifier rejects a program
     * @throws ObjectException if something in the object cannot be loaded
     */
    public static BpfObject load(ObjectSpec spec, LoadOptions options) throws RejectedProgramException {
        LoadedObject loaded = ObjectLoader.load(spec, options);
        SequencedMap<String, BpfProgram> programs = new LinkedHashMap<>();
        for (LoadedProgram program : loaded.programs()) {
            programs.put(program.program().name(), compile(program.program()));
        }
        for (ProgramArrayValue value : loaded.programArrayValues()) {
            store(value, programs);
        }
        return new BpfObject(loaded, programs);
    }

    /**
     * Verifies a program and explains a rejection.
     *
     * @param program the program
     * @return the verified program
     * @throws RejectedProgramException if the verifier rejects it
     */
    public static VerifiedProgram verify(Program program) throws RejectedProgramException {
        try {
            return Verifier.verify(program, VerifierOptions.DEFAULT);
        } catch (VerifierException e) {
            throw new RejectedProgramException(Diagnoser.diagnose(program, e), e);
        }
    }

    /**
     * Verifies and compiles a program.
     *
     * @param program the program
     * @return the compiled program
     * @throws RejectedProgramException if the verifier rejects it
     */
    public static BpfProgram compile(Program program) throws RejectedProgramException {
        return ProgramCompiler.compile(verify(program), CompilerOptions.DEFAULT);
    }

    private static void store(ProgramArrayValue value, Map<String, BpfProgram> programs) {
        BpfProgram program = programs.get(value.program());
        if (program == null || !(value.map() instanceof ProgramArrayMap array)) {
            throw new LoadException(
                    "program array " + value.map().definition().name(),
                    "entry " + value.index() + " is to hold " + value.program() + ", which was not loaded");
        }
        int result = array.set(value.index(), program);
        if (result != 0) {
            throw new LoadException(
                    "program array " + value.map().definition().name(),
                    "entry " + value.index() + " cannot hold " + value.program() + " (" + Errno.name(-result) + ")");
        }
    }

    /**
     * The names of the loaded programs, in the order of the object.
     *
     * @return C function names
     */
    public SequencedSet<String> programNames() {
        return java.util.Collections.unmodifiableSequencedSet(programs.sequencedKeySet());
    }

    /**
     * A program by name.
     *
     * @param name the C function's name
     * @return the compiled program
     * @throws NoSuchElementException if the object has no such program
     */
    public BpfProgram program(String name) {
        return found("program", name, programs.get(name), programs.keySet());
    }

    /**
     * A map by name.
     *
     * @param name the C variable's name, or {@code .rodata}, {@code .data}, {@code .bss} for global variables
     * @return the map
     * @throws NoSuchElementException if the object has no such map
     */
    public BpfMap map(String name) {
        return found("map", name, loaded.maps().get(name), loaded.maps().keySet());
    }

    /**
     * A typed view of a map, which decodes keys and values by the types the map was declared with.
     *
     * @param name the C variable's name
     * @param keys class of the keys: {@link Integer} or {@link Long}, a record that mirrors the struct, or whatever else {@link BtfCodec} names
     * @param values class of the values, of one CPU's for per-CPU kinds
     * @param <K> the keys' class
     * @param <V> the values' class
     * @return the view
     * @throws NoSuchElementException if the object has no such map
     * @throws IllegalArgumentException if the map was declared without types of keys and values, or the classes cannot hold them
     */
    public <K, V> MapView<K, V> view(String name, Class<K> keys, Class<V> values) {
        BpfMap map = map(name);
        return MapView.of(
                map,
                codec(name, declared(name).keyType(), keys),
                codec(name, declared(name).valueType(), values));
    }

    /**
     * A typed view of a queue, a stack or a bloom filter.
     *
     * @param name the C variable's name
     * @param values class of the values
     * @param <V> the values' class
     * @return the view
     * @throws NoSuchElementException if the object has no such map
     * @throws IllegalArgumentException if the map was declared without the type of its values, or the class cannot hold them
     */
    public <V> MapView<Void, V> view(String name, Class<V> values) {
        BpfMap map = map(name);
        return MapView.ofValues(map, codec(name, declared(name).valueType(), values));
    }

    /**
     * A codec for a type of the object, such as that of the records in a ring buffer.
     *
     * @param type the C type, such as {@code struct event}
     * @param target the Java class: a record that mirrors the struct, {@code Map}, or whatever else {@link BtfCodec} names
     * @param <T> the Java class
     * @return the codec
     * @throws IllegalArgumentException if the object was compiled without {@code -g}, has no such type, or the class cannot hold it
     */
    public <T> MapCodec<T> codec(String type, Class<T> target) {
        Btf btf = loaded.spec().btf();
        if (btf == null) {
            throw new IllegalArgumentException("the object has no types: compile it with -g");
        }
        return BtfCodec.of(btf, type, target);
    }

    /**
     * A global variable, whatever section it is in.
     *
     * @param name its C name; {@code function.name} for a static variable of a function
     * @param target the Java class: {@link Integer}, {@link Long}, a record that mirrors the struct, or whatever else {@link BtfCodec} names
     * @param <T> the Java class
     * @return the variable
     * @throws NoSuchElementException if the object has no such variable; the message lists those there are
     * @throws IllegalArgumentException if the object was compiled without {@code -g}, or the class cannot hold the variable
     */
    public <T> GlobalVariable<T> variable(String name, Class<T> target) {
        List<String> names = new ArrayList<>();
        for (MapSpec section : loaded.spec().maps()) {
            for (Variable variable : section.variables()) {
                if (variable.name().equals(name)) {
                    return new GlobalVariable<>(map(section.name()), variable.offset(), codec(variable, target));
                }
                names.add(variable.name());
            }
        }
        throw new NoSuchElementException("no variable " + name + "; there are " + names);
    }

    private <T> BtfCodec<T> codec(Variable variable, Class<T> target) {
        Btf btf = loaded.spec().btf();
        if (btf == null
                || !btf.contains(variable.type())
                || !(btf.type(variable.type()) instanceof BtfType.Var typed)) {
            throw new IllegalArgumentException(
                    "variable " + variable.name() + " has no type: compile the object with -g");
        }
        return BtfCodec.of(btf, typed.type(), target);
    }

    private MapSpec declared(String map) {
        return loaded.spec().map(map).orElseThrow();
    }

    private <T> BtfCodec<T> codec(String map, int type, Class<T> target) {
        Btf btf = loaded.spec().btf();
        if (btf == null || type == 0) {
            throw new IllegalArgumentException("map '" + map
                    + "' was declared without the types of its elements (__type in C): use MapView.of and MapCodecs");
        }
        return BtfCodec.of(btf, type, target);
    }

    /**
     * All maps by name.
     *
     * @return an unmodifiable map
     */
    public Map<String, BpfMap> maps() {
        return loaded.maps();
    }

    private static <T> T found(String what, String name, @Nullable T object, java.util.Set<String> names) {
        if (object == null) {
            throw new NoSuchElementException("no " + what + " " + name + "; there are " + names);
        }
        return object;
    }
}
