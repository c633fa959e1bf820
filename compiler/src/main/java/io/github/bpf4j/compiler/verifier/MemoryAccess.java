/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.RegisterType.*;

import io.github.bpf4j.compiler.isa.Instruction.Operand;
import io.github.bpf4j.compiler.load.PointerField;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapFlags;
import io.github.bpf4j.runtime.program.ContextField;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Loads and stores through pointers of any kind. */
final class MemoryAccess {
    static final int MAX_PROVEN_OFFSET = 1 << 29;
    private final Analysis a;
    private final StackAccess stack;
    private final MapFields fields;
    private final PointerFieldAccess pointers;
    private final MapStructureAccess mapStructures;
    /** By slot, the type of pointer that a load or store was used with first. */
    private final int[] kinds;

    MemoryAccess(Analysis analysis, StackAccess stack, MapFields fields, PointerFieldAccess pointers) {
        this.fields = fields;
        this.pointers = pointers;
        this.kinds = new int[analysis.code.length];
        this.a = analysis;
        this.stack = stack;
        this.mapStructures = new MapStructureAccess(analysis);
    }

    /** {@code dst = *(base + off)}; a negative {@code dst} checks only. */
    void load(int base, int off, int size, boolean signed, int dst) throws VerifierException {
        RegisterState pointer = a.frame().register(base);
        if (signed && pointer.type == CTX) {
            ContextField field = ContextField.at(off);
            if (field != null && field.value() != ContextField.Value.SCALAR) {
                // The extended number would not be the pointer any more.
                throw invalidContext(base, off, size, false);
            }
        }
        int type = pointer.type;
        access(base, pointer, off, size, false, dst, -1, 0, false);
        checkSameKind(base, type);
        if (dst >= 0 && size < 8 && a.frame().register(dst).isScalar()) {
            RegisterState result = a.frame().own(dst);
            if (signed) {
                boolean same = ScalarMoves.keepsValue(size * Byte.SIZE, result);
                result.signExtend(size);
                if (!same) {
                    result.forgetId();
                }
            } else {
                result.truncate(size);
            }
        }
    }

    /** {@code *(base + off) = src}. */
    void store(int base, int off, int size, Operand src) throws VerifierException {
        RegisterState pointer = a.frame().register(base);
        int type = pointer.type;
        if (src.isRegister()) {
            access(base, pointer, off, size, true, -1, src.register(), 0, false);
        } else {
            access(base, pointer, off, size, true, -1, -1, src.immediate(), true);
        }
        checkSameKind(base, type);
    }

    /** A store of something unknown. */
    void storeUnknown(int base, int off, int size) throws VerifierException {
        access(base, a.frame().register(base), off, size, true, -1, -1, 0, false);
    }

