/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.objectweb.asm.Opcodes.*;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Spreads a program's static methods over classes, so that none outgrows the class file format: a constant pool has 65,535 entries, and
 * bytecode can use up one for every few bytes. A small program fits its main class.
 */
final class ClassPool {
    /** Bytecode in one class; even if it were nothing but loads of distinct 64-bit constants, the constant pool would hold them. */
    private static final int MAX_CODE = 96 * 1024;

    private final String mainClass;
    private final LineTable lines;
    private final ClassWriter main;
    private final SequencedMap<String, ClassWriter> writers = new LinkedHashMap<>();
    private final Map<String, String> owners = new HashMap<>();
    private String current;
    private int used;

    ClassPool(String mainClass, ClassWriter main, LineTable lines) {
        this.mainClass = mainClass;
        this.main = main;
        this.lines = lines;
        this.current = mainClass;
        writers.put(mainClass, main);
    }

    /** Decides which class a method goes to. */
    String place(String method, int size) {
        if (used + size > MAX_CODE) {
            current = mainClass + "$" + writers.size();
            ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
            writer.visit(Opcodes.V25, ACC_FINAL | ACC_SUPER, current, null, Types.OBJECT, null);
            writer.visitSource(lines.sourceFile(), lines.sourceMap());
            writers.put(current, writer);
            used = 0;
        }
        used += size;
        owners.put(method, current);
        return current;
    }

    /** The class that a method was placed in. */
    String owner(String method) {
        return owners.getOrDefault(method, mainClass);
    }

    /** Starts a static method that was placed. */
    MethodVisitor method(String name, String descriptor) {
        ClassWriter writer = writers.getOrDefault(owner(name), main);
        return writer.visitMethod(ACC_STATIC, name, descriptor, null, null);
    }

    /** Ends all classes. */
    SequencedMap<String, byte[]> toByteArrays() {
        SequencedMap<String, byte[]> classes = new LinkedHashMap<>();
        writers.forEach((name, writer) -> {
            writer.visitEnd();
            classes.put(name, writer.toByteArray());
        });
        return classes;
    }
}
