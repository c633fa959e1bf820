/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.objectweb.asm.Opcodes.*;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.Size;
import io.github.bpf4j.compiler.load.KernelField;
import io.github.bpf4j.compiler.load.MapStructure;
import io.github.bpf4j.compiler.verifier.PointerKind;
import io.github.bpf4j.compiler.verifier.RegisterFact;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.StorageOwner;
import java.util.List;
import org.objectweb.asm.Type;

/** Writes loads and stores. Every access to memory is checked by the JVM; those of stack units are moves between locals. */
final class MemoryCode {
    private final Values values;
    private final Code code;
    private final List<BpfMap> maps;
    private final ContextCode context;
    private final boolean keepsReferences;

    /**
     * A writer for one method.
     *
     * @param maps the program's maps
     * @param keepsReferences whether the program loads pointers from stack memory, so that their bases must be stored beside it
     */
    MemoryCode(Values values, Code code, List<BpfMap> maps, boolean keepsReferences) {
        this.values = values;
        this.code = code;
        this.maps = maps;
        this.context = new ContextCode(values, code);
        this.keepsReferences = keepsReferences;
    }

    private boolean is(int register, PointerKind kind) {
        return values.fact(register) instanceof RegisterFact.Pointer pointer && pointer.kind() == kind;
    }

    private boolean isHeapPacket(int register) {
        return values.flavour() == Flavour.HEAP && is(register, PointerKind.PACKET);
    }

    // ---- loads --------------------------------------------------------------------------------------------------

    void load(Instruction.Load load) {
        int unit = values.plan().effects().unit(values.slot());
        if (unit != Effects.NONE) {
            loadUnit(load, unit);
        } else if (is(load.base(), PointerKind.CTX)) {
            context.load(load);
        } else if (is(load.base(), PointerKind.MAP)) {
            loadMapField(load);
        } else if (is(load.base(), PointerKind.BTF_ID)) {
            followKernelField(load);
        } else if (isHeapPacket(load.base())) {
            pushArrayElement(load);
            popLoaded(load.dst(), load.size(), load.signed());
        } else {
            values.pushSegment(load.base());
            code.getStatic(Types.MEMORY, layout(load.size(), load.signed()), layoutField(load.size(), load.signed()));
            pushOffset(load.base(), load.offset());
            code.invokeInterface(Types.SEGMENT, "get", getter(load.size(), load.signed()));
            if (load.size() == Size.DW && keepsReferences && is(load.base(), PointerKind.STACK)) {
                popReferenceAt(load);
            } else {
                extendByte(load.size(), load.signed());
                popLoaded(load.dst(), load.size(), load.signed());
            }
        }
    }

    /** A field of {@code struct bpf_map}: the verifier saw to it that it is one of a single map. */
    private void loadMapField(Instruction.Load load) {
        MapStructure field = load.size().bytes() == MapStructure.BYTES ? MapStructure.at(load.offset()) : null;
        if (field == null || !(values.fact(load.base()) instanceof RegisterFact.Pointer map) || map.map() < 0) {
            throw new CodeGenerationException(
                    "instruction " + values.slot() + " reads a part of struct bpf_map that is not there");
        }
        code.iconst(field.valueIn(maps.get(map.map()).definition()));
        popLoaded(load.dst(), load.size(), load.signed());
    }

    /** A pointer in an object of the kernel's: what leads from a task to its cgroups is the task itself. */
    private void followKernelField(Instruction.Load load) {
        KernelField field = KernelField.at(load.offset() + fixedOffset(load.base()));
        if (field == null) {
            throw new CodeGenerationException(
                    "instruction " + values.slot() + " reads a part of a kernel object that is not there");
        }
        code.lconst(0);
        switch (field) {
            case CGROUPS -> values.pushObject(load.base());
            case DFL_CGRP -> {
                code.aload(values.locals().context);
                code.invokeVirtual(
                        Types.CONTEXT, "cgroup", "()" + Types.field(Type.getInternalName(StorageOwner.class)));
            }
        }
        values.popReference(load.dst(), values.definedRep());
    }

    private long fixedOffset(int register) {
        return values.fact(register) instanceof RegisterFact.Pointer pointer && pointer.hasConstantOffset()
                ? pointer.minOffset()
                : 0;
    }

