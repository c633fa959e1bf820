/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.objectweb.asm.Opcodes.*;

import io.github.bpf4j.compiler.load.LoadedObject.ProgramArrayValue;
import io.github.bpf4j.runtime.map.BpfMap;
import java.util.List;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.Type;

/**
 * The class of a jar that owns the maps. Its initialisation creates them; {@code link()} puts programs into program arrays. Programs call that when
 * they are constructed, not when their class is initialised: two threads that start with two programs would wait for each other's class.
 */
final class MapsClass {
    /** Internal name. */
    static final String NAME = AheadOfTimeCompiler.PACKAGE + "Maps";
    /** Name of the image of maps beside the class. */
    static final String IMAGE = "maps.bin";

    private static final String MAPS = "ALL";
    private static final String MAPS_TYPE = "[" + Types.field(Types.MAP);
    private static final String LINK = "link";
    private static final String LINKED = "linked";

    private final List<BpfMap> maps;
    private final List<ProgramArrayValue> links;

    /**
     * Describes the class.
     *
     * @param maps all maps
     * @param links what program arrays among them hold
     */
    MapsClass(List<BpfMap> maps, List<ProgramArrayValue> links) {
        this.maps = maps;
        this.links = links;
    }

    /** Pushes a map onto the JVM stack. */
    static void push(Code code, int map) {
        code.getStatic(NAME, MAPS, MAPS_TYPE).iconst(map).op(AALOAD);
    }

    /** Makes sure that program arrays hold their programs. */
    static void link(Code code) {
        code.invokeStatic(NAME, LINK, "()V");
    }

    byte[] write() {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        writer.visit(V25, ACC_FINAL | ACC_SUPER | ACC_SYNTHETIC, NAME, null, Types.OBJECT, null);
        writer.visitField(ACC_STATIC | ACC_FINAL, MAPS, MAPS_TYPE, null, null);
        Code code = new Code(writer.visitMethod(ACC_STATIC, "<clinit>", "()V", null, null));
        code.visitor().visitCode();
        code.visitor().visitLdcInsn(Type.getObjectType(NAME));
        code.visitor().visitLdcInsn(IMAGE);
        code.invokeStatic(Types.MAP_IMAGE, "create", "(Ljava/lang/Class;Ljava/lang/String;)" + MAPS_TYPE);
        code.putStatic(NAME, MAPS, MAPS_TYPE).op(RETURN);
        code.visitor().visitMaxs(0, 0);
        code.visitor().visitEnd();
        if (!links.isEmpty()) {
            writeLink(writer);
        }
        writer.visitEnd();
        return writer.toByteArray();
    }

    /** {@code if (!linked) { linked = true; MapImage.put(ALL[map], index, new Program()); … }}. */
    private void writeLink(ClassWriter writer) {
        writer.visitField(ACC_PRIVATE | ACC_STATIC, LINKED, "Z", null, null);
        Code code = new Code(writer.visitMethod(ACC_STATIC | ACC_SYNCHRONIZED, LINK, "()V", null, null));
        code.visitor().visitCode();
        Label open = new Label();
        code.getStatic(NAME, LINKED, "Z").jump(IFEQ, open).op(RETURN);
        code.label(open);
        code.visitor().visitFrame(F_NEW, 0, new Object[0], 0, new Object[0]);
        code.iconst(1).putStatic(NAME, LINKED, "Z");
        for (ProgramArrayValue link : links) {
            String program = AheadOfTimeCompiler.PACKAGE + ProgramCompiler.className(link.program());
            push(code, maps.indexOf(link.map()));
            code.iconst(link.index());
            code.visitor().visitTypeInsn(NEW, program);
            code.op(DUP).invokeSpecial(program, "<init>", "()V");
            code.invokeStatic(
                    Types.MAP_IMAGE, "put", "(" + Types.field(Types.MAP) + "I" + Types.field(Types.PROGRAM) + ")V");
        }
        code.op(RETURN);
        code.visitor().visitMaxs(0, 0);
        code.visitor().visitEnd();
    }
}
