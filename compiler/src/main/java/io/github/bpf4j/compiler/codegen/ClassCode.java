/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.objectweb.asm.Opcodes.*;

import io.github.bpf4j.runtime.map.ArenaMap;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramSource;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Writes the classes of a program. The main class extends {@code BpfProgram}; its {@code run} methods choose the flavour and call static
 * methods, one per function and flavour. Maps, callbacks and source positions are {@code static final}, so constants for the JVM's
 * compilers.
 */
final class ClassCode {
    /** How the static initialiser gets its maps. */
    interface Constants {
        /** Leaves an {@code Object[]} of the program's maps on the JVM stack. */
        void push(Code code);

        /** What a constructor of the program does at its end. */
        default void constructed(Code code) {}
    }

    /** Bytes of a method that has the program inside a loop. */
    private static final int INLINE_LIMIT = 7_000;

    private static final String CALLBACK_DESCRIPTOR =
            "(" + Types.field(Types.CONTEXT) + ("J" + Types.field(Types.OBJECT)).repeat(4) + ")J";

    private final ProgramPlan program;
    private final String owner;
    private final Constants constants;
    private final List<Flavour> flavours;
    private final ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    private final ClassPool pool;

    ClassCode(ProgramPlan program, String owner, Constants constants) {
        this.program = program;
        this.owner = owner;
        this.constants = constants;
        this.flavours = program.program().program().type() == ProgramType.RAW
                ? List.of(Flavour.RAW)
                : List.of(Flavour.HEAP, Flavour.SEGMENT);
        this.pool = new ClassPool(owner, writer, program.lines());
    }

    /** Writes all classes. */
    CompiledClasses write() {
        boolean hasCallbacks = !program.callbacks().isEmpty();
        writer.visit(
                Opcodes.V25,
                ACC_PUBLIC | ACC_FINAL | ACC_SUPER,
                owner,
                null,
                Types.PROGRAM,
                hasCallbacks ? new String[] {Types.CALLBACK} : new String[0]);
        writer.visitSource(program.lines().sourceFile(), program.lines().sourceMap());
        fields(writer);
        new ConstantsCode(program, owner, constants).initializer(writer);
        constructors(writer, hasCallbacks);
        describe(writer);
        functions();
        if (flavours.contains(Flavour.RAW)) {
            runRaw(writer);
        } else {
            for (Flavour flavour : flavours) {
                vector(writer, flavour);
            }
            runPacket(writer);
            runTailCall(writer);
            runVector(writer);
            arrays(writer);
        }
        if (hasCallbacks) {
            callback(writer);
        }
        return new CompiledClasses(owner, pool.toByteArrays());
    }

    private void fields(ClassWriter writer) {
        int access = ACC_STATIC | ACC_FINAL;
        for (int map = 0; map < program.program().program().maps().size(); map++) {
            writer.visitField(access, "map" + map, Types.field(Types.MAP), null, null);
            writer.visitField(access, "values" + map, Types.field(Types.SEGMENT), null, null);
            writer.visitField(access, "lookup" + map, Types.field(Types.KEY_LOOKUP), null, null);
            if (program.program().program().maps().get(map) instanceof ArenaMap) {
                writer.visitField(access, ArenaCode.FIELD, Types.field(Types.ARENA), null, null);
            }
        }
        for (int slot : program.callbacks().keySet()) {
            writer.visitField(access, ProgramPlan.callbackField(slot), Types.field(Types.CALLBACK), null, null);
        }
        writer.visitField(access, "source", Types.field(Types.SOURCE), null, null);
        if (!program.callbacks().isEmpty()) {
            writer.visitField(ACC_PRIVATE | ACC_FINAL, "function", "I", null, null);
        }
    }

    private static Code begin(ClassWriter writer, int access, String name, String descriptor) {
        MethodVisitor mv = writer.visitMethod(access, name, descriptor, null, null);
        mv.visitCode();
        return new Code(mv);
    }

    private static void end(Code code) {
        code.visitor().visitMaxs(0, 0);
        code.visitor().visitEnd();
    }

