/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import io.github.bpf4j.compiler.verifier.VerifiedProgram;
import io.github.bpf4j.runtime.generated.GeneratedCode;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.program.BpfProgram;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.util.CheckClassAdapter;

/** Turns verified programs into JVM classes. Thread-safe. */
public final class ProgramCompiler {
    private static final String PACKAGE = "io/github/bpf4j/runtime/generated/";

    private ProgramCompiler() {}

    /**
     * Compiles a program and defines its classes.
     *
     * @param program what the verifier accepted
     * @param options how to compile it
     * @return the program, ready to run
     * @throws CodeGenerationException if the program asks for something that is not translated
     */
    public static BpfProgram compile(VerifiedProgram program, CompilerOptions options) {
        CompiledClasses classes = compileToClasses(program, options);
        Object[] maps = program.program().maps().toArray(BpfMap[]::new);
        try {
            MethodHandles.Lookup lookup;
            if (options.debug() || classes.classes().size() > 1) {
                GeneratedLoader loader = new GeneratedLoader(BpfProgram.class.getClassLoader(), classes, maps);
                Class<?> main = Class.forName(classes.mainClass().replace('/', '.'), true, loader);
                lookup = MethodHandles.publicLookup().in(main);
                return (BpfProgram) lookup.findConstructor(main, MethodType.methodType(void.class))
                        .invoke();
            }
            lookup = GeneratedCode.lookup()
                    .defineHiddenClassWithClassData(
                            java.util.Objects.requireNonNull(classes.classes().get(classes.mainClass())), maps, true);
            return (BpfProgram) lookup.findConstructor(lookup.lookupClass(), MethodType.methodType(void.class))
                    .invoke();
        } catch (VerifyError e) {
            throw new AssertionError("generated code is malformed\n" + check(classes), e);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("generated class cannot be defined", e);
        }
    }

    /**
     * Compiles a program to class files without defining them.
     *
     * @param program what the verifier accepted
     * @param options how to compile it
     * @return the class files; they find their maps only when {@link #compile} defines them
     * @throws CodeGenerationException if the program asks for something that is not translated
     */
    public static CompiledClasses compileToClasses(VerifiedProgram program, CompilerOptions options) {
        ProgramPlan plan = new ProgramPlan(program, options);
        return new ClassCode(plan, PACKAGE + className(program.program().name()), new MapConstants()).write();
    }

    /** A Java class name made of a program's name. */
    static String className(String name) {
        StringBuilder result = new StringBuilder();
        for (int i = 0; i < Math.min(name.length(), 100); i++) {
            char c = name.charAt(i);
            result.append(Character.isLetterOrDigit(c) && c < 128 ? c : '_');
        }
        boolean startsWell = !result.isEmpty() && !Character.isDigit(result.charAt(0));
        return startsWell ? result.toString() : "_" + result;
    }

    /** What ASM's checker says of classes that the JVM refused. */
    private static String check(CompiledClasses classes) {
        StringWriter report = new StringWriter();
        for (byte[] bytes : classes.classes().values()) {
            CheckClassAdapter.verify(
                    new ClassReader(bytes), ProgramCompiler.class.getClassLoader(), false, new PrintWriter(report));
        }
        return report.toString();
    }

    /** Maps as the class data of a hidden class, or from the loader of named ones. */
    private static final class MapConstants implements ClassCode.Constants {
        @Override
        public void push(Code code) {
            code.invokeStatic("java/lang/invoke/MethodHandles", "lookup", "()Ljava/lang/invoke/MethodHandles$Lookup;");
            code.invokeStatic(
                    Types.MEMORY,
                    "constants",
                    "(Ljava/lang/invoke/MethodHandles$Lookup;)[" + Types.field(Types.OBJECT));
        }
    }
}
