/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.RegisterType.*;

import io.github.bpf4j.compiler.load.PointerField;
import io.github.bpf4j.runtime.helper.ArgType;
import io.github.bpf4j.runtime.helper.ArgType.Flag;
import io.github.bpf4j.runtime.helper.ArgType.Kind;
import io.github.bpf4j.runtime.map.MapType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks the arguments of a helper or kfunc against its table row, and collects what the call's effect depends on. */
final class CallArguments {
    /** What the arguments of one call have told. */
    static final class Facts {
        @Nullable
        MapObject map;

        int mapUid;
        /** A key known to be constant, or -1. */
        long constantKey = -1;
        /** Register whose memory is filled, and how much of it; 0 for none. */
        int filledRegister;

        int filledSize;
        /** The reference an argument holds, and the register that gives it up. */
        int refObjId;

        int releaseRegister;
        /** Size of the memory that the call returns. */
        long allocationSize = -1;

        long maxSize = -1;
        int callback = -1;
        int dynptrId;
        int dynptrKind;

        @Nullable
        RegisterState dynptr;

        /** The place in a map value whose reference the call hands out. */
        @Nullable
        PointerField exchanged;
    }

    private final Analysis a;
    private final MemoryAccess memory;
    private final FunctionMemory functionMemory;
    private final Precision precision;
    private final StackObjects objects;
    private final MapFields fields;

    CallArguments(
            Analysis analysis,
            MemoryAccess memory,
            FunctionMemory functionMemory,
            Precision precision,
            StackObjects objects,
            MapFields fields) {
        this.objects = objects;
        this.fields = fields;
        this.a = analysis;
        this.memory = memory;
        this.functionMemory = functionMemory;
        this.precision = precision;
    }

    /** Checks all arguments. */
    Facts check(String function, List<ArgType> args, boolean packetAccess) throws VerifierException {
        Facts call = new Facts();
        for (int i = 0; i < args.size(); i++) {
            argument(function, args, i, packetAccess, call);
        }
        return call;
    }

