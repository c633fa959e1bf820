/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.objectweb.asm.Opcodes.*;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.verifier.PointerKind;
import io.github.bpf4j.compiler.verifier.RegisterFact;
import io.github.bpf4j.runtime.helper.ArgType;
import io.github.bpf4j.runtime.helper.Implementation;
import io.github.bpf4j.runtime.helper.ReturnType;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Type;

/** Writes calls of helpers, kfuncs and subprograms. */
final class CallCode {
    private static final String SEGMENT_AND_OFFSET = Types.field(Types.SEGMENT) + "J";

    private final Values values;
    private final Code code;
    private final MemoryCode memory;
    private final IntFunction<FunctionPlan> functionAt;
    private final List<BpfMap> maps;
    private final ClassPool pool;
    private final ProgramType programType;

    CallCode(
            Values values,
            Code code,
            MemoryCode memory,
            IntFunction<FunctionPlan> functionAt,
            List<BpfMap> maps,
            ClassPool pool,
            ProgramType programType) {
        this.values = values;
        this.code = code;
        this.memory = memory;
        this.functionAt = functionAt;
        this.maps = maps;
        this.pool = pool;
        this.programType = programType;
    }

    void call(Instruction.Call call) {
        if (call.kind() == Instruction.CallKind.SUBPROGRAM) {
            subprogram(functionAt.apply(values.slot() + 1 + call.target()));
            return;
        }
        Callee callee = Callee.of(call);
        switch (callee.id()) {
            case Callee.MAP_LOOKUP -> lookup();
            case Callee.MAP_UPDATE -> update();
            case Callee.MAP_DELETE -> delete();
            case Callee.GET_SMP_PROCESSOR_ID -> {
                pushCpu();
                values.popInt(0, true);
            }
            default -> helper(callee);
        }
        if (callee.changesPacketData()) {
            reloadPacket();
        }
    }

    /** Fetches the packet's memory again after a call that may have moved the packet. */
    private void reloadPacket() {
        Locals locals = values.locals();
        if (locals.packet != Locals.NONE) {
            code.aload(locals.skb());
            String getter = values.flavour() == Flavour.HEAP ? "array" : "memory";
            code.invokeVirtual(
                    Types.SKB,
                    getter,
                    "()" + Type.getObjectType(values.flavour().packetType()).getDescriptor());
            code.astore(locals.packet);
        }
    }

    // ---- subprograms --------------------------------------------------------------------------------------------

    private void subprogram(FunctionPlan callee) {
        Flavour flavour = values.flavour();
        code.aload(values.locals().context);
        if (flavour != Flavour.RAW) {
            code.aload(values.locals().skb());
        }
        values.pushFrameAddress(ExecutionContext.FRAME_SIZE);
        for (int register = 1; register <= 5; register++) {
            if ((callee.argumentMask() & (1L << register)) != 0) {
                values.pushAs(register, callee.argument(register));
            }
        }
        code.invokeStatic(pool.owner(flavour.method(callee)), flavour.method(callee), flavour.descriptor(callee));
        if (callee.returnsPointer()) {
            popResult();
        } else {
            values.popLong(0);
        }
        if (callee.changesPacketData()) {
            reloadPacket();
        }
    }

    /** Pops a number and takes the base from where callees leave it. */
    private void popResult() {
        Rep rep = values.definedRep();
        if (rep.hasBase() || rep.kind() == Rep.Kind.MAP_VALUE) {
            code.aload(values.locals().context);
            code.invokeVirtual(Types.CONTEXT, "resultBase", "()" + Types.field(Types.OBJECT));
            values.popReference(0, rep);
        } else {
            values.popLong(0);
        }
    }

    // ---- maps ---------------------------------------------------------------------------------------------------

    private void pushCpu() {
        code.aload(values.locals().context).invokeVirtual(Types.CONTEXT, "cpu", "()I");
    }

    private void pushMapArgument(int register) {
        values.pushObject(register);
        if (constantMap(register) == null) {
            code.checkCast(Types.MAP);
        }
    }

    private @Nullable BpfMap constantMap(int register) {
        return values.fact(register) instanceof RegisterFact.Pointer pointer
                        && pointer.kind() == PointerKind.MAP
                        && pointer.map() >= 0
                        && !pointer.maybeNull()
                ? maps.get(pointer.map())
                : null;
    }