    private void constructors(ClassWriter writer, boolean hasCallbacks) {
        Code code = begin(writer, ACC_PUBLIC, "<init>", "()V");
        code.aload(0);
        if (hasCallbacks) {
            code.iconst(-1).invokeSpecial(owner, "<init>", "(I)V");
        } else {
            code.invokeSpecial(Types.PROGRAM, "<init>", "()V");
        }
        constants.constructed(code);
        code.op(RETURN);
        end(code);
        if (hasCallbacks) {
            code = begin(writer, ACC_PRIVATE, "<init>", "(I)V");
            code.aload(0).invokeSpecial(Types.PROGRAM, "<init>", "()V");
            code.aload(0).iload(1);
            code.visitor().visitFieldInsn(PUTFIELD, owner, "function", "I");
            code.op(RETURN);
            end(code);
        }
    }

    private void describe(ClassWriter writer) {
        Code code = begin(writer, ACC_PUBLIC, "name", "()Ljava/lang/String;");
        code.visitor().visitLdcInsn(program.name());
        code.op(ARETURN);
        end(code);
        code = begin(writer, ACC_PUBLIC, "type", "()" + Types.field(Types.PROGRAM_TYPE));
        code.getStatic(Types.PROGRAM_TYPE, program.program().program().type().name(), Types.field(Types.PROGRAM_TYPE));
        code.op(ARETURN);
        end(code);
    }

    /** Writes each function as one method, or as several if it is too large; where they go is decided before. */
    private void functions() {
        Map<String, MethodSize> sizes = new LinkedHashMap<>();
        for (Flavour flavour : flavours) {
            for (FunctionPlan function : program.functions()) {
                MethodSize size = MethodSize.of(new FunctionCode(program, function, flavour, pool, owner)::write);
                sizes.put(flavour.method(function), size);
                pool.place(flavour.method(function), Math.min(size.bytes(), MethodSize.HUGE_METHOD_LIMIT));
            }
        }
        for (Flavour flavour : flavours) {
            for (FunctionPlan function : program.functions()) {
                String name = flavour.method(function);
                if (Objects.requireNonNull(sizes.get(name)).isCompilable()) {
                    new FunctionCode(program, function, flavour, pool, owner)
                            .write(pool.method(name, flavour.descriptor(function)));
                } else {
                    new SplitFunctionCode(program, function, flavour, pool, owner).write();
                }
            }
        }
    }

    private void vector(ClassWriter writer, Flavour flavour) {
        VectorCode vector = VectorCode.ofBuffers(program, flavour, pool, owner);
        boolean inline = !program.options().debug() && vector.fitsInline(INLINE_LIMIT);
        vector.write(writer.visitMethod(ACC_STATIC, vector.method(), vector.descriptor(), null, null), inline);
    }

    /** Overrides {@code run} on arrays, if the program can do without {@code SkBuff}s. */
    private void arrays(ClassWriter writer) {
        VectorCode vector = VectorCode.ofArrays(program, pool, owner);
        if (program.options().debug()
                || program.callsHelpers()
                || program.makesTailCalls()
                || !vector.fitsInline(INLINE_LIMIT)) {
            return;
        }
        vector.write(writer.visitMethod(ACC_STATIC, vector.method(), vector.descriptor(), null, null), true);
        Code code = begin(writer, ACC_PUBLIC, "run", "(" + Types.field(Types.CONTEXT) + "[[BI[I)V");
        code.aload(1).aload(2).iconst(0).iload(3).aload(4);
        code.invokeStatic(owner, vector.method(), vector.descriptor()).op(POP, RETURN);
        end(code);
    }

    private void invoke(Code code, Flavour flavour) {
        FunctionPlan entry = program.entry();
        code.invokeStatic(pool.owner(flavour.method(entry)), flavour.method(entry), flavour.descriptor(entry));
    }

    private void pushHasArray(Code code) {
        code.aload(2)
                .invokeVirtual(
                        Types.SKB, "array", "()" + Type.getObjectType("[B").getDescriptor());
    }

    private void runPacket(ClassWriter writer) {
        Code code = begin(writer, ACC_PUBLIC, "run", "(" + Types.field(Types.CONTEXT) + Types.field(Types.SKB) + ")J");
        if (program.callsHelpers()) {
            code.aload(1).aload(2);
            code.invokeVirtual(Types.CONTEXT, "setSkb", "(" + Types.field(Types.SKB) + ")V");
        }
        if (program.makesTailCalls()) {
            code.aload(1).invokeVirtual(Types.CONTEXT, "resetTailCalls", "()V");
        }
        dispatch(code, () -> code.iconst(ExecutionContext.FRAME_SIZE), 3);
        end(code);
    }