    private void argument(String function, List<ArgType> args, int index, boolean packetAccess, Facts call)
            throws VerifierException {
        ArgType arg = args.get(index);
        int register = index + 1;
        Kind kind = arg.kind();
        if (kind == Kind.UNCHECKED || kind == Kind.IGNORED) {
            return;
        }
        Interpreter.checkReadable(a, register);
        RegisterState value = a.frame().register(register);
        if (kind == Kind.ANYTHING || kind == Kind.ADDRESS) {
            return;
        }
        if (value.type == PACKET
                && !(packetAccess && a.program.type().mayWritePacket())
                && !(packetAccess && a.program.type().hasPacket() && !arg.has(Flag.WRITE))) {
            throw a.reject(
                    register,
                    new Rejection.ArgumentMismatch(register, function, "pkt", "memory outside of the packet"),
                    "helper access to the packet is not allowed");
        }
        boolean isNull = value.isScalar() && value.isZero() && arg.has(Flag.OR_NULL);
        if (!isNull) {
            checkType(function, arg, register, value);
        }
        if (arg.has(Flag.RELEASE)) {
            if (value.refObjId == 0 && !isNull && kind != Kind.PTR_TO_DYNPTR && kind != Kind.PTR_TO_IRQ_FLAG) {
                throw a.reject(
                        register,
                        new Rejection.InvalidRelease(register, "not a reference"),
                        "R" + register + " must be referenced when passed to release function");
            }
            call.releaseRegister = register;
        }
        if (value.refObjId != 0 && kind != Kind.KPTR_XCHG_DEST) {
            if (call.refObjId != 0) {
                throw a.reject(
                        register,
                        new Rejection.InvalidRelease(register, "two references"),
                        "more than one arg with ref_obj_id R" + register + " " + value.refObjId + " " + call.refObjId);
            }
            call.refObjId = value.refObjId;
        }
        switch (kind) {
            case CONST_MAP_PTR -> {
                if (call.map != null && (call.map != value.map || call.mapUid != value.mapUid)) {
                    String message = "timer pointer in R1 map_uid=" + call.mapUid
                            + " doesn't match map pointer in R2 map_uid=" + value.mapUid;
                    throw a.reject(
                            register, new Rejection.MapMisuse(call.map.definition.name(), function, message), message);
                }
                call.map = value.map;
                call.mapUid = value.mapUid;
            }
            case PTR_TO_MAP_KEY -> {
                MapObject map = requireMap(function, register, call, "key");
                functionMemory.check(register, map.definition.keySize(), false, false, false);
                if (map.definition.type() == MapType.ARRAY || map.definition.type() == MapType.PERCPU_ARRAY) {
                    call.constantKey = constantKey(value, map.definition.keySize());
                }
            }
            case PTR_TO_MAP_VALUE -> {
                if (isNull) {
                    return;
                }
                MapObject map = requireMap(function, register, call, "value");
                pointed(register, arg, map.definition.valueSize(), call);
            }
            case PTR_TO_MEM -> {
                if (arg.size() > 0 && !isNull) {
                    pointed(register, arg, arg.size(), call);
                    if (arg.has(Flag.ALIGNED)) {
                        checkAligned(register, value, arg.size());
                    }
                }
            }
            case CONST_SIZE, CONST_SIZE_OR_ZERO -> {
                ArgType before = args.get(index - 1);
                boolean fill = before.has(Flag.UNINIT);
                functionMemory.checkSize(
                        register, before.has(Flag.WRITE), kind == Kind.CONST_SIZE_OR_ZERO, fill, function);
                call.maxSize = a.frame().register(register).umax;
                RegisterState buffer = a.frame().register(register - 1);
                if (fill && value.isConstant() && buffer.type == STACK && buffer.hasConstantOffset()) {
                    call.filledRegister = register - 1;
                    call.filledSize = (int) value.bits.value();
                }
            }
            case CONST_ALLOC_SIZE_OR_ZERO -> {
                if (!value.isConstant()) {
                    throw a.reject(
                            register,
                            new Rejection.ArgumentSize(register, function, "not a constant"),
                            "R" + register + " is not a known constant'");
                }
                call.allocationSize = value.bits.value();
                precision.markRegister(register);
                ArgType before = index == 0 ? arg : args.get(index - 1);
                boolean buffer = before.kind() == Kind.PTR_TO_MEM && before.size() == 0;
                RegisterState memoryPointer = a.frame().register(register - 1);
                if (buffer && !(memoryPointer.isScalar() && memoryPointer.isZero())) {
                    functionMemory.checkSize(register, before.has(Flag.WRITE), true, false, function);
                }
            }
            case SCALAR -> {}
            case CONST_SCALAR -> {
                if (!value.isConstant()) {
                    throw a.reject(
                            register,
                            new Rejection.ArgumentSize(register, function, "not a constant"),
                            "R" + register + " must be a known constant");
                }
                precision.markRegister(register);
            }
            case PTR_TO_FUNC -> call.callback = register;
            case PTR_TO_SPIN_LOCK -> {
                if (function.startsWith("bpf_spin_lock")) {
                    fields.lock(register, false, false);
                } else {
                    fields.unlock(register, false, false);
                }
            }
            case PTR_TO_RES_SPIN_LOCK -> resilientLock(function, register);
            case PTR_TO_TIMER ->
                timer(
                        register,
                        call,
                        MemoryAccess.mapOf(value).definition.special().timer(),
                        "bpf_timer");
            case PTR_TO_WORKQUEUE ->
                timer(
                        register,
                        call,
                        MemoryAccess.mapOf(value).definition.special().workQueue(),
                        "bpf_wq");
            case KPTR_XCHG_DEST -> call.exchanged = fields.requireReference(register);
            case PTR_TO_CONST_STR -> constantString(function, register, value);
            case PTR_TO_DYNPTR -> dynptr(arg, register, function, call);
            default -> {}
        }
    }

    private void resilientLock(String function, int register) throws VerifierException {
        boolean irq = function.contains("_irq");
        if (function.startsWith("bpf_res_spin_lock")) {
            fields.lock(register, true, irq);
        } else {
            fields.unlock(register, true, irq);
        }
    }

    private void timer(int register, Facts call, int field, String name) throws VerifierException {
        call.map = fields.require(register, field, name);
        call.mapUid = a.frame().register(register).mapUid;
    }

    private void constantString(String function, int register, RegisterState value) throws VerifierException {
        MapObject map = MemoryAccess.mapOf(value);
        String message = null;
        if (!map.readOnly || map.map == null) {
            message = "R" + register + " does not point to a readonly map'";
        } else if (!value.hasConstantOffset()) {
            message = "R" + register + " is not a constant address'";
        } else {
            long at = value.off + value.bits.value();
            memory.checkMapValue(register, value, 0, 1, false);
            boolean terminated = false;
            for (long i = at; i < map.definition.valueSize() && !terminated; i++) {
                terminated = map.map.values().get(java.lang.foreign.ValueLayout.JAVA_BYTE, i) == 0;
            }
            if (!terminated) {
                message = "string is not zero-terminated";
            }
        }
        if (message != null) {
            throw a.reject(
                    register,
                    new Rejection.ArgumentMismatch(register, function, name(value.type), "a constant string"),
                    message);
        }
    }

