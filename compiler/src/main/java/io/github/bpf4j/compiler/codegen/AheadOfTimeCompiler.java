/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.objectweb.asm.Opcodes.*;

import io.github.bpf4j.compiler.load.LoadedObject.ProgramArrayValue;
import io.github.bpf4j.compiler.verifier.VerifiedProgram;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.MapImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * Writes programs as an ordinary jar, for applications that may not define classes at run time. The jar needs the runtime module only.
 * Each program is a public class {@code io.github.bpf4j.generated.NAME} with a public constructor without parameters; {@code
 * ServiceLoader.load(BpfProgram.class)} finds them all. The programs share their maps, which are created when the first of them is
 * used; so are the programs that program arrays hold, when the first program is made. Thread-safe.
 */
public final class AheadOfTimeCompiler {
    /** Where the classes of a jar are. */
    static final String PACKAGE = "io/github/bpf4j/generated/";

    private static final String SERVICE = "META-INF/services/io.github.bpf4j.runtime.program.BpfProgram";

    private AheadOfTimeCompiler() {}

    /**
     * Writes a jar. The same programs give the same bytes.
     *
     * @param programs the programs, of different names, over the same maps
     * @param tailCalled elements of program arrays, each one of the programs
     * @param target where to; not closed
     * @throws IOException if writing fails
     * @throws CodeGenerationException if a program asks for something that is not translated, two programs have the same class name, a
     *     map holds elements that a jar cannot take along, or a program array is to hold a program that is not in the jar
     */
    public static void write(List<VerifiedProgram> programs, List<ProgramArrayValue> tailCalled, OutputStream target)
            throws IOException {
        List<BpfMap> maps = maps(programs);
        List<ProgramArrayValue> links =
                tailCalled.stream().filter(value -> maps.contains(value.map())).toList();
        Map<String, byte[]> entries = new TreeMap<>();
        List<String> names = new ArrayList<>();
        for (VerifiedProgram program : programs) {
            String name = ProgramCompiler.className(program.program().name());
            CompiledClasses classes = compile(program, PACKAGE + name, maps, !links.isEmpty());
            if (name.equals("Maps") || names.contains(name)) {
                throw new CodeGenerationException("two classes would have the name " + name);
            }
            names.add(name);
            classes.classes().forEach((internal, bytes) -> entries.put(internal + ".class", bytes));
        }
        for (ProgramArrayValue link : links) {
            if (!names.contains(ProgramCompiler.className(link.program()))) {
                throw new CodeGenerationException("program array "
                        + link.map().definition().name() + " holds " + link.program() + ", which is not in the jar");
            }
        }
        entries.put(MapsClass.NAME + ".class", new MapsClass(maps, links).write());
        entries.put(PACKAGE + MapsClass.IMAGE, image(maps));
        StringBuilder services = new StringBuilder();
        for (String name : names) {
            services.append(PACKAGE.replace('/', '.')).append(name).append('\n');
        }
        entries.put(SERVICE, services.toString().getBytes(StandardCharsets.UTF_8));
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        JarOutputStream jar = new JarOutputStream(target);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        manifest.write(text);
        entry(jar, "META-INF/MANIFEST.MF", text.toByteArray());
        for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
            entry(jar, entry.getKey(), entry.getValue());
        }
        jar.finish();
    }

    private static void entry(JarOutputStream jar, String name, byte[] bytes) throws IOException {
        JarEntry entry = new JarEntry(name);
        entry.setTime(0);
        jar.putNextEntry(entry);
        jar.write(bytes);
        jar.closeEntry();
    }

    private static List<BpfMap> maps(List<VerifiedProgram> programs) {
        Set<BpfMap> maps = new LinkedHashSet<>();
        programs.forEach(program -> maps.addAll(program.program().maps()));
        return new ArrayList<>(maps);
    }

    private static CompiledClasses compile(
            VerifiedProgram program, String owner, List<BpfMap> all, boolean linksPrograms) {
        List<BpfMap> own = program.program().maps();
        ClassCode.Constants constants = new ClassCode.Constants() {
            @Override
            public void push(Code code) {
                code.iconst(own.size());
                code.visitor().visitTypeInsn(ANEWARRAY, Types.OBJECT);
                for (int i = 0; i < own.size(); i++) {
                    code.op(DUP).iconst(i);
                    MapsClass.push(code, all.indexOf(own.get(i)));
                    code.op(AASTORE);
                }
            }

            @Override
            public void constructed(Code code) {
                if (linksPrograms) {
                    MapsClass.link(code);
                }
            }
        };
        return new ClassCode(new ProgramPlan(program, CompilerOptions.DEFAULT), owner, constants).write();
    }

    private static byte[] image(List<BpfMap> maps) throws IOException {
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        try {
            MapImage.write(maps, image);
        } catch (IllegalArgumentException e) {
            throw new CodeGenerationException(String.valueOf(e.getMessage()));
        }
        return image.toByteArray();
    }
}