    private void pushArrayElement(Instruction.Load load) {
        if (load.size() == Size.B) {
            pushArrayIndex(load.base(), load.offset());
            code.op(BALOAD);
            extendByte(load.size(), load.signed());
            return;
        }
        String handle = load.signed() && load.size() == Size.H ? "SHORT_ARRAY" : arrayHandle(load.size());
        code.getStatic(Types.MEMORY, handle, Types.field(Types.VAR_HANDLE));
        pushArrayIndex(load.base(), load.offset());
        code.invokeVirtual(Types.VAR_HANDLE, "get", "([BI)" + primitive(load.size(), load.signed()));
    }

    private void pushArrayIndex(int base, int offset) {
        code.aload(values.locals().packet);
        values.pushInt(base);
        if (offset != 0) {
            code.iconst(offset).op(IADD);
        }
    }

    private void extendByte(Size size, boolean signed) {
        if (size == Size.B && !signed) {
            code.iconst(0xff).op(IAND);
        }
    }

    private void popLoaded(int dst, Size size, boolean signed) {
        if (size == Size.DW) {
            values.popLong(dst);
        } else {
            values.popInt(dst, signed);
        }
    }

    /** Pushes an offset into a segment. */
    void pushOffset(int base, int offset) {
        RegisterFact fact = values.fact(base);
        boolean small = base == 10
                || fact instanceof RegisterFact.Pointer pointer
                        && (pointer.kind() == PointerKind.STACK || pointer.kind() == PointerKind.PACKET);
        if (small) {
            values.pushInt(base);
            if (offset != 0) {
                code.iconst(offset).op(IADD);
            }
            code.op(I2L);
        } else {
            values.pushLong(base);
            if (offset != 0) {
                code.lconst(offset).op(LADD);
            }
        }
    }

    private void popReferenceAt(Instruction.Load load) {
        Rep rep = values.definedRep();
        if (!rep.hasBase() && rep.kind() != Rep.Kind.MAP_VALUE) {
            values.popLong(load.dst());
            return;
        }
        pushReferenceSlot(load.base(), load.offset());
        code.op(AALOAD);
        values.popReference(load.dst(), rep);
    }

    private void pushReferenceSlot(int base, int offset) {
        code.aload(values.locals().context);
        code.invokeVirtual(Types.CONTEXT, "stackReferences", "()[" + Types.field(Types.OBJECT));
        values.pushInt(base);
        if (offset != 0) {
            code.iconst(offset).op(IADD);
        }
        code.iconst(3).op(IUSHR);
    }

    private void loadUnit(Instruction.Load load, int unit) {
        StackPlan.Unit place = values.plan().stack().units().get(unit - Effects.FIRST_UNIT);
        boolean whole = values.plan().effects().wholeUnit(values.slot());
        if (whole && load.size() == Size.DW) {
            values.copyUnit(unit, load.dst());
            return;
        }
        int shift = 8 * (StackPlan.frameOffset(values.plan().graph(), values.slot()) - place.offset());
        Rep rep = values.rep(unit);
        if (rep.isInt() && shift < Integer.SIZE) {
            code.iload(values.locals().intOf(unit));
            if (shift != 0) {
                code.iconst(shift).op(rep.kind() == Rep.Kind.INT_SIGNED ? ISHR : IUSHR);
            }
        } else {
            values.pushVariableLong(unit, false);
            if (shift != 0) {
                code.iconst(shift).op(LUSHR);
            }
            code.op(L2I);
        }
        if (!whole || load.signed()) {
            truncate(load.size(), load.signed());
        }
        values.popInt(load.dst(), load.signed());
    }

    private void truncate(Size size, boolean signed) {
        switch (size) {
            case B -> {
                if (signed) {
                    code.op(I2B);
                } else {
                    code.iconst(0xff).op(IAND);
                }
            }
            case H -> code.op(signed ? I2S : I2C);
            case W, DW -> {
                // nothing to cut
            }
        }
    }

    // ---- stores -------------------------------------------------------------------------------------------------

    void store(Instruction.Store store) {
        int unit = values.plan().effects().unit(values.slot());
        if (unit != Effects.NONE) {
            storeUnit(store, unit);
        } else if (is(store.base(), PointerKind.CTX)) {
            context.store(store);
        } else if (isHeapPacket(store.base())) {
            storeArrayElement(store);
        } else {
            values.pushSegment(store.base());
            code.getStatic(Types.MEMORY, layout(store.size(), true), layoutField(store.size(), true));
            pushOffset(store.base(), store.offset());
            pushStored(store);
            code.invokeInterface(Types.SEGMENT, "set", setter(store.size()));
            if (store.size() == Size.DW && keepsReferences && is(store.base(), PointerKind.STACK)) {
                pushReferenceSlot(store.base(), store.offset());
                if (store.src().isRegister()) {
                    values.pushObject(store.src().register());
                } else {
                    code.op(ACONST_NULL);
                }
                code.op(AASTORE);
            }
        }
    }