    private void runTailCall(ClassWriter writer) {
        Code code = begin(
                writer, ACC_PUBLIC, "tailCall", "(" + Types.field(Types.CONTEXT) + Types.field(Types.SKB) + "I)J");
        if (program.callsHelpers()) {
            code.aload(1).aload(2);
            code.invokeVirtual(Types.CONTEXT, "setSkb", "(" + Types.field(Types.SKB) + ")V");
        }
        dispatch(code, () -> code.iload(3), 4);
        end(code);
    }

    private void dispatch(Code code, Runnable pushFrame, int parameters) {
        Label segment = new Label();
        pushHasArray(code);
        code.jump(IFNULL, segment);
        code.aload(1).aload(2);
        pushFrame.run();
        FunctionCode.pushEntryArguments(code, program.entry(), 2);
        invoke(code, Flavour.HEAP);
        code.op(LRETURN);
        code.label(segment);
        Object[] locals = {owner, Types.CONTEXT, Types.SKB, Opcodes.INTEGER};
        code.visitor().visitFrame(F_NEW, parameters, locals, 0, new Object[0]);
        code.aload(1).aload(2);
        pushFrame.run();
        FunctionCode.pushEntryArguments(code, program.entry(), 2);
        invoke(code, Flavour.SEGMENT);
        code.op(LRETURN);
    }

    private void runVector(ClassWriter writer) {
        Code code = begin(
                writer, ACC_PUBLIC, "run", "(" + Types.field(Types.CONTEXT) + "[" + Types.field(Types.SKB) + "I[I)V");
        int index = 5;
        Label loop = new Label();
        Label finished = new Label();
        code.iconst(0).istore(index);
        Object[] locals = {owner, Types.CONTEXT, "[" + Types.field(Types.SKB), Opcodes.INTEGER, "[I", Opcodes.INTEGER};
        code.label(loop);
        code.visitor().visitFrame(F_NEW, locals.length, locals, 0, new Object[0]);
        code.iload(index).iload(3).jump(IF_ICMPGE, finished);
        for (Flavour flavour : flavours) {
            code.aload(1).aload(2).iload(index).iload(3).aload(4);
            VectorCode vector = VectorCode.ofBuffers(program, flavour, pool, owner);
            code.invokeStatic(owner, vector.method(), vector.descriptor());
            code.istore(index);
        }
        code.jump(GOTO, loop);
        code.label(finished);
        code.visitor().visitFrame(F_NEW, locals.length, locals, 0, new Object[0]);
        code.op(RETURN);
        end(code);
    }

    private void runRaw(ClassWriter writer) {
        String unsupported = "java/lang/UnsupportedOperationException";
        for (String parameters : List.of(
                "(" + Types.field(Types.CONTEXT) + Types.field(Types.SKB) + ")J",
                "(" + Types.field(Types.CONTEXT) + "[" + Types.field(Types.SKB) + "I[I)V")) {
            Code code = begin(writer, ACC_PUBLIC, "run", parameters);
            code.visitor().visitTypeInsn(NEW, unsupported);
            code.op(DUP);
            code.visitor().visitLdcInsn(program.name() + " is a raw program and runs over a buffer");
            code.invokeSpecial(unsupported, "<init>", "(Ljava/lang/String;)V").op(ATHROW);
            end(code);
        }
        Code code =
                begin(writer, ACC_PUBLIC, "run", "(" + Types.field(Types.CONTEXT) + Types.field(Types.SEGMENT) + ")J");
        FunctionPlan entry = program.entry();
        code.aload(1).iconst(ExecutionContext.FRAME_SIZE);
        for (int register = 1; register <= 5; register++) {
            if ((entry.argumentMask() & (1L << register)) != 0) {
                rawArgument(code, register, entry.argument(register));
            }
        }
        invoke(code, Flavour.RAW);
        code.op(LRETURN);
        end(code);
    }

    /** Pushes r1, the memory, or r2, its size; other registers are zero. */
    private static void rawArgument(Code code, int register, Rep rep) {
        if (rep.number() != Rep.NumberLocal.NONE) {
            if (register == 2) {
                code.aload(2).invokeInterface(Types.SEGMENT, "byteSize", "()J");
            } else {
                code.lconst(0);
            }
            if (rep.isInt()) {
                code.op(L2I);
            }
        }
        if (rep.hasBase()) {
            if (register == 1) {
                code.aload(2);
            } else {
                code.op(ACONST_NULL);
            }
        }
    }

