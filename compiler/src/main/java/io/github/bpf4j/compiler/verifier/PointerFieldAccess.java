/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.RegisterType.*;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.load.PointerField;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Loads and stores of the pointers in map values that Linux looks after. What is loaded is judged as in Linux, though here it is always
 * NULL: only NULL may be stored, since nothing else could be told from a number later.
 */
final class PointerFieldAccess {
    /** Kernel structs that stay as long as a section of read-copy-update lasts. */
    private static final Set<String> RCU_PROTECTED = Set.of("task_struct", "cgroup", "bpf_cpumask", "bpf_crypto_ctx");

    private final Analysis a;

    PointerFieldAccess(Analysis analysis) {
        a = analysis;
    }

    /** Checks an access that overlaps the pointer at an offset of a map value; {@code at} lacks the pointer's variable part. */
    void check(MapObject map, RegisterState pointer, int field, long at, int size, boolean direct)
            throws VerifierException {
        PointerField known = a.program.pointerAt(map.index, field);
        String label = known == null ? "kptr" : known.kind().label();
        if (!direct) {
            throw misuse(map, label + " cannot be accessed indirectly by helper");
        }
        if (!pointer.isConstant()) {
            throw misuse(map, label + " access cannot have variable offset");
        }
        long start = at + pointer.bits.value();
        if (start != field) {
            throw misuse(map, label + " access misaligned expected=" + field + " off=" + start);
        }
        if (size != PointerField.BYTES) {
            throw misuse(map, label + " access size must be BPF_DW");
        }
        if (known == null) {
            throw unsupported("pointers in the values of inner maps");
        }
    }

    /** The pointer that a checked access is about, or null if it is about something else. */
    @Nullable
    PointerField find(RegisterState pointer, long at) {
        return pointer.isConstant()
                ? a.program.pointerAt(MemoryAccess.mapOf(pointer).index, at + pointer.bits.value())
                : null;
    }

    /** A load; a negative {@code dst} checks only. */
    void load(RegisterState pointer, PointerField field, int dst) throws VerifierException {
        requirePlain(pointer, field);
        if (dst < 0) {
            return;
        }
        RegisterState result = a.frame().fresh(dst);
        switch (field.kind()) {
            case USER -> {
                result.setPointer(MEM | MAYBE_NULL);
                result.memSize = (int) field.size();
            }
            case UNTRUSTED -> result.setPointer(BTF_ID | UNTRUSTED | MAYBE_NULL);
            case REFERENCED -> {
                boolean isProtected = !field.isKernels() || RCU_PROTECTED.contains(field.struct());
                result.setPointer(BTF_ID | (isProtected ? RCU : UNTRUSTED) | MAYBE_NULL);
            }
            case PERCPU -> result.setPointer(BTF_ID | RCU | MAYBE_NULL);
        }
        result.struct = field.kind() == PointerField.Kind.USER ? "" : field.struct();
        result.id = a.newId();
    }

    /** A store of a register, or of a constant if the register is negative. */
    void store(RegisterState pointer, PointerField field, int valueRegister, long constant) throws VerifierException {
        requirePlain(pointer, field);
        MapObject map = MemoryAccess.mapOf(pointer);
        switch (field.kind()) {
            case REFERENCED, PERCPU -> throw misuse(map, "store to referenced kptr disallowed");
            case USER -> throw misuse(map, "store to uptr disallowed");
            case UNTRUSTED -> {}
        }
        if (valueRegister < 0) {
            if (constant != 0) {
                throw misuse(map, "BPF_ST imm must be 0 when storing to kptr at off=" + field.offset());
            }
            return;
        }
        RegisterState value = a.frame().register(valueRegister);
        if (value.isScalar() && value.isZero()) {
            return;
        }
        if (value.baseType() != BTF_ID || !value.struct.equals(field.struct())) {
            String expected = name(BTF_ID) + field.struct();
            throw misuse(
                    map,
                    "invalid kptr access, R" + valueRegister + " type=" + name(value.type) + value.struct + " expected="
                            + expected + " or " + name(BTF_ID | UNTRUSTED) + field.struct());
        }
        if (!a.options.allowUnimplemented()) {
            throw unsupported("maps that keep pointers to objects of the kernel");
        }
    }

    /** Atomic operations, and loads and stores with an order, are not for pointers. */
    private void requirePlain(RegisterState pointer, PointerField field) throws VerifierException {
        Instruction instruction = a.code.instructions[a.slot];
        if (!(instruction instanceof Instruction.Load || instruction instanceof Instruction.Store)) {
            throw misuse(
                    MemoryAccess.mapOf(pointer),
                    field.kind().label() + " in map can only be accessed using BPF_MEM instruction mode");
        }
    }

    private VerifierException misuse(MapObject map, String message) {
        return a.reject(-1, new Rejection.MapMisuse(map.definition.name(), "", message), message);
    }

    private VerifierException unsupported(String what) {
        return a.reject(-1, new Rejection.Unsupported(what), what + " are not supported");
    }
}
