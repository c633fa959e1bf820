/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.runtime.helper.ArgType;
import io.github.bpf4j.runtime.helper.Helper;
import io.github.bpf4j.runtime.helper.HelperTable;
import io.github.bpf4j.runtime.helper.Implementation;
import io.github.bpf4j.runtime.helper.Kfunc;
import io.github.bpf4j.runtime.helper.KfuncTable;
import io.github.bpf4j.runtime.helper.ReturnType;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What code generation needs of a helper's or kfunc's table row.
 *
 * @param name the name
 * @param id the helper's number; -1 for a kfunc
 * @param returns what is left in {@code r0}
 * @param args the arguments
 * @param changesPacketData whether the packet may lie in other memory afterwards
 * @param implementations the Java method for each type of calling program, or null if the generator itself must know what to do
 */
record Callee(
        String name,
        int id,
        ReturnType returns,
        List<ArgType> args,
        boolean changesPacketData,
        Function<ProgramType, @Nullable Implementation> implementations) {

    /** The Java method for calls from programs of a type, or null if the generator itself must know what to do. */
    @Nullable
    Implementation implementation(ProgramType type) {
        return implementations.apply(type);
    }

    /** {@code bpf_map_lookup_elem}. */
    static final int MAP_LOOKUP = 1;

    /** {@code bpf_map_update_elem}. */
    static final int MAP_UPDATE = 2;

    /** {@code bpf_map_delete_elem}. */
    static final int MAP_DELETE = 3;

    /** {@code bpf_get_smp_processor_id}. */
    static final int GET_SMP_PROCESSOR_ID = 8;

    /** {@code bpf_tail_call}. */
    static final int TAIL_CALL = 12;

    /** {@code bpf_snprintf}. */
    private static final int SNPRINTF = 165;

    /** {@code bpf_trace_vprintk}. */
    private static final int TRACE_VPRINTK = 177;

    /** Whether the callee follows pointers that the program stored in memory, so that their bases must be stored beside it. */
    static boolean followsStoredPointers(Instruction.Call call) {
        return call.kind() == Instruction.CallKind.HELPER
                && (call.target() == SNPRINTF || call.target() == TRACE_VPRINTK);
    }

    /** Finds the row of a call of a helper or kfunc. */
    static Callee of(Instruction.Call call) {
        return switch (call.kind()) {
            case HELPER -> {
                Helper row = HelperTable.byId(call.target());
                if (row == null) {
                    throw new CodeGenerationException("there is no helper " + call.target());
                }
                yield new Callee(
                        row.name(), row.id(), row.returns(), row.args(), row.changesPacketData(), row::implementation);
            }
            case KFUNC -> {
                Kfunc row = KfuncTable.byId(call.target());
                if (row == null) {
                    throw new CodeGenerationException("there is no kfunc " + call.target());
                }
                yield new Callee(row.name(), -1, row.returns(), row.args(), true, row::implementation);
            }
            case SUBPROGRAM -> throw new IllegalArgumentException("a subprogram has no table row");
        };
    }
}