    /** {@code BpfCallback.call}: a switch over the functions whose address is taken. */
    private void callback(ClassWriter writer) {
        Code code = begin(writer, ACC_PUBLIC, "call", CALLBACK_DESCRIPTOR);
        Object[] locals = new Object[10];
        locals[0] = owner;
        locals[1] = Types.CONTEXT;
        for (int argument = 0; argument < 4; argument++) {
            locals[2 + 2 * argument] = Opcodes.LONG;
            locals[3 + 2 * argument] = Types.OBJECT;
        }
        List<Integer> keys = new ArrayList<>();
        List<Label> labels = new ArrayList<>();
        program.callbacks().values().stream().sorted().distinct().forEach(index -> {
            keys.add(index);
            labels.add(new Label());
        });
        Label unknown = new Label();
        code.aload(0);
        code.visitor().visitFieldInsn(GETFIELD, owner, "function", "I");
        code.visitor()
                .visitLookupSwitchInsn(
                        unknown, keys.stream().mapToInt(Integer::intValue).toArray(), labels.toArray(Label[]::new));
        Map<Integer, FunctionPlan> plans = new LinkedHashMap<>();
        program.functions().forEach(plan -> plans.put(plan.index(), plan));
        for (int i = 0; i < keys.size(); i++) {
            code.label(labels.get(i));
            code.visitor().visitFrame(F_NEW, locals.length, locals, 0, new Object[0]);
            FunctionPlan plan = plans.get(keys.get(i));
            if (plan == null) {
                // the verifier saw no call of it
                code.op(ACONST_NULL, ATHROW);
            } else {
                callbackCase(code, plan, locals);
            }
        }
        code.label(unknown);
        code.visitor().visitFrame(F_NEW, locals.length, locals, 0, new Object[0]);
        code.op(ACONST_NULL, ATHROW);
        end(code);
    }

    private void callbackCase(Code code, FunctionPlan plan, Object[] locals) {
        if (flavours.contains(Flavour.RAW)) {
            callbackInvoke(code, plan, Flavour.RAW);
            return;
        }
        Label segment = new Label();
        code.aload(1).invokeVirtual(Types.CONTEXT, "packetArray", "()[B").jump(IFNULL, segment);
        callbackInvoke(code, plan, Flavour.HEAP);
        code.label(segment);
        code.visitor().visitFrame(F_NEW, locals.length, locals, 0, new Object[0]);
        callbackInvoke(code, plan, Flavour.SEGMENT);
    }

    private void callbackInvoke(Code code, FunctionPlan plan, Flavour flavour) {
        code.aload(1);
        if (flavour != Flavour.RAW) {
            code.aload(1).invokeVirtual(Types.CONTEXT, "skb", "()" + Types.field(Types.SKB));
        }
        code.aload(1).invokeVirtual(Types.CONTEXT, "callbackFrame", "()I");
        for (int register = 1; register <= 5; register++) {
            if ((plan.argumentMask() & (1L << register)) != 0) {
                callbackArgument(code, register, plan.argument(register));
            }
        }
        code.invokeStatic(pool.owner(flavour.method(plan)), flavour.method(plan), flavour.descriptor(plan))
                .op(LRETURN);
    }

    private static void callbackArgument(Code code, int register, Rep rep) {
        int number = 2 + 3 * (register - 1);
        int base = number + 2;
        if (register == 5) {
            // a callback has four arguments at most; the verifier leaves r5 unset
            if (rep.number() != Rep.NumberLocal.NONE) {
                code.lconst(0);
            }
        } else if (rep.kind() == Rep.Kind.MAP_VALUE) {
            code.lload(number).aload(base);
            code.invokeStatic(Types.MEMORY, "offsetOrNotFound", "(J" + Types.field(Types.OBJECT) + ")J");
        } else if (rep.number() != Rep.NumberLocal.NONE) {
            code.lload(number);
        }
        if (rep.isInt()) {
            code.op(L2I);
        }
        if (rep.hasBase()) {
            if (register == 5) {
                code.op(ACONST_NULL);
            } else {
                code.aload(base);
                if (!rep.baseType().equals(Types.OBJECT)) {
                    code.checkCast(rep.baseType());
                }
            }
        }
    }

    /** Position records as constants, for {@link ConstantsCode}. */
    static List<String> positions(ProgramPlan program) {
        return ProgramSource.encode(program.lines().positions());
    }
}
