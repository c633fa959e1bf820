/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import java.util.function.Consumer;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.commons.CodeSizeEvaluator;

/**
 * Measures a method by writing it: is it one that HotSpot's compilers can take? Two limits hold.
 *
 * <ul>
 *   <li>Bytes: HotSpot never compiles a method of more than {@value #HUGE_METHOD_LIMIT}.
 *   <li>Memory accesses: C1 inlines what the JDK checks in each of them, some 30 nested blocks for one of a {@code MemorySegment}, and its
 *       elimination of range checks ({@code RangeCheckEliminator::calc_bounds}, JDK 25) calls itself once for each block nested in
 *       another. 130 segment accesses in one method overflow the 1 MB stack of a compiler thread, and the JVM dies of it. Far below that, C1
 *       runs out of virtual registers, and the method is interpreted until C2 has it.
 * </ul>
 */
final class MethodSize extends CodeSizeEvaluator {
    /** Methods of more bytes are not compiled by HotSpot. */
    static final int HUGE_METHOD_LIMIT = 8_000;

    /** The largest sum of the weights of a method's memory accesses: needs less than half of a compiler thread's usual stack. */
    static final int ACCESS_LIMIT = 96;

    private static final int ARRAY_ACCESS = 1;
    private static final int SEGMENT_ACCESS = 2;

    private int accesses;

    private MethodSize() {
        super(null);
    }

    /**
     * Measures a method.
     *
     * @param writer writes its code
     */
    static MethodSize of(Consumer<MethodVisitor> writer) {
        MethodSize size = new MethodSize();
        writer.accept(size);
        return size;
    }

    /** Starts a measurement that goes on while code is written to it. */
    static MethodSize running() {
        return new MethodSize();
    }

    /** The most bytes that the code may need. */
    int bytes() {
        return getMaxSize();
    }

    /** The sum of the weights of the memory accesses. */
    int accesses() {
        return accesses;
    }

    /** Whether HotSpot compiles the method, and does not fail in it. */
    boolean isCompilable() {
        return bytes() < HUGE_METHOD_LIMIT && accesses <= ACCESS_LIMIT;
    }

    @Override
    public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
        super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
        if (owner.equals(Types.VAR_HANDLE)) {
            accesses += descriptor.startsWith("([B") ? ARRAY_ACCESS : SEGMENT_ACCESS;
        } else if (owner.equals(Types.ARENA)) {
            accesses += SEGMENT_ACCESS; // the method is so small that C1 inlines it
        } else if (owner.equals(Types.SEGMENT) && (name.equals("get") || name.equals("set"))) {
            accesses += SEGMENT_ACCESS;
        }
    }
}