    private void access(
            int register,
            RegisterState pointer,
            int off,
            int size,
            boolean write,
            int dst,
            int valueRegister,
            long constant,
            boolean hasConstant)
            throws VerifierException {
        int type = pointer.type;
        long at = (long) off + pointer.off;
        switch (base(type)) {
            case STACK -> {
                checkAlignment(register, pointer, off, size, "stack ");
                stack.checkBounds(register, pointer, at, size, write);
                if (write) {
                    stack.store(register, pointer, at, size, valueRegister, constant, hasConstant);
                } else {
                    stack.load(register, pointer, at, size, dst);
                }
                return;
            }
            case PACKET -> {
                if (write && !a.program.type().mayWritePacket()) {
                    throw a.reject(register, new Rejection.PacketWrite(), "cannot write into packet");
                }
                checkPacket(register, pointer, off, size, false);
            }
            case MAP_VALUE -> {
                if (maybeNull(type)) {
                    throw notDereferenceable(register, pointer);
                }
                checkMapPermission(register, pointer, off, size, write);
                checkMapValue(register, pointer, off, size, false, true);
                PointerField field = pointers.find(pointer, at);
                if (field != null) {
                    if (write) {
                        pointers.store(pointer, field, valueRegister, constant);
                    } else {
                        pointers.load(pointer, field, dst);
                    }
                    return;
                }
                if (!write && dst >= 0 && loadConstant(pointer, at, size, dst)) {
                    return;
                }
            }
            case MAP_KEY -> {
                if (write) {
                    String message = "write to change key R" + register + " not allowed";
                    throw a.reject(register, new Rejection.MemoryPermission(register, "map_key", true), message);
                }
                checkMapKey(register, pointer, off, size, false);
            }
            case MEM -> {
                if (maybeNull(type)) {
                    throw notDereferenceable(register, pointer);
                }
                if (write && (type & RDONLY) != 0) {
                    throw readOnly(register, pointer);
                }
                if ((type & UNTRUSTED) != 0) {
                    requireKernelMemory();
                } else {
                    checkRegion(register, pointer, off, size, Integer.toUnsignedLong(pointer.memSize), false, "mem");
                }
            }
            // any access passes: what is not there reads as zero and swallows what is written
            case ARENA -> a.arenaInstructions.set(a.slot);
            case MAP -> {
                checkUnmoved(register, pointer, "map_ptr", false);
                mapStructures.access(register, mapOf(pointer), off, size, write, dst);
                return;
            }
            case BTF_ID -> {
                if (maybeNull(type)) {
                    throw notDereferenceable(register, pointer);
                }
                KernelFieldAccess.checkPlace(a, register, pointer, off);
                if (write) {
                    throw a.reject(
                            register,
                            new Rejection.MemoryPermission(register, name(type), true),
                            "only read is supported");
                }
                if (KernelFieldAccess.follow(a, pointer, off, size, dst)) {
                    return;
                }
                requireKernelMemory();
            }
            case CTX -> {
                accessContext(register, pointer, off, size, write, dst);
                return;
            }
            case SOCK_COMMON -> {
                if (maybeNull(type)) {
                    throw notDereferenceable(register, pointer);
                }
                if (write) {
                    String message = "R" + register + " cannot write into sock";
                    throw a.reject(register, new Rejection.MemoryPermission(register, "sock_common", true), message);
                }
                checkSocket(register, pointer, off, size);
            }
            case RAW_MEM, MIXED -> {
                // Checked at run time.
            }
            default -> {
                if (!a.raw) {
                    throw notDereferenceable(register, pointer);
                }
            }
        }
        if (!write && dst >= 0) {
            a.frame().fresh(dst).setUnknownScalar();
        }
    }

    /** Memory that Linux reads with a check for page faults, whatever the pointer says: there is none in a Java process. */
    private void requireKernelMemory() throws VerifierException {
        if (!a.options.allowUnimplemented()) {
            throw a.reject(
                    -1,
                    new Rejection.Unsupported("kernel memory"),
                    "kernel memory can be read inside of a kernel only");
        }
    }

    /** An instruction that is rewritten by what it points to must not be used with different kinds of pointer. */
    private void checkSameKind(int register, int type) throws VerifierException {
        int before = kinds[a.slot];
        if (a.raw) {
            return;
        }
        if (before == NOT_INIT) {
            kinds[a.slot] = type;
        } else if (before != type && (!isPlainMemory(before) || !isPlainMemory(type))) {
            throw a.reject(
                    register,
                    new Rejection.NotDereferenceable(register, name(type)),
                    "same insn cannot be used with different pointers");
        }
    }

    private static boolean isPlainMemory(int type) {
        return switch (base(type)) {
            case CTX, SOCK_COMMON, BTF_ID, ARENA -> false;
            default -> true;
        };
    }

    VerifierException notDereferenceable(int register, RegisterState pointer) {
        String kind = name(pointer.type);
        Rejection reason = pointer.maybeNull()
                ? new Rejection.MaybeNullDereference(register, kind)
                : new Rejection.NotDereferenceable(register, kind);
        return a.reject(register, reason, "R" + register + " invalid mem access '" + kind + "'");
    }

    VerifierException readOnly(int register, RegisterState pointer) {
        String kind = name(pointer.type);
        return a.reject(
                register,
                new Rejection.MemoryPermission(register, kind, true),
                "R" + register + " cannot write into " + kind);
    }