    private void dynptr(ArgType arg, int register, String function, Facts call) throws VerifierException {
        int kind = arg.has(Flag.DYNPTR_LOCAL)
                ? StackObjects.DYNPTR_LOCAL
                : arg.has(Flag.DYNPTR_RINGBUF)
                        ? StackObjects.DYNPTR_RINGBUF
                        : arg.has(Flag.DYNPTR_SKB) ? StackObjects.DYNPTR_SKB : 0;
        if (arg.has(Flag.DYNPTR_UNINIT)) {
            RegisterState original = call.dynptr;
            if (kind == 0 && original != null) {
                kind = original.objectKind;
            }
            if (kind == StackObjects.DYNPTR_LOCAL && function.startsWith("bpf_dynptr_from_mem")) {
                RegisterState source = a.frame().register(1);
                if (source.type != MAP_VALUE) {
                    throw a.reject(
                            1,
                            new Rejection.ArgumentMismatch(1, function, name(source.type), "map_value"),
                            "Unsupported reg type " + name(source.type) + " for bpf_dynptr_from_mem data");
                }
            }
            objects.createDynptr(register, kind, original == null ? 0 : original.refObjId);
            return;
        }
        if (arg.has(Flag.RELEASE)) {
            return;
        }
        boolean mutated = !arg.has(Flag.RDONLY) && !function.startsWith("kfunc ");
        RegisterState object = objects.useDynptr(register, kind, mutated);
        if (call.dynptr == null) {
            call.dynptr = object;
        }
        call.dynptrId = object.id;
        call.dynptrKind = object.objectKind;
    }

    private void pointed(int register, ArgType arg, int size, Facts call) throws VerifierException {
        RegisterState value = a.frame().register(register);
        boolean fill = arg.has(Flag.UNINIT);
        functionMemory.check(register, size, arg.has(Flag.WRITE), false, fill);
        if (fill && value.type == STACK && value.hasConstantOffset()) {
            call.filledRegister = register;
            call.filledSize = size;
        }
    }

    private MapObject requireMap(String function, int register, Facts call, String part) throws VerifierException {
        MapObject map = call.map;
        if (map == null) {
            throw a.reject(
                    register,
                    new Rejection.ArgumentMismatch(register, function, "no map", "a map before it"),
                    "invalid map_ptr to access map->" + part);
        }
        return map;
    }

    private void checkAligned(int register, RegisterState value, int size) throws VerifierException {
        Tnum at = value.bits.add(Tnum.constant(value.off));
        if (!at.isAligned(size)) {
            throw a.reject(
                    register,
                    new Rejection.MisalignedAccess(register, name(value.type), value.off, size),
                    "misaligned " + (value.type == STACK ? "stack " : "") + "access off " + value.bits + "+" + value.off
                            + "+0 size " + size);
        }
    }

    /** A number that a four-byte key on the stack does not exceed, where one is known; else negative. */
    private long constantKey(RegisterState pointer, int size) {
        if (pointer.type != STACK || !pointer.hasConstantOffset()) {
            return -1;
        }
        long off = pointer.off + pointer.bits.value();
        if (off >= 0 || off < -512) {
            return -1;
        }
        FrameState frame = a.state.frame(pointer.frame);
        int slot = (int) ((-off - 1) / 8);
        int first = (int) (off & 7);
        int zeros = 0;
        while (first + zeros < 8 && frame.byteType(slot, first + zeros) == FrameState.ZERO) {
            zeros++;
        }
        if (zeros >= size) {
            return 0;
        }
        int saved = 0;
        while (first + saved < 8 && frame.byteType(slot, first + saved) == FrameState.SPILL) {
            saved++;
        }
        if (saved != size) {
            return -1;
        }
        RegisterState scalar = frame.slot(slot);
        if (!frame.isSpill(slot) || !scalar.isScalar() || !scalar.isConstant()) {
            return -1;
        }
        precision.markSlot(pointer.frame, slot);
        // For the upper half of a saved number, Linux takes the whole number: if that is a valid index, so is its upper
        // half, 0.
        return scalar.bits.value();
    }