    private void pushStored(Instruction.Store store) {
        if (store.size() == Size.DW) {
            values.pushLong(store.src());
            return;
        }
        values.pushInt(store.src());
        if (store.size() == Size.B) {
            code.op(I2B);
        } else if (store.size() == Size.H) {
            code.op(I2S);
        }
    }

    private void storeArrayElement(Instruction.Store store) {
        if (store.size() == Size.B) {
            pushArrayIndex(store.base(), store.offset());
            values.pushInt(store.src());
            code.op(BASTORE);
            return;
        }
        String handle = store.size() == Size.H ? "SHORT_ARRAY" : arrayHandle(store.size());
        code.getStatic(Types.MEMORY, handle, Types.field(Types.VAR_HANDLE));
        pushArrayIndex(store.base(), store.offset());
        pushStored(store);
        code.invokeVirtual(Types.VAR_HANDLE, "set", "([BI" + primitive(store.size(), true) + ")V");
    }

    private void storeUnit(Instruction.Store store, int unit) {
        StackPlan.Unit place = values.plan().stack().units().get(unit - Effects.FIRST_UNIT);
        Rep rep = values.definedUnitRep();
        boolean whole = values.plan().effects().wholeUnit(values.slot());
        if (whole && store.size() == Size.DW) {
            if (store.src().isRegister()) {
                values.pushAs(store.src().register(), rep);
                values.pop(unit, rep);
            } else {
                code.lconst(store.src().immediate());
                values.popLong(unit, rep);
            }
            return;
        }
        int shift = 8 * (StackPlan.frameOffset(values.plan().graph(), values.slot()) - place.offset());
        int bits = 8 * store.size().bytes();
        if (rep.isInt()) {
            values.pushInt(store.src());
            truncate(store.size(), false);
            if (!whole) {
                code.iconst(shift).op(ISHL);
                code.iload(values.locals().intOf(unit));
                code.iconst(~(int) (((1L << bits) - 1) << shift)).op(IAND, IOR);
            }
            code.istore(values.locals().intOf(unit));
        } else {
            values.pushInt(store.src());
            truncate(store.size(), false);
            code.op(I2L);
            if (store.size() == Size.W) {
                code.zeroExtend();
            }
            if (!whole) {
                code.iconst(shift).op(LSHL);
                values.pushVariableLong(unit, false);
                code.lconst(~(((1L << bits) - 1) << shift)).op(LAND, LOR);
            }
            values.popLong(unit, rep);
        }
    }

    /** Writes units to their place in memory, for a helper that reads it there. */
    void flush(int[] units) {
        for (int index : units) {
            StackPlan.Unit place = values.plan().stack().units().get(index);
            Size size = Size.values()[Integer.numberOfTrailingZeros(place.size())];
            int unit = Effects.FIRST_UNIT + index;
            values.bases().pushStack();
            code.getStatic(Types.MEMORY, layout(size, true), layoutField(size, true));
            values.pushFrameAddress(place.offset() - 512);
            code.op(I2L);
            values.pushVariableLong(unit, false);
            if (size != Size.DW) {
                code.op(L2I);
            }
            if (size == Size.B) {
                code.op(I2B);
            } else if (size == Size.H) {
                code.op(I2S);
            }
            code.invokeInterface(Types.SEGMENT, "set", setter(size));
        }
    }

    // ---- atomics ------------------------------------------------------------------------------------------------