    /** Stack accesses must be naturally aligned; elsewhere the machine copes. */
    private void checkAlignment(int register, RegisterState pointer, int off, int size, String kind)
            throws VerifierException {
        if (size == 1) {
            return;
        }
        Tnum at = pointer.bits.add(Tnum.constant((long) pointer.off + off));
        if (!at.isAligned(size)) {
            throw a.reject(
                    register,
                    new Rejection.MisalignedAccess(register, kind.strip(), (long) pointer.off + off, size),
                    "misaligned " + kind + "access off " + pointer.bits + "+" + pointer.off + "+" + off + " size "
                            + size);
        }
    }

    /** Packet data: a comparison with the end has proven {@code range} bytes behind the pointer's origin. */
    void checkPacket(int register, RegisterState pointer, int off, int size, boolean zeroAllowed)
            throws VerifierException {
        if (pointer.smin < 0) {
            throw a.reject(
                    register,
                    new Rejection.OutOfBoundsPacketAccess(register, pointer.off + off, size, pointer.range),
                    minNegative(register));
        }
        long at = (long) pointer.off + off;
        int range = pointer.range;
        boolean inside = range >= 0 && at >= 0 && (size > 0 || zeroAllowed) && at + size <= range;
        if (!inside) {
            String message = range < 0
                    ? "R" + register + " offset is outside of the packet"
                    : "invalid access to packet, off=" + at + " size=" + size + ", R" + register + "(id=" + pointer.id
                            + ",off=" + at + ",r=" + range + ")";
            throw a.reject(
                    register, new Rejection.OutOfBoundsPacketAccess(register, at, size, Math.max(range, 0)), message);
        }
    }

    private static String minNegative(int register) {
        return "R" + register + " min value is negative, either use unsigned index or do a if (index >=0) check.";
    }

    /** Memory of known size. */
    void checkRegion(
            int register, RegisterState pointer, int off, int size, long memorySize, boolean zeroAllowed, String kind)
            throws VerifierException {
        long at = (long) pointer.off + off;
        long min = at + pointer.smin;
        long max = at + pointer.umax;
        if (pointer.smin < 0 && (pointer.smin == Long.MIN_VALUE || min != (int) min || min < 0)) {
            throw outside(register, pointer, size, memorySize, kind, minNegative(register));
        }
        checkInside(register, pointer, min, size, memorySize, zeroAllowed, kind);
        if (Long.compareUnsigned(pointer.umax, MAX_PROVEN_OFFSET) >= 0) {
            throw outside(
                    register,
                    pointer,
                    size,
                    memorySize,
                    kind,
                    "R" + register + " unbounded memory access, make sure to bounds check any such access");
        }
        checkInside(register, pointer, max, size, memorySize, zeroAllowed, kind);
    }

    private void checkInside(
            int register, RegisterState pointer, long at, int size, long memorySize, boolean zeroAllowed, String kind)
            throws VerifierException {
        if (at >= 0 && (size > 0 || zeroAllowed) && at + size <= memorySize) {
            return;
        }
        String message = switch (kind) {
            case "map_value" ->
                "invalid access to map value, value_size=" + memorySize + " off=" + at + " size=" + size;
            case "map_key" -> "invalid access to map key, key_size=" + memorySize + " off=" + at + " size=" + size;
            default -> "invalid access to memory, mem_size=" + memorySize + " off=" + at + " size=" + size;
        };
        throw outside(register, pointer, size, memorySize, kind, message);
    }

    private VerifierException outside(
            int register, RegisterState pointer, int size, long memorySize, String kind, String message) {
        return a.reject(
                register,
                new Rejection.OutOfBoundsMemoryAccess(
                        register, kind, pointer.off + pointer.smin, pointer.off + pointer.smax, size, memorySize),
                message);
    }

    void checkMapPermission(int register, RegisterState pointer, int off, int size, boolean write)
            throws VerifierException {
        MapDefinition map = mapOf(pointer).definition;
        if (write ? map.isReadOnlyForPrograms() : map.has(MapFlags.WRONLY_PROG)) {
            throw a.reject(
                    register,
                    new Rejection.MemoryPermission(register, "map_value", write),
                    (write ? "write into" : "read from") + " map forbidden, value_size=" + map.valueSize() + " off="
                            + ((long) pointer.off + off) + " size=" + size);
        }
    }

    /** A function accesses a map's value. */
    void checkMapValue(int register, RegisterState pointer, int off, int size, boolean zeroAllowed)
            throws VerifierException {
        checkMapValue(register, pointer, off, size, zeroAllowed, false);
    }

