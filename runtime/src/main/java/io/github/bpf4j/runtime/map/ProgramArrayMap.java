/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * {@code BPF_MAP_TYPE_PROG_ARRAY}: the targets of {@code bpf_tail_call}. The map takes on the type of the first program that is loaded
 * with it or put into it; programs of another type are refused.
 */
public final class ProgramArrayMap extends ObjectArrayMap<BpfProgram> {
    private final AtomicReference<@Nullable ProgramType> type = new AtomicReference<>();

    ProgramArrayMap(MapDefinition definition, MapEnvironment environment) throws MapException {
        super(definition);
    }

    /**
     * Makes the map one for programs of a type, unless it is one for another already. The loader calls this for a program that uses the
     * map.
     *
     * @param programType the type
     * @return whether the map now belongs to the type
     */
    public boolean bind(ProgramType programType) {
        ProgramType bound = type.compareAndExchange(null, programType);
        return bound == null || bound == programType;
    }

    @Override
    int check(BpfProgram program) {
        return bind(program.type()) ? 0 : -Errno.EINVAL;
    }

    @Override
    public @Nullable BpfProgram program(int index) {
        return get(index);
    }
}
