/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.objectweb.asm.Opcodes.*;

import io.github.bpf4j.runtime.map.ArenaMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;

/** Writes the static initialiser, which fills the constants that a program's code uses. */
final class ConstantsCode {
    private final ProgramPlan program;
    private final String owner;
    private final ClassCode.Constants constants;

    ConstantsCode(ProgramPlan program, String owner, ClassCode.Constants constants) {
        this.program = program;
        this.owner = owner;
        this.constants = constants;
    }

    void initializer(ClassWriter writer) {
        MethodVisitor mv = writer.visitMethod(ACC_STATIC, "<clinit>", "()V", null, null);
        mv.visitCode();
        Code code = new Code(mv);
        maps(code);
        callbacks(code);
        source(code);
        code.op(RETURN);
        mv.visitMaxs(0, 0);
        mv.visitEnd();
    }

    private void maps(Code code) {
        int count = program.program().program().maps().size();
        if (count == 0) {
            return;
        }
        constants.push(code);
        code.astore(0);
        for (int map = 0; map < count; map++) {
            code.aload(0).iconst(map).op(AALOAD).checkCast(Types.MAP).op(DUP, DUP);
            code.putStatic(owner, "map" + map, Types.field(Types.MAP));
            code.invokeVirtual(Types.MAP, "keyLookup", "()" + Types.field(Types.KEY_LOOKUP));
            code.putStatic(owner, "lookup" + map, Types.field(Types.KEY_LOOKUP));
            code.invokeVirtual(Types.MAP, "values", "()" + Types.field(Types.SEGMENT));
            code.putStatic(owner, "values" + map, Types.field(Types.SEGMENT));
            if (program.program().program().maps().get(map) instanceof ArenaMap) {
                code.aload(0).iconst(map).op(AALOAD).checkCast(Types.ARENA_MAP);
                code.invokeVirtual(Types.ARENA_MAP, "memory", "()" + Types.field(Types.ARENA));
                code.putStatic(owner, ArenaCode.FIELD, Types.field(Types.ARENA));
            }
        }
    }

    private void callbacks(Code code) {
        for (Map.Entry<Integer, Integer> callback : program.callbacks().entrySet()) {
            code.visitor().visitTypeInsn(NEW, owner);
            code.op(DUP).iconst(callback.getValue()).invokeSpecial(owner, "<init>", "(I)V");
            code.putStatic(owner, ProgramPlan.callbackField(callback.getKey()), Types.field(Types.CALLBACK));
        }
    }

    private void source(Code code) {
        List<String> positions = ClassCode.positions(program);
        code.visitor().visitTypeInsn(NEW, Types.SOURCE);
        code.op(DUP);
        code.visitor().visitLdcInsn(program.name());
        code.iconst(positions.size());
        code.visitor().visitTypeInsn(ANEWARRAY, "java/lang/String");
        for (int i = 0; i < positions.size(); i++) {
            code.op(DUP).iconst(i);
            code.visitor().visitLdcInsn(positions.get(i));
            code.op(AASTORE);
        }
        code.invokeSpecial(Types.SOURCE, "<init>", "(Ljava/lang/String;[Ljava/lang/String;)V");
        code.putStatic(owner, "source", Types.field(Types.SOURCE));
    }
}
