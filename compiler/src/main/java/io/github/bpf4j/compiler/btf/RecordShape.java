/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a record mirrors a struct: each component is the member of its name, or of its name in C's style ({@code srcPort} is
 * {@code src_port}). Members of unnamed members count as the struct's own. A record may leave members out, but then it cannot be written.
 */
final class RecordShape implements Conversion {
    /** A component: its member, where that starts in the struct, and how its value is converted. */
    private record Part(String member, long bit, Conversion conversion, MethodHandle accessor) {}

    private record Place(int type, long bit) {}

    private final Class<?> type;
    private final List<Part> parts;
    private final MethodHandle constructor;
    private final List<String> leftOut;

    private RecordShape(Class<?> type, List<Part> parts, MethodHandle constructor, List<String> leftOut) {
        this.type = type;
        this.parts = parts;
        this.constructor = constructor;
        this.leftOut = leftOut;
    }

    /**
     * Finds the members of a record's components.
     *
     * @throws IllegalArgumentException if a component has no member or one of another type, or the record is not accessible
     */
    static RecordShape of(Btf btf, BtfType.Composite struct, Class<?> type) {
        Map<String, BtfType.Member> members = new LinkedHashMap<>();
        collect(btf, struct, 0, members, new HashSet<>());
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        List<Part> parts = new ArrayList<>();
        try {
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
            for (int i = 0; i < components.length; i++) {
                types[i] = components[i].getType();
                String place = type.getSimpleName() + "." + components[i].getName();
                BtfType.Member member = member(members, components[i].getName());
                if (member == null) {
                    throw new IllegalArgumentException(
                            place + " has no member in struct " + struct.name() + "; there are " + members.keySet());
                }
                Conversion conversion = Conversion.of(btf, member.type(), member.bitfieldSize(), types[i], place);
                MethodHandle accessor = lookup.unreflect(components[i].getAccessor())
                        .asType(MethodType.methodType(Object.class, Object.class));
                parts.add(new Part(member.name(), member.bitOffset(), conversion, accessor));
            }
            MethodHandle constructor = lookup.findConstructor(type, MethodType.methodType(void.class, types))
                    .asSpreader(Object[].class, types.length)
                    .asType(MethodType.methodType(Object.class, Object[].class));
            List<String> leftOut = new ArrayList<>(members.keySet());
            parts.forEach(part -> leftOut.remove(part.member));
            return new RecordShape(type, List.copyOf(parts), constructor, leftOut);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(
                    type.getName() + " is not open to " + RecordShape.class.getModule() + "; make it public", e);
        }
    }

    /** The named members with their offsets in the outermost struct. */
    private static void collect(
            Btf btf, BtfType.Composite struct, long start, Map<String, BtfType.Member> members, Set<Place> seen) {
        if (!seen.add(new Place(struct.id(), start))) {
            return; // in crafted types the number of paths may be exponential
        }
        for (BtfType.Member member : struct.members()) {
            long bit = start + member.bitOffset();
            if (!member.name().isEmpty()) {
                members.put(
                        member.name(), new BtfType.Member(member.name(), member.type(), bit, member.bitfieldSize()));
            } else if (btf.resolve(member.type()) instanceof BtfType.Composite inner) {
                collect(btf, inner, bit, members, seen);
            }
        }
    }

    private static BtfType.@Nullable Member member(Map<String, BtfType.Member> members, String component) {
        BtfType.Member exact = members.get(component);
        if (exact != null) {
            return exact;
        }
        return members.get(component.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT));
    }

    @Override
    public Object read(byte[] bytes, long bit) {
        Object[] values = new Object[parts.size()];
        for (int i = 0; i < values.length; i++) {
            Part part = parts.get(i);
            values[i] = part.conversion.read(bytes, bit + part.bit);
        }
        try {
            return constructor.invokeExact(values);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalArgumentException(type.getSimpleName() + " refuses " + List.of(values), e);
        }
    }

    /** A map from members to values, for the encoder. */
    @Override
    public Object write(Object value) {
        if (!leftOut.isEmpty()) {
            throw new UnsupportedOperationException(
                    type.getSimpleName() + " cannot be written: it leaves out " + leftOut);
        }
        Map<String, Object> members = new LinkedHashMap<>();
        for (Part part : parts) {
            try {
                Object component = part.accessor.invokeExact(value);
                if (component != null) {
                    members.put(part.member, part.conversion.write(component));
                }
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalArgumentException(value + " does not give its components", e);
            }
        }
        return members;
    }
}
