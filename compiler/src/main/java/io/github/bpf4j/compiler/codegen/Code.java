/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Short forms of the JVM instructions that generated code is made of. */
final class Code {
    private final MethodVisitor mv;
    private boolean atFrame;

    Code(MethodVisitor mv) {
        this.mv = mv;
    }

    MethodVisitor visitor() {
        return mv;
    }

    /** Writes a frame; two of them must not describe the same place. */
    void frame(Label label, Object[] locals, Object[] stack) {
        if (atFrame) {
            mv.visitInsn(Opcodes.NOP);
        }
        mv.visitLabel(label);
        mv.visitFrame(Opcodes.F_NEW, locals.length, locals, stack.length, stack);
        atFrame = true;
    }

    Code op(int... opcodes) {
        for (int opcode : opcodes) {
            mv.visitInsn(opcode);
        }
        atFrame = false;
        return this;
    }

    Code var(int opcode, int local) {
        mv.visitVarInsn(opcode, local);
        atFrame = false;
        return this;
    }

    Code iload(int local) {
        return var(Opcodes.ILOAD, local);
    }

    Code lload(int local) {
        return var(Opcodes.LLOAD, local);
    }

    Code aload(int local) {
        return var(Opcodes.ALOAD, local);
    }

    Code istore(int local) {
        return var(Opcodes.ISTORE, local);
    }

    Code lstore(int local) {
        return var(Opcodes.LSTORE, local);
    }

    Code astore(int local) {
        return var(Opcodes.ASTORE, local);
    }

    Code iinc(int local, int by) {
        mv.visitIincInsn(local, by);
        atFrame = false;
        return this;
    }

    Code iconst(int value) {
        atFrame = false;
        if (value >= -1 && value <= 5) {
            mv.visitInsn(Opcodes.ICONST_0 + value);
        } else if (value == (byte) value) {
            mv.visitIntInsn(Opcodes.BIPUSH, value);
        } else if (value == (short) value) {
            mv.visitIntInsn(Opcodes.SIPUSH, value);
        } else {
            mv.visitLdcInsn(value);
        }
        return this;
    }

    Code lconst(long value) {
        atFrame = false;
        if (value == 0 || value == 1) {
            mv.visitInsn(Opcodes.LCONST_0 + (int) value);
        } else if (value == (short) value) {
            iconst((int) value);
            mv.visitInsn(Opcodes.I2L);
        } else {
            mv.visitLdcInsn(value);
        }
        return this;
    }

    /** Clears the upper half of the {@code long} on the stack. */
    Code zeroExtend() {
        atFrame = false;
        mv.visitLdcInsn(0xffff_ffffL);
        mv.visitInsn(Opcodes.LAND);
        return this;
    }

    Code jump(int opcode, Label target) {
        mv.visitJumpInsn(opcode, target);
        atFrame = false;
        return this;
    }

    Code label(Label label) {
        mv.visitLabel(label);
        return this;
    }

    Code getStatic(String owner, String name, String descriptor) {
        atFrame = false;
        mv.visitFieldInsn(Opcodes.GETSTATIC, owner, name, descriptor);
        return this;
    }

    Code putStatic(String owner, String name, String descriptor) {
        atFrame = false;
        mv.visitFieldInsn(Opcodes.PUTSTATIC, owner, name, descriptor);
        return this;
    }

    Code invokeStatic(String owner, String name, String descriptor) {
        atFrame = false;
        mv.visitMethodInsn(Opcodes.INVOKESTATIC, owner, name, descriptor, false);
        return this;
    }

    Code invokeVirtual(String owner, String name, String descriptor) {
        atFrame = false;
        mv.visitMethodInsn(Opcodes.INVOKEVIRTUAL, owner, name, descriptor, false);
        return this;
    }

    Code invokeInterface(String owner, String name, String descriptor) {
        atFrame = false;
        mv.visitMethodInsn(Opcodes.INVOKEINTERFACE, owner, name, descriptor, true);
        return this;
    }

    Code invokeSpecial(String owner, String name, String descriptor) {
        atFrame = false;
        mv.visitMethodInsn(Opcodes.INVOKESPECIAL, owner, name, descriptor, false);
        return this;
    }

    Code checkCast(String type) {
        atFrame = false;
        mv.visitTypeInsn(Opcodes.CHECKCAST, type);
        return this;
    }
}
