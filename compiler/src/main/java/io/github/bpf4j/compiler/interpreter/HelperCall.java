/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.interpreter;

import io.github.bpf4j.compiler.interpreter.InterpreterTrapException.Reason;
import io.github.bpf4j.runtime.helper.ArgType;
import io.github.bpf4j.runtime.helper.Helper;
import io.github.bpf4j.runtime.helper.Implementation;
import io.github.bpf4j.runtime.helper.Kfunc;
import io.github.bpf4j.runtime.helper.ReturnType;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfCallback;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A call of a helper or kfunc through its row: checks what memory the arguments reach, calls the Java method, and says what the result
 * points to.
 *
 * @param name the helper's name
 * @param args its argument types
 * @param returns what it returns
 * @param returnSize bytes behind a returned pointer of fixed size
 * @param implementation the Java method
 */
record HelperCall(
        String name,
        List<ArgType> args,
        ReturnType returns,
        int returnSize,
        @Nullable Implementation implementation) {
    private static final ConcurrentMap<Implementation, MethodHandle> METHODS = new ConcurrentHashMap<>();

    static HelperCall of(Helper row, ProgramType type) {
        return new HelperCall(row.name(), row.args(), row.returns(), 0, row.implementation(type));
    }

    static HelperCall of(Kfunc row, ProgramType type) {
        return new HelperCall(row.name(), row.args(), row.returns(), row.returnSize(), row.implementation(type));
    }

    /**
     * Makes the call.
     *
     * @param slot where the call stands
     * @param context the worker
     * @param memory its memory
     * @param values r1 to r5; as many as the row has arguments are used
     * @param callbacks makes a callback of a function reference
     * @return r0, or null if it is not readable afterwards
     */
    @Nullable
    Value call(
            int slot,
            ExecutionContext context,
            Memory memory,
            @Nullable Value[] values,
            Function<FunctionReference, BpfCallback> callbacks) {
        if (implementation == null) {
            throw new InterpreterTrapException(slot, Reason.BAD_CALL, name + " is not implemented");
        }
        List<@Nullable Object> parameters = new ArrayList<>();
        parameters.add(context);
        for (int i = 0; i < args.size(); i++) {
            Value value = values[i];
            ArgType.Kind kind = args.get(i).kind();
            if (kind == ArgType.Kind.IGNORED || (kind == ArgType.Kind.UNCHECKED && value == null)) {
                value = Value.ZERO;
            }
            if (value == null) {
                throw new InterpreterTrapException(slot, Reason.UNINITIALIZED_REGISTER, "R" + (i + 1) + " !read_ok");
            }
            checkMemory(slot, memory, values, i, value);
            addParameters(slot, args.get(i), value, parameters, callbacks);
        }
        context.setResultBase(null);
        Object result;
        try {
            result = METHODS.computeIfAbsent(implementation, HelperCall::find).invokeWithArguments(parameters);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(name + " failed", e);
        }
        return returned(context, result, values);
    }

    private static MethodHandle find(Implementation implementation) {
        List<Method> methods = Arrays.stream(implementation.owner().getMethods())
                .filter(method -> method.getName().equals(implementation.method()))
                .toList();
        if (methods.size() != 1) {
            throw new LinkageError(implementation + " names " + methods.size() + " methods");
        }
        try {
            return MethodHandles.lookup().unreflect(methods.getFirst());
        } catch (IllegalAccessException e) {
            throw new LinkageError(implementation + " is not public", e);
        }
    }

    /** The callee may touch all bytes that the argument stands for. */
    private void checkMemory(int slot, Memory memory, @Nullable Value[] values, int index, Value value) {
        long size = switch (args.get(index).kind()) {
            case PTR_TO_MAP_KEY -> map(slot, values).definition().keySize();
            case PTR_TO_MAP_VALUE -> map(slot, values).definition().valueSize();
            case PTR_TO_MEM, PTR_TO_DYNPTR, PTR_TO_ITER, PTR_TO_IRQ_FLAG -> memorySize(values, index);
            default -> -1;
        };
        if (size > 0 && (value.isPointer() || !args.get(index).has(ArgType.Flag.OR_NULL))) {
            memory.check(slot, value, 0, size);
        }
    }

    private long memorySize(@Nullable Value[] values, int index) {
        if (args.get(index).size() > 0 || index + 1 >= args.size()) {
            return args.get(index).size();
        }
        Value size = values[index + 1];
        return switch (args.get(index + 1).kind()) {
            case CONST_SIZE, CONST_SIZE_OR_ZERO, CONST_ALLOC_SIZE_OR_ZERO -> size == null ? 0 : size.asNumber();
            default -> 0;
        };
    }

    private BpfMap map(int slot, @Nullable Value[] values) {
        for (int i = 0; i < args.size(); i++) {
            Value value = values[i];
            if (args.get(i).kind() == ArgType.Kind.CONST_MAP_PTR
                    && value != null
                    && value.base() instanceof BpfMap map) {
                return map;
            }
        }
        throw new InterpreterTrapException(slot, Reason.BAD_CALL, name + " has no map argument");
    }

    /** The Java parameters of one argument. */
    private void addParameters(
            int slot,
            ArgType type,
            Value value,
            List<@Nullable Object> parameters,
            Function<FunctionReference, BpfCallback> callbacks) {
        switch (type.kind().passing()) {
            case NUMBER, ZERO -> parameters.add(value.asNumber());
            case CONTEXT -> parameters.add(base(slot, SkBuff.class, value));
            case MAP -> parameters.add(base(slot, BpfMap.class, value));
            case CALLBACK -> parameters.add(callbacks.apply(base(slot, FunctionReference.class, value)));
            case OBJECT -> parameters.add(value.base());
            case MEMORY -> {
                parameters.add(value.isPointer() ? base(slot, MemorySegment.class, value) : null);
                parameters.add(value.number());
            }
            case ADDRESS -> {
                parameters.add(value.base() instanceof MemorySegment memory ? memory : null);
                parameters.add(value.number());
            }
        }
    }

    private <T> T base(int slot, Class<T> type, Value value) {
        Object base = value.base();
        if (!type.isInstance(base)) {
            throw new InterpreterTrapException(
                    slot, Reason.BAD_CALL, name + " needs a pointer to " + type.getSimpleName());
        }
        return type.cast(base);
    }

    private @Nullable Value returned(ExecutionContext context, @Nullable Object result, @Nullable Value[] values) {
        if (!(result instanceof Long number)) {
            return null;
        }
        if (returns == ReturnType.INTEGER) {
            return Value.scalar(number);
        }
        Object base = context.resultBase();
        return base == null ? Value.ZERO : Value.pointer(base, number, returnedSize(base, values));
    }

    private long returnedSize(Object base, @Nullable Value[] values) {
        return switch (returns) {
            case INTEGER, VOID, BTF_ID, BTF_ID_OR_NULL, SOCK_COMMON_OR_NULL -> 0;
            case MAP_VALUE_OR_NULL ->
                base instanceof BpfMap ? 0 : map(0, values).definition().valueSize();
            case RINGBUF_MEM_OR_NULL -> argument(ArgType.Kind.CONST_ALLOC_SIZE_OR_ZERO, values);
            case DYNPTR_MEM_OR_NULL -> lastArgument(values);
            case MEM_OR_NULL, RDONLY_MEM_OR_NULL, RDONLY_MEM -> returnSize > 0 ? returnSize : lastArgument(values);
        };
    }

    private long argument(ArgType.Kind kind, @Nullable Value[] values) {
        for (int i = 0; i < args.size(); i++) {
            Value value = values[i];
            if (args.get(i).kind() == kind && value != null) {
                return value.asNumber();
            }
        }
        return 0;
    }

    private long lastArgument(@Nullable Value[] values) {
        Value value = values[args.size() - 1];
        return value == null ? 0 : value.asNumber();
    }
}
