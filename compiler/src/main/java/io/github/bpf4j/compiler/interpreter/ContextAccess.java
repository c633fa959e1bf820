/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.interpreter;

import io.github.bpf4j.compiler.interpreter.InterpreterTrapException.Reason;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.ContextField;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** Loads and stores through the context pointer, as {@link ContextField} declares them. */
final class ContextAccess {
    private ContextAccess() {}

    static Value load(int slot, SkBuff skb, long offset, int width) {
        ContextField field = allowed(slot, offset, width, false);
        return switch (field.value()) {
            case SCALAR -> Value.scalar(number(skb, field, offset, width));
            case PACKET -> new Value(skb.data(), skb.memory(), skb.data(), skb.dataEnd());
            case PACKET_END -> new Value(skb.dataEnd(), skb.memory(), skb.data(), skb.dataEnd());
            case SOCKET -> skb.hasSocket() ? new Value(0, Socket.INSTANCE, 0, 0) : Value.ZERO;
        };
    }

    static void store(int slot, SkBuff skb, long offset, int width, long value) {
        ContextField field = allowed(slot, offset, width, true);
        if (width == Long.BYTES) {
            write(skb, field, (int) value);
            write(skb, next(slot, field), (int) (value >>> 32));
            return;
        }
        int shift = (int) (offset - field.offset()) * Byte.SIZE;
        long mask = ((1L << width * Byte.SIZE) - 1) << shift;
        write(skb, field, (int) ((read(skb, field) & ~mask) | (value << shift & mask)));
    }

    /** What stands for {@code skb->sk}. */
    private enum Socket {
        INSTANCE
    }

    private static ContextField allowed(int slot, long offset, int width, boolean write) {
        ContextField field = ContextField.access(offset, width, write);
        if (field == null) {
            throw new InterpreterTrapException(
                    slot, Reason.OUT_OF_BOUNDS, "invalid bpf_context access off=" + offset + " size=" + width);
        }
        return field;
    }

    private static ContextField next(int slot, ContextField field) {
        return allowed(slot, field.offset() + field.size(), Integer.BYTES, true);
    }

    private static long number(SkBuff skb, ContextField field, long offset, int width) {
        if (width == Long.BYTES) {
            ContextField upper = java.util.Objects.requireNonNull(ContextField.at(offset + Integer.BYTES));
            return Arithmetic.zeroExtend(read(skb, field)) | (long) read(skb, upper) << 32;
        }
        long value = Arithmetic.zeroExtend(read(skb, field)) >>> field.shift(offset, width);
        return value & ((1L << width * Byte.SIZE) - 1);
    }

    private static int read(SkBuff skb, ContextField field) {
        return field.index() < 0
                ? (int) java.util.Objects.requireNonNull(call(skb, accessor(field)))
                : (int) java.util.Objects.requireNonNull(call(skb, accessor(field), field.index()));
    }

    private static void write(SkBuff skb, ContextField field, int value) {
        String name = accessor(field);
        String setter = "set" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
        if (field.index() < 0) {
            call(skb, setter, value);
        } else {
            call(skb, setter, field.index(), value);
        }
    }

    private static String accessor(ContextField field) {
        return java.util.Objects.requireNonNull(field.accessor());
    }

    private static @Nullable Object call(SkBuff skb, String method, Object... arguments) {
        Class<?>[] types = new Class<?>[arguments.length];
        java.util.Arrays.fill(types, int.class);
        try {
            Method accessor = SkBuff.class.getMethod(method, types);
            return accessor.invoke(skb, arguments);
        } catch (NoSuchMethodException | IllegalAccessException e) {
            throw new LinkageError("SkBuff has no accessor " + method, e);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(method + " failed", e.getCause());
        }
    }
}
