/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.compiler.ObjectException;
import io.github.bpf4j.compiler.load.LoadedObject.LoadedProgram;
import io.github.bpf4j.compiler.load.LoadedObject.ProgramArrayValue;
import io.github.bpf4j.compiler.spec.InitialValue;
import io.github.bpf4j.compiler.spec.MapSpec;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.spec.ProgramSpec;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes maps and programs of a spec: the work of libbpf's {@code bpf_object__load}, up to the verifier. */
public final class ObjectLoader {
    private ObjectLoader() {}

    /**
     * Creates the maps of an object and resolves all relocations of the programs that are to be loaded.
     *
     * @param spec what to load
     * @param options what it depends on
     * @return maps and programs
     * @throws ObjectException if a map cannot be created or a program needs what is not there
     */
    public static LoadedObject load(ObjectSpec spec, LoadOptions options) {
        KconfigValues kconfig = new KconfigValues(spec, options);
        MapLoader loader = new MapLoader(spec, options, kconfig);
        Map<String, BpfMap> maps = loader.load();
        ProgramLinker linker = new ProgramLinker(spec, options, maps, loader.pointers());
        List<LoadedProgram> programs = new ArrayList<>();
        for (ProgramSpec program : spec.programs()) {
            if (program.autoload()) {
                programs.add(linker.link(program, type(program, options)));
            }
        }
        return new LoadedObject(spec, maps, programs, programArrayValues(spec, maps));
    }

    private static ProgramType type(ProgramSpec program, LoadOptions options) {
        if (program.isStructOps()) {
            throw new LoadException(
                    "program '" + program.name() + "'",
                    "section '%s': it implements a function of Linux itself, which a JVM does not have"
                            .formatted(program.section()));
        }
        ProgramType type = program.type() == null ? options.defaultType() : program.type();
        if (type == null) {
            throw new LoadException(
                    "program '" + program.name() + "'",
                    "section '%s' says no program type; choose one of lwt_in, lwt_out, lwt_xmit, lwt_seg6local"
                            .formatted(program.section()));
        }
        return type;
    }

    private static List<ProgramArrayValue> programArrayValues(ObjectSpec spec, Map<String, BpfMap> maps) {
        List<ProgramArrayValue> values = new ArrayList<>();
        for (MapSpec map : spec.maps()) {
            BpfMap created = maps.get(map.name());
            if (map.type() == MapType.PROG_ARRAY && created != null) {
                for (InitialValue value : map.initialValues()) {
                    values.add(new ProgramArrayValue(created, value.index(), value.target()));
                }
            }
        }
        return values;
    }
}