    private void pushMemory(int register) {
        values.pushSegment(register);
        memory.pushOffset(register, 0);
    }

    private void flush() {
        memory.flush(values.plan().keys().unitsRead(values.slot()));
    }

    private void lookup() {
        BpfMap map = constantMap(1);
        if (map != null && holdsMaps(map)) {
            flush();
            code.lconst(0);
            pushMapArgument(1);
            pushMemory(2);
            code.invokeVirtual(Types.MAP, "lookupInner", "(" + SEGMENT_AND_OFFSET + ")" + Types.field(Types.MAP));
            values.popReference(0, values.definedRep());
            return;
        }
        Rep rep = values.definedRep();
        String fast = map == null ? null : fastLookup(map);
        StackPlan.Unit unit = keyUnit();
        int innerMap = Locals.NONE;
        if (fast != null && unit != null) {
            values.bases().pushKeyLookup(((RegisterFact.Pointer) values.fact(1)).map());
            pushCpu();
            int variable = Effects.FIRST_UNIT + values.plan().stack().units().indexOf(unit);
            values.pushVariableLong(variable, true);
            if (fast.equals("lookupInt")) {
                code.op(L2I);
            }
            code.invokeInterface(Types.KEY_LOOKUP, fast, fast.equals("lookupInt") ? "(II)J" : "(IJ)J");
        } else {
            flush();
            pushMapArgument(1);
            if (map == null) {
                innerMap = values.locals().temporary(1);
                code.op(DUP).astore(innerMap);
            }
            pushCpu();
            pushMemory(2);
            code.invokeVirtual(Types.MAP, "lookup", "(I" + SEGMENT_AND_OFFSET + ")J");
        }
        if (rep.kind() == Rep.Kind.MAP_VALUE) {
            values.pop(0, rep);
        } else {
            popFound(rep, innerMap);
        }
    }

    /** Pops an offset that is -1 for NULL into a variable that keeps its base. */
    private void popFound(Rep rep, int innerMap) {
        if (!rep.hasBase()) {
            code.op(POP2);
            return;
        }
        int number = values.locals().longOf(0);
        code.lstore(number);
        code.lload(number).op(DUP2).iconst(63).op(LSHR).lconst(-1).op(LXOR, LAND);
        if (innerMap == Locals.NONE) {
            values.bases().pushMapValues(((RegisterFact.Pointer) values.fact(1)).map());
        } else {
            code.aload(innerMap).invokeVirtual(Types.MAP, "values", "()" + Types.field(Types.SEGMENT));
        }
        code.lload(number);
        code.invokeStatic(Types.MEMORY, "baseOrNull", "(" + SEGMENT_AND_OFFSET + ")" + Types.field(Types.SEGMENT));
        values.pop(0, rep);
    }

    private static boolean holdsMaps(BpfMap map) {
        MapType type = map.definition().type();
        return type == MapType.ARRAY_OF_MAPS || type == MapType.HASH_OF_MAPS;
    }

    /** The unit that is exactly the key of a lookup, or null. */
    private StackPlan.@Nullable Unit keyUnit() {
        for (KeyFlow.Range range : values.plan().keys().ranges(values.slot())) {
            int index = values.plan().stack().unitAt(range.offset());
            if (range.argument() == 2 && index >= 0) {
                StackPlan.Unit unit = values.plan().stack().units().get(index);
                return unit.offset() == range.offset() && unit.size() == range.size() ? unit : null;
            }
        }
        return null;
    }