    // ---- types ----

    private static final int[] MEMORY = {STACK, PACKET, MAP_KEY, MAP_VALUE, MEM, MEM | RINGBUF};
    private static final int[] SCALARS = {SCALAR};

    private static int[] compatible(ArgType arg) {
        return switch (arg.kind()) {
            case PTR_TO_MAP_KEY, PTR_TO_MAP_VALUE, PTR_TO_MEM -> MEMORY;
            case SCALAR, CONST_SCALAR, CONST_SIZE, CONST_SIZE_OR_ZERO, CONST_ALLOC_SIZE_OR_ZERO -> SCALARS;
            case PTR_TO_CTX -> new int[] {CTX};
            case CONST_MAP_PTR -> new int[] {MAP};
            case PTR_TO_RINGBUF_MEM -> new int[] {MEM | RINGBUF};
            case PTR_TO_SPIN_LOCK,
                    PTR_TO_RES_SPIN_LOCK,
                    PTR_TO_TIMER,
                    PTR_TO_WORKQUEUE,
                    PTR_TO_TASK_WORK,
                    PTR_TO_CONST_STR,
                    KPTR_XCHG_DEST -> new int[] {MAP_VALUE};
            case PTR_TO_FUNC -> new int[] {FUNC};
            case PTR_TO_STACK, PTR_TO_ITER, PTR_TO_IRQ_FLAG -> new int[] {STACK};
            case PTR_TO_DYNPTR -> new int[] {STACK, DYNPTR};
            case PTR_TO_BTF_ID -> new int[] {BTF_ID, BTF_ID | TRUSTED, BTF_ID | RCU};
            case PTR_TO_PERCPU_BTF_ID -> new int[] {BTF_ID | TRUSTED};
            case PTR_TO_SOCK_COMMON -> new int[] {SOCK_COMMON};
            case ANYTHING, ADDRESS, UNCHECKED, IGNORED -> new int[0];
        };
    }

    private void checkType(String function, ArgType arg, int register, RegisterState value) throws VerifierException {
        int type = value.type;
        if (a.raw && (type == RAW_MEM || type == MIXED)) {
            return;
        }
        if (arg.has(Flag.RDONLY)
                || arg.kind() == Kind.PTR_TO_MAP_KEY
                || arg.kind() == Kind.PTR_TO_MAP_VALUE && !arg.has(Flag.WRITE)) {
            type &= ~RDONLY;
        }
        if (arg.has(Flag.OR_NULL)) {
            type &= ~MAYBE_NULL;
        }
        int[] compatible = compatible(arg);
        boolean fits = false;
        StringBuilder expected = new StringBuilder();
        for (int candidate : compatible) {
            fits |= type == candidate;
            expected.append(expected.isEmpty() ? "" : ", ").append(name(candidate));
        }
        if (!fits) {
            throw a.reject(
                    register,
                    new Rejection.ArgumentMismatch(register, function, name(value.type), expected.toString()),
                    function.startsWith("kfunc ") && arg.kind() == Kind.PTR_TO_CTX
                            ? "arg#" + (register - 1) + " expected pointer to ctx, but got " + name(value.type)
                            : "R" + register + " type=" + name(value.type) + " expected=" + expected);
        }
        if (value.baseType() == BTF_ID) {
            checkStruct(a, function, register, arg.struct());
        }
        boolean movable = switch (value.baseType()) {
            case STACK, PACKET, MAP_KEY, MAP_VALUE, MEM, ARENA, SCALAR -> !arg.has(Flag.RELEASE);
            default -> false;
        };
        if (!movable) {
            if (arg.has(Flag.RELEASE) && value.type == STACK) {
                return;
            }
            memory.checkUnmoved(
                    register, value, name(value.baseType() == BTF_ID ? value.type : value.baseType()), false);
        }
    }

    /** The kernel's struct that is wanted, if its name is given, has to start where a pointer to a kernel object points. */
    static void checkStruct(Analysis a, String function, int register, String wanted) throws VerifierException {
        RegisterState value = a.frame().register(register);
        boolean known = !wanted.isEmpty() && !value.struct.isEmpty();
        if (known && (value.off != 0 || !value.struct.equals(wanted))) {
            throw a.reject(
                    register,
                    new Rejection.ArgumentMismatch(register, function, value.struct, wanted),
                    "R" + register + " is of type " + value.struct + " but " + wanted + " is expected");
        }
    }
}
