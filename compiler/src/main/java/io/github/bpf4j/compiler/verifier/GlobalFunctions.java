/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.RegisterType.*;

import io.github.bpf4j.compiler.verifier.ControlFlowGraph.Subprogram;
import io.github.bpf4j.compiler.verifier.FunctionSignature.Parameter;
import io.github.bpf4j.runtime.helper.Helper;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Global functions: each is verified once, on its own, from what its BTF signature promises of the arguments; a call is checked against the
 * same signature and gives an unknown number.
 */
final class GlobalFunctions {
    private final Analysis a;
    private final MemoryAccess memory;
    private final FunctionMemory functionMemory;
    private final StackObjects objects;
    private final Map<Integer, FunctionSignature> signatures = new HashMap<>();
    private final BitSet called = new BitSet();
    private final BitSet verified = new BitSet();
    private FunctionSignature.@Nullable Reader reader;

    GlobalFunctions(Analysis analysis, MemoryAccess memory, FunctionMemory functionMemory, StackObjects objects) {
        this.a = analysis;
        this.memory = memory;
        this.functionMemory = functionMemory;
        this.objects = objects;
    }

    /** Starts the next function that is called but not verified yet. Returns whether there is one. */
    boolean begin() throws VerifierException {
        BitSet open = (BitSet) called.clone();
        open.andNot(verified);
        int index = open.nextSetBit(0);
        if (index < 0) {
            return false;
        }
        verified.set(index);
        Subprogram function = a.graph.subprograms.get(index);
        a.slot = function.start();
        a.previousSlot = -1;
        FrameState frame = new FrameState(0, index, -1);
        SubprogramCalls.setFramePointer(frame);
        List<Parameter> parameters = signature(function);
        for (int i = 0; i < parameters.size(); i++) {
            promised(frame.fresh(i + 1), parameters.get(i));
        }
        a.state = new VerifierState();
        a.state.begin(frame);
        a.state.firstSlot = function.start();
        VerifierLog log = a.log;
        if (log != null) {
            log.begun();
            log.line("Validating " + function.name() + "() func#" + index + "...");
        }
        return true;
    }

    /** The function begun last was found safe. */
    void verified() {
        if (a.log != null) {
            Subprogram function = a.graph.subprograms.get(a.state.frame(0).subprogram);
            a.log.line("Func#" + function.index() + " ('" + function.name()
                    + "') is safe for any args that match its prototype");
        }
    }

    /** What the function may assume of an argument. */
    private void promised(RegisterState register, Parameter parameter) {
        switch (parameter.kind()) {
            case SCALAR, ARENA -> register.setUnknownScalar();
            case CTX -> register.setPointer(CTX);
            case MEM -> {
                register.setPointer(MEM | (parameter.nullable() ? MAYBE_NULL : 0));
                register.memSize = parameter.size();
                register.id = parameter.nullable() ? a.newId() : 0;
            }
            case UNTRUSTED_MEM -> register.setPointer(MEM | RDONLY | UNTRUSTED);
            case DYNPTR -> {
                register.setPointer(DYNPTR);
                register.objectKind = StackObjects.DYNPTR_LOCAL;
                register.id = a.newId();
            }
            case KERNEL_OBJECT -> {
                register.setPointer(BTF_ID | TRUSTED | (parameter.nullable() ? MAYBE_NULL : 0));
                register.struct = parameter.struct();
                register.id = parameter.nullable() ? a.newId() : 0;
            }
            case UNTRUSTED_OBJECT -> register.setPointer(BTF_ID | UNTRUSTED);
        }
    }

    /** A call at the current instruction. */
    void call(Subprogram function) throws VerifierException {
        try {
            checkCall(function);
        } catch (VerifierException e) {
            if (a.log != null) {
                a.log.note("Caller passes invalid args into func#" + function.index() + " ('" + function.name() + "')");
            }
            throw e;
        }
        accepted(function);
    }

    private void checkCall(Subprogram function) throws VerifierException {
        List<Parameter> parameters = signature(function);
        if (a.state.resources.locks() > 0) {
            throw a.reject(
                    -1,
                    new Rejection.RegionMisuse("lock", "calls"),
                    "global function calls are not allowed while holding a lock,\nuse static function instead");
        }
        for (int i = 0; i < parameters.size(); i++) {
            argument(function, parameters.get(i), i);
        }
    }