    /** The lookup method of a map kind that takes the key as a number, or null. */
    private static @Nullable String fastLookup(BpfMap map) {
        String name = switch (map.definition().keySize()) {
            case 4 -> "lookupInt";
            case 8 -> "lookupLong";
            default -> null;
        };
        if (name == null) {
            return null;
        }
        try {
            Method method =
                    map.getClass().getMethod(name, int.class, name.equals("lookupInt") ? int.class : long.class);
            return method.getDeclaringClass() == BpfMap.class ? null : name;
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    private void update() {
        flush();
        pushMapArgument(1);
        pushCpu();
        pushMemory(2);
        pushMemory(3);
        values.pushLong(4);
        code.invokeVirtual(Types.MAP, "update", "(I" + SEGMENT_AND_OFFSET + SEGMENT_AND_OFFSET + "J)I");
        values.popInt(0, true);
    }

    private void delete() {
        flush();
        pushMapArgument(1);
        pushMemory(2);
        code.invokeVirtual(Types.MAP, "delete", "(" + SEGMENT_AND_OFFSET + ")I");
        values.popInt(0, true);
    }

    // ---- helpers in general -------------------------------------------------------------------------------------

    private void helper(Callee callee) {
        Method method = method(callee);
        Class<?>[] parameters = method.getParameterTypes();
        boolean hasCallback = callee.args().stream().anyMatch(arg -> arg.kind() == ArgType.Kind.PTR_TO_FUNC);
        flush();
        if (hasCallback) {
            setCallbackFrame(ExecutionContext.FRAME_SIZE);
        }
        int parameter = 0;
        if (parameters.length > 0 && parameters[0] == ExecutionContext.class) {
            code.aload(values.locals().context);
            parameter = 1;
        }
        for (int argument = 1; argument <= callee.args().size(); argument++) {
            parameter += pushArgument(callee, argument, parameters, parameter);
        }
        if (parameter != parameters.length) {
            throw new CodeGenerationException(callee.name() + ": " + method + " does not fit the table row");
        }
        code.invokeStatic(
                Type.getInternalName(method.getDeclaringClass()), method.getName(), Type.getMethodDescriptor(method));
        if (hasCallback) {
            setCallbackFrame(0);
        }
        result(callee, method);
    }

    private void setCallbackFrame(int above) {
        code.aload(values.locals().context);
        values.pushFrameAddress(above);
        code.invokeVirtual(Types.CONTEXT, "setCallbackFrame", "(I)V");
    }

    private Method method(Callee callee) {
        Implementation implementation = callee.implementation(programType);
        if (implementation == null) {
            throw new CodeGenerationException(callee.name() + " is not implemented");
        }
        List<Method> methods = Arrays.stream(implementation.owner().getDeclaredMethods())
                .filter(method -> method.getName().equals(implementation.method()))
                .toList();
        if (methods.size() != 1) {
            throw new CodeGenerationException(
                    callee.name() + ": " + methods.size() + " methods are called " + implementation.method());
        }
        return methods.get(0);
    }

    /** Pushes an argument and returns how many Java parameters it became. */
    private int pushArgument(Callee callee, int register, Class<?>[] parameters, int parameter) {
        if (parameter >= parameters.length) {
            throw new CodeGenerationException(callee.name() + ": its Java method has too few parameters");
        }
        return switch (callee.args().get(register - 1).kind().passing()) {
            case NUMBER -> {
                if (parameters[parameter] == int.class) {
                    values.pushInt(register);
                } else {
                    values.pushLong(register);
                    if (parameter + 1 < parameters.length && parameters[parameter + 1] == Object.class) {
                        // a value of any type that a callback receives: with its base
                        values.pushObject(register);
                        yield 2;
                    }
                }
                yield 1;
            }
            case CONTEXT -> {
                code.aload(values.locals().skb());
                yield 1;
            }
            case MAP -> {
                pushMapArgument(register);
                yield 1;
            }
            case MEMORY -> {
                if (parameters[parameter] == long.class) {
                    // number first, then a base of any class, as callbacks receive them
                    values.pushLong(register);
                    values.pushObject(register);
                } else {
                    pushMemory(register);
                }
                yield 2;
            }
            case ADDRESS -> {
                values.pushSegmentIfAny(register);
                values.pushLong(register);
                yield 2;
            }
            case CALLBACK -> {
                values.pushObject(register);
                code.checkCast(Types.CALLBACK);
                yield 1;
            }
            case OBJECT -> {
                values.pushObject(register);
                yield 1;
            }
            case ZERO -> {
                code.lconst(0);
                yield 1;
            }
        };
    }

    private void result(Callee callee, Method method) {
        Class<?> type = method.getReturnType();
        if (type == void.class) {
            if (!(values.after(0) instanceof RegisterFact.Unusable)) {
                code.lconst(0);
                values.popLong(0);
            }
        } else if (callee.returns() != ReturnType.INTEGER && callee.returns() != ReturnType.VOID) {
            popResult();
        } else if (type == int.class) {
            values.popInt(0, true);
        } else {
            values.popLong(0);
        }
    }
}
