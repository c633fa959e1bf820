/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bpf4j.compiler.TestObjects;
import io.github.bpf4j.compiler.load.LoadOptions;
import io.github.bpf4j.compiler.load.ObjectLoader;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramTrapException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Functions of headers that were inlined: what debuggers (JSR 45) and traps say of their lines. */
class SourceMapTest {
    private static Program program(String object, String name) {
        return ObjectLoader.load(ObjectSpec.read(TestObjects.read(object)), LoadOptions.of(1))
                .program(name)
                .orElseThrow()
                .program();
    }

    /** What a class file says of its source. */
    private static final class Source extends ClassVisitor {
        private @Nullable String file;
        private @Nullable String map;
        private final List<Integer> lines = new ArrayList<>();

        Source(byte[] classFile) {
            super(Opcodes.ASM9);
            new ClassReader(classFile).accept(this, 0);
        }

        @Override
        public void visitSource(@Nullable String source, @Nullable String debug) {
            file = source;
            map = debug;
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, @Nullable String signature, String @Nullable [] thrown) {
            return new MethodVisitor(Opcodes.ASM9) {
                @Override
                public void visitLineNumber(int line, Label start) {
                    if (name.equals("heap$0") && !lines.contains(line)) {
                        lines.add(line);
                    }
                }
            };
        }

        static Source of(Program program, CompilerOptions options) {
            CompiledClasses classes = ProgramCompiler.compileToClasses(SimpleFacts.of(program), options);
            return new Source(Objects.requireNonNull(classes.classes().get(classes.mainClass())));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void linesOfHeadersAreMappedBack(boolean debug) {
        Source source = Source.of(program("inlined_header.o", "reads"), new CompilerOptions(debug));
        assertEquals("inlined_header.bpf.c", source.file);
        assertEquals("""
                SMAP
                inlined_header.bpf.c
                C
                *S C
                *F
                + 1 inlined_header.bpf.c
                ./inlined_header.bpf.c
                + 2 inlined_header.h
                ././inlined_header.h
                *L
                1#1,13:1
                6#2:14
                9#2:15
                *E
                """, source.map);
        // the lines of the method: two of the main file, two of the header, one of the main file
        assertEquals(List.of(10, 14, 15, 12, 13), source.lines);
    }

    @Test
    void oneFileNeedsNoMap() {
        Source source = Source.of(program("plain.o", "drop_8080"), CompilerOptions.DEFAULT);
        assertEquals("plain.bpf.c", source.file);
        assertNull(source.map);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void trapNamesTheHeadersLine(boolean debug) {
        // facts that claim bounds which nothing checked: the JVM's own check stops the program
        BpfProgram program = ProgramCompiler.compile(
                SimpleFacts.of(program("inlined_header.o", "reads")), new CompilerOptions(debug));
        ExecutionContext context = new ExecutionContext(0);
        byte[] packet = new byte[31];
        packet[30] = 5;
        assertEquals(5, program.run(context, new SkBuff(packet, 0, 31)));
        ProgramTrapException trap =
                assertThrows(ProgramTrapException.class, () -> program.run(context, new SkBuff(new byte[30], 0, 30)));
        StackTraceElement top = trap.getStackTrace()[0];
        assertEquals("reads", top.getMethodName());
        assertEquals("inlined_header.h", top.getFileName());
        assertEquals(9, top.getLineNumber());
        assertNotNull(trap.getCause());
        assertEquals(
                "reads: run-time check at instruction 2 (inlined_header.h:9)",
                String.valueOf(trap.getMessage()).replaceFirst(": java.*", ""));
    }
}
