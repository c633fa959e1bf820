/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.util.Textifier;
import org.objectweb.asm.util.TraceMethodVisitor;

/** The methods of compiled classes as text, cut at their line numbers, so that each piece can be shown at its C line. */
final class BytecodeListing {
    /** Bytecode of one method between two line numbers; the line is 0 before the first. */
    private static final class Piece {
        final String method;
        final int line;
        final String text;
        int place = -1;

        Piece(String method, int line, String text) {
            this.method = method;
            this.line = line;
            this.text = text;
        }
    }

    private final List<Piece> pieces = new ArrayList<>();

    private final Pattern wanted;

    private BytecodeListing(Pattern wanted) {
        this.wanted = wanted;
    }

    /** Takes in the methods in whose names the pattern is found. */
    static BytecodeListing of(Collection<byte[]> classes, Pattern wanted) {
        BytecodeListing listing = new BytecodeListing(wanted);
        for (byte[] each : classes) {
            new ClassReader(each).accept(listing.new Methods(), ClassReader.SKIP_FRAMES);
        }
        return listing;
    }

    /**
     * Finds a place for every piece in a list of C lines, of which a line may occur several times: the next occurrence behind that of the
     * method's piece before, since code follows the order of instructions; else the first occurrence; a piece of an unknown line stays
     * with the one before it.
     */
    void align(List<Integer> lines) {
        String method = "";
        int last = -1;
        for (Piece piece : pieces) {
            if (!piece.method.equals(method)) {
                method = piece.method;
                last = -1;
            }
            int found = indexFrom(lines, piece.line, Math.max(0, last));
            if (found < 0) {
                found = indexFrom(lines, piece.line, 0);
            }
            last = found < 0 ? last : found;
            piece.place = last;
        }
    }

    private static int indexFrom(List<Integer> lines, int line, int from) {
        for (int i = from; i < lines.size(); i++) {
            if (line != 0 && lines.get(i) == line) {
                return i;
            }
        }
        return -1;
    }

    /** Prints the pieces whose place is the given index of the lines; -1 for those of no line. */
    void print(PrintStream out, int place) {
        String method = "";
        for (Piece piece : pieces) {
            if (piece.place == place && !piece.text.isBlank()) {
                if (!piece.method.equals(method)) {
                    method = piece.method;
                    out.println("          " + method);
                }
                piece.text.lines().forEach(line -> out.println("            " + line.strip()));
            }
        }
    }

    private final class Methods extends ClassVisitor {
        private String owner = "";

        Methods() {
            super(Opcodes.ASM9);
        }

        @Override
        public void visit(
                int version,
                int access,
                String name,
                @Nullable String signature,
                @Nullable String superName,
                String @Nullable [] interfaces) {
            owner = name.substring(name.lastIndexOf('/') + 1);
        }

        @Override
        public @Nullable MethodVisitor visitMethod(
                int access,
                String name,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            return !wanted.matcher(name).find() ? null : new Cutter(owner + "." + name + descriptor, new Textifier());
        }
    }

    /** Sends a method's instructions to a text printer, and starts a new piece at each line number. */
    private final class Cutter extends MethodVisitor {
        private final Textifier printer;
        private final String method;
        private int line;

        Cutter(String method, Textifier printer) {
            super(Opcodes.ASM9, new TraceMethodVisitor(printer));
            this.printer = printer;
            this.method = method;
        }

        @Override
        public void visitLineNumber(int number, Label start) {
            cut();
            line = number;
        }

        @Override
        public void visitMaxs(int maxStack, int maxLocals) {
            cut();
        }

        private void cut() {
            StringWriter text = new StringWriter();
            PrintWriter writer = new PrintWriter(text);
            printer.print(writer);
            writer.flush();
            printer.text.clear();
            if (!text.toString().isBlank()) {
                pieces.add(new Piece(method, line, text.toString()));
            }
        }
    }
}
