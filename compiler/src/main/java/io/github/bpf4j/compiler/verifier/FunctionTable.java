/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.runtime.helper.Helper;
import io.github.bpf4j.runtime.helper.HelperTable;
import io.github.bpf4j.runtime.helper.Kfunc;
import io.github.bpf4j.runtime.helper.KfuncTable;
import org.jspecify.annotations.Nullable;

/** The table rows of the helpers and kfuncs a program calls, by slot. */
final class FunctionTable {
    private final @Nullable Helper[] helpers;
    private final @Nullable Kfunc[] kfuncs;

    FunctionTable(Code code) {
        helpers = new Helper[code.length];
        kfuncs = new Kfunc[code.length];
        for (int i = 0; i < code.length; i++) {
            if (code.kinds[i] == Code.CALL_HELPER) {
                helpers[i] = HelperTable.byId(((Instruction.Call) code.instructions[i]).target());
            } else if (code.kinds[i] == Code.CALL_KFUNC) {
                kfuncs[i] = KfuncTable.byId(((Instruction.Call) code.instructions[i]).target());
            }
        }
    }

    @Nullable
    Helper helper(int slot) {
        return helpers[slot];
    }

    @Nullable
    Kfunc kfunc(int slot) {
        return kfuncs[slot];
    }

    /** Arguments of the call; all five if the function is not known. */
    int argumentCount(int slot) {
        Helper helper = helpers[slot];
        if (helper != null) {
            return helper.args().size();
        }
        Kfunc kfunc = kfuncs[slot];
        return kfunc != null ? kfunc.args().size() : 5;
    }

    /** Whether the function calls a subprogram of the program before it returns. */
    boolean callsBack(int slot) {
        Helper helper = helpers[slot];
        if (helper == null) {
            return false;
        }
        return switch (helper.name()) {
            case "bpf_loop", "bpf_for_each_map_elem", "bpf_user_ringbuf_drain", "bpf_find_vma" -> true;
            default -> false;
        };
    }

    /** Whether the function stores a subprogram to be called later. */
    boolean callsLater(int slot) {
        Helper helper = helpers[slot];
        Kfunc kfunc = kfuncs[slot];
        return helper != null && helper.name().equals("bpf_timer_set_callback")
                || kfunc != null && kfunc.name().equals("bpf_wq_set_callback_impl");
    }

    boolean isTailCall(int slot) {
        Helper helper = helpers[slot];
        return helper != null && helper.name().equals("bpf_tail_call");
    }

    boolean isIteratorNext(int slot) {
        Kfunc kfunc = kfuncs[slot];
        return kfunc != null && kfunc.has(Kfunc.Flag.ITER_NEXT);
    }
}