    private void checkMapValue(
            int register, RegisterState pointer, int off, int size, boolean zeroAllowed, boolean direct)
            throws VerifierException {
        checkRegion(register, pointer, off, size, mapOf(pointer).definition.valueSize(), zeroAllowed, "map_value");
        fields.checkAccess(pointer, (long) pointer.off + off, size, direct);
    }

    void checkMapKey(int register, RegisterState pointer, int off, int size, boolean zeroAllowed)
            throws VerifierException {
        checkRegion(register, pointer, off, size, mapOf(pointer).definition.keySize(), zeroAllowed, "map_key");
    }

    static MapObject mapOf(RegisterState pointer) {
        return java.util.Objects.requireNonNull(pointer.map);
    }

    /** A load from a frozen read-only map gives what stands there. */
    private boolean loadConstant(RegisterState pointer, long at, int size, int dst) {
        MapObject map = mapOf(pointer);
        if (map.map == null || !map.readOnly || !pointer.hasConstantOffset()) {
            return false;
        }
        MemorySegment values = map.map.values();
        long offset = at + pointer.bits.value();
        long value = switch (size) {
            case 1 -> values.get(ValueLayout.JAVA_BYTE, offset) & 0xffL;
            case 2 -> values.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset) & 0xffffL;
            case 4 -> values.get(ValueLayout.JAVA_INT_UNALIGNED, offset) & 0xffff_ffffL;
            default -> values.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
        };
        a.frame().fresh(dst).setKnownScalar(value);
        return true;
    }

    // ---- context ----

    /** Pointers that may be moved only by what the instruction itself adds. */
    void checkUnmoved(int register, RegisterState pointer, String kind, boolean fixedAllowed) throws VerifierException {
        if (pointer.off < 0) {
            throw modified(
                    register,
                    pointer,
                    "negative offset " + kind + " ptr R" + register + " off=" + pointer.off + " disallowed");
        }
        if (!fixedAllowed && pointer.off != 0) {
            throw modified(
                    register,
                    pointer,
                    "dereference of modified " + kind + " ptr R" + register + " off=" + pointer.off + " disallowed");
        }
        if (!pointer.isConstant() || pointer.bits.value() != 0) {
            throw modified(register, pointer, "variable " + kind + " access var_off=" + pointer.bits + " disallowed");
        }
    }

    private VerifierException modified(int register, RegisterState pointer, String message) {
        return a.reject(register, new Rejection.PointerArithmetic(register, name(pointer.type), message), message);
    }

    private void accessContext(int register, RegisterState pointer, int off, int size, boolean write, int dst)
            throws VerifierException {
        checkUnmoved(register, pointer, "ctx", false);
        ContextField field = a.program.type().hasPacket() ? ContextField.access(off, size, write) : null;
        if (field == null) {
            throw invalidContext(register, off, size, write);
        }
        if (write || dst < 0) {
            return;
        }
        RegisterState result = a.frame().fresh(dst);
        switch (field.value()) {
            case SCALAR -> result.setUnknownScalar();
            case PACKET -> result.setPointer(PACKET);
            case PACKET_END -> result.setPointer(PACKET_END);
            case SOCKET -> {
                result.setPointer(SOCK_COMMON | MAYBE_NULL);
                result.id = a.newId();
            }
        }
        if (field.value() == ContextField.Value.SCALAR && size < 8) {
            result.truncate(size);
        }
    }

    private VerifierException invalidContext(int register, int off, int size, boolean write) {
        return a.reject(
                register,
                new Rejection.InvalidContextAccess(off, size, write),
                "invalid bpf_context access off=" + off + " size=" + size);
    }

    private void checkSocket(int register, RegisterState pointer, int off, int size) throws VerifierException {
        if (pointer.smin < 0) {
            throw outside(register, pointer, size, 80, "sock_common", minNegative(register));
        }
        long at = (long) off + pointer.off;
        if (SocketFields.isReadable(at, size)) {
            return;
        }
        throw a.reject(
                register,
                new Rejection.OutOfBoundsMemoryAccess(register, "sock_common", at, at, size, 80),
                "R" + register + " invalid sock_common access off=" + at + " size=" + size);
    }
}
