/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bpf4j.compiler.verifier.VerifiedProgram;
import io.github.bpf4j.runtime.program.ProgramType;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.util.Textifier;
import org.objectweb.asm.util.TraceMethodVisitor;

/**
 * The bytecode of a few programs as text, to be reviewed like code when it changes: {@code -Dbpf4j.golden.update=true} rewrites the files.
 */
class GoldenBytecodeTest {
    private static final Path DIRECTORY = Path.of("src/test/resources/codegen");

    private static final String SUM = """
                r0 = 0
                r3 = 0
            again:
                r4 = *(u64 *)(r1 + 0)
                r0 += r4
                w3 += 1
                if w3 != 8 goto again
                exit
            """;

    private static final String STACK = """
                *(u32 *)(r10 - 8) = 1
                *(u32 *)(r10 - 4) = 2
                r2 = *(u32 *)(r10 - 8)
                r3 = *(u8 *)(r10 - 4)
                r2 <<= 32
                r2 |= r3
                r0 = r2
                exit
            """;

    @ParameterizedTest
    @CsvSource({
        "dropper,LWT_OUT,heapVector",
        "dropper,LWT_OUT,arrayVector",
        "dropper,LWT_OUT,segment$0",
        "sum,RAW,raw$0",
        "stack,RAW,raw$0"
    })
    void bytecodeIsAsReviewed(String name, ProgramType type, String method) throws Exception {
        String text = switch (name) {
            case "dropper" -> ProgramCompilerTest.DROPPER;
            case "sum" -> SUM;
            default -> STACK;
        };
        VerifiedProgram program = SimpleFacts.of(type, text);
        CompiledClasses classes = ProgramCompiler.compileToClasses(program, CompilerOptions.DEFAULT);
        String actual = methodText(classes.classes().firstEntry().getValue(), method);
        Path file = DIRECTORY.resolve(name + "-" + method.replace('$', '-') + ".txt");
        if (Boolean.getBoolean("bpf4j.golden.update")) {
            Files.writeString(file, actual);
        }
        assertEquals(Files.readString(file), actual);
    }

    private static String methodText(byte[] bytes, String wanted) {
        Textifier printer = new Textifier();
        new ClassReader(bytes)
                .accept(
                        new ClassVisitor(Opcodes.ASM9) {
                            @Override
                            public MethodVisitor visitMethod(
                                    int access, String name, String descriptor, String signature, String[] exceptions) {
                                return name.equals(wanted) ? new TraceMethodVisitor(printer) : null;
                            }
                        },
                        ClassReader.SKIP_FRAMES);
        StringWriter text = new StringWriter();
        PrintWriter writer = new PrintWriter(text);
        printer.print(writer);
        writer.flush();
        return text.toString();
    }
}
