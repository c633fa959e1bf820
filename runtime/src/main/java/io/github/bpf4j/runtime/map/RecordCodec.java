/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/** Records as C structs. */
final class RecordCodec<R extends Record> implements MapCodec<R> {
    private record Field(MapCodec<Object> codec, int offset, MethodHandle accessor) {}

    private final List<Field> fields;
    private final MethodHandle constructor;
    private final int size;
    private final int alignment;

    private RecordCodec(List<Field> fields, MethodHandle constructor, int size, int alignment) {
        this.fields = fields;
        this.constructor = constructor;
        this.size = size;
        this.alignment = alignment;
    }

    static <R extends Record> RecordCodec<R> of(Class<R> type) {
        RecordComponent[] components = type.getRecordComponents();
        List<Field> fields = new ArrayList<>();
        Class<?>[] types = new Class<?>[components.length];
        int offset = 0;
        int alignment = 1;
        try {
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
            for (int i = 0; i < components.length; i++) {
                types[i] = components[i].getType();
                MapCodec<Object> codec = codec(type, components[i]);
                offset = (int) Words.roundUp(offset, codec.alignment());
                MethodHandle accessor = lookup.unreflect(components[i].getAccessor())
                        .asType(MethodType.methodType(Object.class, Record.class));
                fields.add(new Field(codec, offset, accessor));
                offset += codec.size();
                alignment = Math.max(alignment, codec.alignment());
            }
            MethodHandle constructor = lookup.findConstructor(type, MethodType.methodType(void.class, types))
                    .asSpreader(Object[].class, types.length)
                    .asType(MethodType.methodType(Record.class, Object[].class));
            return new RecordCodec<>(
                    List.copyOf(fields), constructor, (int) Words.roundUp(offset, alignment), alignment);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(
                    type.getName() + " is not open to " + RecordCodec.class.getModule() + "; make it public", e);
        }
    }

    @SuppressWarnings("unchecked") // a codec is only given values of its component's type
    private static MapCodec<Object> codec(Class<?> owner, RecordComponent component) {
        Class<?> type = component.getType();
        MapCodec<?> codec;
        if (type == int.class || type == Integer.class) {
            codec = MapCodecs.INT32;
        } else if (type == long.class || type == Long.class) {
            codec = MapCodecs.INT64;
        } else if (type == short.class || type == Short.class) {
            codec = MapCodecs.INT16;
        } else if (type == byte.class || type == Byte.class) {
            codec = MapCodecs.INT8;
        } else if (type == boolean.class || type == Boolean.class) {
            codec = MapCodecs.BOOL;
        } else if (type.isRecord()) {
            codec = of(type.asSubclass(Record.class));
        } else {
            throw new IllegalArgumentException(owner.getName() + "." + component.getName() + " has type "
                    + type.getName() + ", which has no C counterpart");
        }
        return (MapCodec<Object>) codec;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int alignment() {
        return alignment;
    }

    @Override
    public void encode(R value, MemorySegment memory, long offset) {
        Words.zero(memory, offset, size);
        for (Field field : fields) {
            try {
                Object part = (Object) field.accessor.invokeExact((Record) value);
                field.codec.encode(part, memory, offset + field.offset);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalArgumentException(value + " does not give its components", e);
            }
        }
    }

    @Override
    @SuppressWarnings("unchecked") // the constructor is R's
    public R decode(MemorySegment memory, long offset) {
        Object[] parts = new Object[fields.size()];
        for (int i = 0; i < parts.length; i++) {
            Field field = fields.get(i);
            parts[i] = field.codec.decode(memory, offset + field.offset);
        }
        try {
            return (R) (Record) constructor.invokeExact(parts);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalArgumentException("a record refuses the values in the map", e);
        }
    }
}
