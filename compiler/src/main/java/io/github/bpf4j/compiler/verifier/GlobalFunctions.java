/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.RegisterType.*;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfType;
import io.github.bpf4j.compiler.verifier.ControlFlowGraph.Subprogram;
import io.github.bpf4j.runtime.helper.Helper;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Global functions: each is verified once, on its own, from what its BTF signature promises of the arguments; a call is checked against the
 * same signature and gives an unknown number.
 */
final class GlobalFunctions {
    private static final int MAX_ARGUMENTS = 5;

    /** What an argument is. */
    private enum Kind {
        SCALAR,
        CTX,
        MEM,
        DYNPTR
    }

    /** An argument: MEM is {@code size} bytes, or NULL if {@code nullable}. */
    private record Parameter(Kind kind, int size, boolean nullable) {}

    private final Analysis a;
    private final MemoryAccess memory;
    private final StackObjects objects;
    private final Map<Integer, List<Parameter>> signatures = new HashMap<>();
    private final BitSet called = new BitSet();
    private final BitSet verified = new BitSet();
    /** By function and component, the tags of its arguments. */
    private @Nullable Map<List<Integer>, Set<String>> tags;

    GlobalFunctions(Analysis analysis, MemoryAccess memory, StackObjects objects) {
        this.a = analysis;
        this.memory = memory;
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
            Parameter parameter = parameters.get(i);
            RegisterState register = frame.fresh(i + 1);
            switch (parameter.kind) {
                case SCALAR -> register.setUnknownScalar();
                case CTX -> register.setPointer(CTX);
                case MEM -> {
                    register.setPointer(MEM | (parameter.nullable ? MAYBE_NULL : 0));
                    register.memSize = parameter.size;
                    register.id = parameter.nullable ? a.newId() : 0;
                }
                case DYNPTR -> {
                    register.setPointer(DYNPTR);
                    register.objectKind = StackObjects.DYNPTR_LOCAL;
                    register.id = a.newId();
                }
            }
        }
        a.state = new VerifierState();
        a.state.begin(frame);
        a.state.firstSlot = function.start();
        return true;
    }

    /** A call at the current instruction. */
    void call(Subprogram function) throws VerifierException {
        if (a.state.resources.locks() > 0) {
            throw a.reject(
                    -1,
                    new Rejection.RegionMisuse("lock", "calls"),
                    "global function calls are not allowed while holding a lock,\nuse static function instead");
        }
        List<Parameter> parameters = signature(function);
        for (int i = 0; i < parameters.size(); i++) {
            argument(function, parameters.get(i), i);
        }
        called.set(function.index());
        FrameState frame = a.frame();
        for (int r = 1; r <= MAX_ARGUMENTS; r++) {
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
        switch (parameter.kind) {
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
                if (!parameter.nullable && (value.maybeNull() || isNull)) {
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
                memory.checkFunctionMemory(register, parameter.size, false, true, false);
                memory.checkFunctionMemory(register, parameter.size, true, true, false);
                a.frame().fresh(register).assign(saved);
            }
            case DYNPTR -> objects.useDynptr(register, 0, false);
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

    private VerifierException unsupported(String message) {
        return a.reject(-1, new Rejection.SubprogramMisuse(message), message);
    }

    private List<Parameter> signature(Subprogram function) throws VerifierException {
        List<Parameter> known = signatures.get(function.index());
        if (known != null) {
            return known;
        }
        Btf btf = Objects.requireNonNull(a.program.btf());
        if (!btf.contains(function.typeId()) || !(btf.type(function.typeId()) instanceof BtfType.Func type)) {
            throw unsupported("Invalid type id " + function.typeId() + " of function " + function.name() + "()");
        }
        if (!(btf.type(type.proto()) instanceof BtfType.FuncProto proto)) {
            throw unsupported("Invalid BTF of func " + function.name());
        }
        if (proto.params().size() > MAX_ARGUMENTS) {
            throw unsupported("Global function " + function.name() + "() with "
                    + proto.params().size() + " > " + MAX_ARGUMENTS + " args. Buggy compiler.");
        }
        BtfType result = btf.resolve(proto.returnType());
        if (!(result instanceof BtfType.Int) && !(result instanceof BtfType.EnumType)) {
            throw unsupported(
                    "Global function " + function.name() + "() doesn't return scalar. Only those are supported.");
        }
        List<Parameter> parameters = new ArrayList<>();
        for (int i = 0; i < proto.params().size(); i++) {
            parameters.add(parameter(btf, function, proto.params().get(i), i));
        }
        signatures.put(function.index(), parameters);
        return parameters;
    }

    private Parameter parameter(Btf btf, Subprogram function, BtfType.Param param, int index) throws VerifierException {
        BtfType type = btf.resolve(param.type());
        if (type instanceof BtfType.Int || type instanceof BtfType.EnumType) {
            return new Parameter(Kind.SCALAR, 0, false);
        }
        if (!(type instanceof BtfType.Ptr pointer)) {
            throw unsupported(
                    "Arg#" + index + " type " + type.kind() + " in " + function.name() + "() is not supported yet.");
        }
        Set<String> argumentTags = tags(btf).getOrDefault(List.of(function.typeId(), index), Set.of());
        BtfType target = btf.resolve(pointer.target());
        boolean struct = target instanceof BtfType.Composite;
        if (argumentTags.contains("arg:ctx") || struct && target.name().equals("__sk_buff")) {
            return new Parameter(Kind.CTX, 0, false);
        }
        if (target.name().equals("bpf_dynptr")) {
            return new Parameter(Kind.DYNPTR, 0, false);
        }
        long size = target instanceof BtfType.VoidType
                        || target instanceof BtfType.FuncProto
                        || target instanceof BtfType.Fwd
                ? 0
                : btf.sizeOf(target.id());
        if (size <= 0 || size > Integer.MAX_VALUE) {
            throw unsupported("arg#" + index + " reference type('" + target.kind() + " " + target.name()
                    + "') size cannot be determined");
        }
        return new Parameter(Kind.MEM, (int) size, !argumentTags.contains("arg:nonnull"));
    }

    private Map<List<Integer>, Set<String>> tags(Btf btf) {
        Map<List<Integer>, Set<String>> found = tags;
        if (found == null) {
            found = new HashMap<>();
            for (int id = 1; id < btf.size(); id++) {
                if (btf.type(id) instanceof BtfType.DeclTag tag) {
                    found.computeIfAbsent(List.of(tag.type(), tag.component()), k -> new HashSet<>())
                            .add(tag.name());
                }
            }
            tags = found;
        }
        return found;
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
            if (helper != null && helper.changesPacketData()) {
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
