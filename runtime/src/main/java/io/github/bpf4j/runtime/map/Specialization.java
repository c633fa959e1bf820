/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Loads a class once more, for one table, with what its methods work on in a static final field. HotSpot compiles the copy's methods for
 * these very values: a table's memory, sizes and offsets become part of the machine code, and an access of its memory is a comparison and a
 * move instead of twenty instructions. That counts twice, since the processor only has the next update's cache misses under way if that
 * many instructions fit into its window.
 *
 * <p>The class keeps a record in a field {@code CONSTANT}, got from {@link #constant}, and another in an instance field; it works on the
 * former unless that is null. It is an ordinary class where nothing can be loaded at run time, as in a native image. A copy goes when its instance goes.
 */
final class Specialization {
    private Specialization() {}

    /**
     * What a copy works on.
     *
     * @param lookup of the class that asks
     * @return null if the class is no copy
     */
    static <P> @Nullable P constant(MethodHandles.Lookup lookup, Class<P> type) {
        try {
            return MethodHandles.classData(lookup, "_", type);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e); // a class may ask for its own data
        }
    }

    /**
     * An instance of a copy of a class.
     *
     * @param lookup of the class, whose constructor takes the parts
     * @param type a supertype
     * @param parts what it works on
     * @param ordinary makes an instance of the class itself, if it can't be copied
     */
    static <T, P> T of(MethodHandles.Lookup lookup, Class<T> type, P parts, Function<P, ? extends T> ordinary) {
        Class<?> template = lookup.lookupClass();
        String file = template.getName().substring(template.getPackageName().length() + 1) + ".class";
        try (InputStream bytes = template.getResourceAsStream(file)) {
            if (bytes == null) {
                return ordinary.apply(parts);
            }
            MethodHandles.Lookup copy = lookup.defineHiddenClassWithClassData(
                    bytes.readAllBytes(), parts, true, MethodHandles.Lookup.ClassOption.NESTMATE);
            MethodType constructor = MethodType.methodType(void.class, parts.getClass());
            return type.cast(
                    copy.findConstructor(copy.lookupClass(), constructor).invoke(parts));
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            return ordinary.apply(parts); // as where classes may not be defined at run time
        }
    }
}
