/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import io.github.bpf4j.runtime.program.ConstantsHolder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Defines the named classes of one program. */
final class GeneratedLoader extends ClassLoader implements ConstantsHolder {
    private final Map<String, byte[]> classes = new HashMap<>();
    private final Object[] constants;

    GeneratedLoader(@Nullable ClassLoader parent, CompiledClasses classes, Object[] constants) {
        super(parent);
        classes.classes().forEach((name, bytes) -> this.classes.put(name.replace('/', '.'), bytes));
        this.constants = constants.clone();
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = classes.get(name);
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    @Override
    public Object[] constants() {
        return constants.clone();
    }
}