    /** Writes an atomic operation (RFC 9669 section 5.3). Memory that no other thread sees needs no atomic access. */
    void atomic(Instruction.Atomic atomic) {
        boolean isLong = atomic.size() == Size.DW;
        String primitive = isLong ? "J" : "I";
        boolean compares = atomic.op() == Instruction.AtomicOp.CMPXCHG;
        boolean isPrivate = is(atomic.base(), PointerKind.STACK) || values.flavour() == Flavour.RAW;
        if (!isPrivate) {
            code.getStatic(Types.MEMORY, isLong ? "LONG_ATOMIC" : "INT_ATOMIC", Types.field(Types.VAR_HANDLE));
        }
        values.pushSegment(atomic.base());
        pushOffset(atomic.base(), atomic.offset());
        if (compares) {
            pushNumber(0, isLong);
        }
        pushNumber(atomic.src(), isLong);
        String arguments =
                "(" + Types.field(Types.SEGMENT) + "J" + primitive + (compares ? primitive : "") + ")" + primitive;
        if (isPrivate) {
            code.invokeStatic(Types.PRIVATE_MEMORY, accessor(atomic.op()), arguments);
        } else {
            code.invokeVirtual(Types.VAR_HANDLE, accessor(atomic.op()), arguments);
        }
        if (!atomic.fetch()) {
            code.op(isLong ? POP2 : POP);
            return;
        }
        int register = compares ? 0 : atomic.src();
        if (isLong) {
            values.popLong(register);
        } else {
            values.popInt(register, false);
        }
    }

    private void pushNumber(int register, boolean isLong) {
        if (isLong) {
            values.pushLong(register);
        } else {
            values.pushInt(register);
        }
    }

    private static String accessor(Instruction.AtomicOp op) {
        return switch (op) {
            case ADD -> "getAndAdd";
            case OR -> "getAndBitwiseOr";
            case AND -> "getAndBitwiseAnd";
            case XOR -> "getAndBitwiseXor";
            case XCHG -> "getAndSet";
            case CMPXCHG -> "compareAndExchange";
        };
    }

    void loadAcquire(Instruction.LoadAcquire load) {
        if (values.flavour() == Flavour.RAW || is(load.base(), PointerKind.PACKET)) {
            load(new Instruction.Load(load.size(), false, load.dst(), load.base(), load.offset()));
            return;
        }
        code.getStatic(Types.MEMORY, orderedHandle(load.size()), Types.field(Types.VAR_HANDLE));
        values.pushSegment(load.base());
        pushOffset(load.base(), load.offset());
        code.invokeVirtual(
                Types.VAR_HANDLE, "getAcquire", "(" + Types.field(Types.SEGMENT) + "J)" + primitive(load.size(), true));
        truncate(load.size() == Size.DW ? Size.W : load.size(), false);
        popLoaded(load.dst(), load.size(), false);
    }

    void storeRelease(Instruction.StoreRelease store) {
        Instruction.Store plain = new Instruction.Store(
                store.size(), store.base(), store.offset(), Instruction.Operand.register(store.src()));
        if (values.flavour() == Flavour.RAW || is(store.base(), PointerKind.PACKET)) {
            store(plain);
            return;
        }
        code.getStatic(Types.MEMORY, orderedHandle(store.size()), Types.field(Types.VAR_HANDLE));
        values.pushSegment(store.base());
        pushOffset(store.base(), store.offset());
        pushStored(plain);
        code.invokeVirtual(
                Types.VAR_HANDLE,
                "setRelease",
                "(" + Types.field(Types.SEGMENT) + "J" + primitive(store.size(), true) + ")V");
    }

    // ---- names --------------------------------------------------------------------------------------------------

    private static String primitive(Size size, boolean signed) {
        return switch (size) {
            case B -> "B";
            case H -> signed ? "S" : "C";
            case W -> "I";
            case DW -> "J";
        };
    }

    private static String arrayHandle(Size size) {
        return switch (size) {
            case B -> throw new AssertionError("bytes need no handle");
            case H -> "CHAR_ARRAY";
            case W -> "INT_ARRAY";
            case DW -> "LONG_ARRAY";
        };
    }

    private static String orderedHandle(Size size) {
        return switch (size) {
            case B -> "BYTE_ATOMIC";
            case H -> "SHORT_ATOMIC";
            case W -> "INT_ATOMIC";
            case DW -> "LONG_ATOMIC";
        };
    }

    private static String layout(Size size, boolean signed) {
        return switch (size) {
            case B -> "BYTE";
            case H -> signed ? "SHORT" : "CHAR";
            case W -> "INT";
            case DW -> "LONG";
        };
    }

    private static String layoutField(Size size, boolean signed) {
        return "Ljava/lang/foreign/ValueLayout$Of"
                + switch (size) {
                    case B -> "Byte";
                    case H -> signed ? "Short" : "Char";
                    case W -> "Int";
                    case DW -> "Long";
                }
                + ";";
    }

    private static String getter(Size size, boolean signed) {
        return "(" + layoutField(size, signed) + "J)" + primitive(size, signed);
    }

    private static String setter(Size size) {
        return "(" + layoutField(size, true) + "J" + primitive(size, true) + ")V";
    }
}