    private void accepted(Subprogram function) {
        called.set(function.index());
        if (a.log != null) {
            a.log.line("Func#" + function.index() + " ('" + function.name() + "') is global and assumed valid.");
        }
        FrameState frame = a.frame();
        for (int r = 1; r <= FunctionSignature.MAX_ARGUMENTS; r++) {
            frame.fresh(r).setNotInit();
        }
        frame.fresh(0).setUnknownScalar();
        if (changesPacketData(function.index(), new BitSet())) {
            PacketRanges.invalidate(a.state);
        }
    }

    private void argument(Subprogram function, Parameter parameter, int index) throws VerifierException {
        int register = index + 1;
        Interpreter.checkReadable(a, register);
        RegisterState value = a.frame().register(register);
        switch (parameter.kind()) {
            case SCALAR -> {
                if (!value.isScalar()) {
                    throw mismatch(function, register, value, "scalar", "R" + register + " is not a scalar");
                }
            }
            case CTX -> {
                if (value.type != CTX) {
                    throw mismatch(function, register, value, "ctx", "arg#" + index + " expects pointer to ctx");
                }
                memory.checkUnmoved(register, value, "ctx", false);
            }
            case MEM -> {
                boolean isNull = value.isScalar() && value.isZero();
                if (!parameter.nullable() && (value.maybeNull() || isNull)) {
                    throw mismatch(function, register, value, "mem", "arg#" + index + " is expected to be non-NULL");
                }
                if (isNull) {
                    return;
                }
                // NULL is taken care of by the function; the memory must be there otherwise.
                RegisterState saved = value.copy();
                if (value.maybeNull()) {
                    a.frame().own(register).type &= ~MAYBE_NULL;
                }
                functionMemory.check(register, parameter.size(), false, true, false);
                functionMemory.check(register, parameter.size(), true, true, false);
                a.frame().fresh(register).assign(saved);
            }
            case DYNPTR -> {
                if (value.type != STACK && value.type != DYNPTR) {
                    throw mismatch(
                            function,
                            register,
                            value,
                            "dynptr",
                            "arg#" + index + " expected pointer to stack or const struct bpf_dynptr");
                }
                objects.useDynptr(register, 0, false);
            }
            case ARENA -> {
                if (value.type != ARENA && !value.isScalar()) {
                    throw mismatch(
                            function,
                            register,
                            value,
                            "arena",
                            "R" + register + " is not a pointer to arena or scalar.");
                }
            }
            case KERNEL_OBJECT -> {
                boolean isNull = value.isScalar() && value.isZero();
                int type = parameter.nullable() ? value.type & ~MAYBE_NULL : value.type;
                if (type != (BTF_ID | TRUSTED) && !(isNull && parameter.nullable())) {
                    String expected = name(BTF_ID | TRUSTED);
                    throw mismatch(
                            function,
                            register,
                            value,
                            expected,
                            "R" + register + " type=" + name(value.type) + " expected=" + expected);
                }
                if (!isNull) {
                    CallArguments.checkStruct(a, function.name(), register, parameter.struct());
                }
            }
            case UNTRUSTED_MEM, UNTRUSTED_OBJECT -> {
                // Anything will do: it is only read, and with fault checks.
            }
        }
    }

    private VerifierException mismatch(
            Subprogram function, int register, RegisterState value, String expected, String message) {
        return a.reject(
                register,
                new Rejection.ArgumentMismatch(register, function.name(), name(value.type), expected),
                message);
    }

    // ---- signatures ----

    private List<Parameter> signature(Subprogram function) throws VerifierException {
        FunctionSignature known = signatures.get(function.index());
        if (known == null) {
            if (reader == null) {
                reader = new FunctionSignature.Reader(Objects.requireNonNull(a.program.btf()));
            }
            try {
                known = reader.read(function.name(), function.typeId());
            } catch (FunctionSignature.UnsupportedException e) {
                String message = String.valueOf(e.getMessage());
                throw a.reject(-1, new Rejection.SubprogramMisuse(message), message);
            }
            signatures.put(function.index(), known);
        }
        return known.parameters();
    }

    /** Whether a function or one it calls may move the packet. */
    private boolean changesPacketData(int function, BitSet seen) {
        if (seen.get(function)) {
            return false;
        }
        seen.set(function);
        Subprogram body = a.graph.subprograms.get(function);
        for (int i = body.start(); i < body.end(); i++) {
            Helper helper = a.functions.helper(i);
            if (helper != null && (helper.changesPacketData() || a.functions.isTailCall(i))) {
                return true;
            }
            if (a.code.kinds[i] == Code.CALL_SUBPROGRAM
                    && changesPacketData(a.graph.subprogramOf[a.code.targets[i]], seen)) {
                return true;
            }
        }
        return false;
    }
}
