/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfBuilder;
import io.github.bpf4j.compiler.btf.BtfFormatException;
import io.github.bpf4j.compiler.btf.BtfType;
import io.github.bpf4j.compiler.btf.BtfType.*;
import io.github.bpf4j.compiler.kernel.LibBpf;
import io.github.bpf4j.compiler.spec.FunctionSpec;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compares CO-RE relocations with libbpf's, instruction by instruction: what is written, what is made invalid, and what ends the load.
 * Since the first refused relocation ends libbpf's work, it is taken out and the rest tried again.
 *
 * <p>As a program it compares objects with random types, or with the host's. Usage: {@code CoreComparison [RELOCATIONS [SEED [host]]]}, by
 * default 100,000 and 1.
 */
final class CoreComparison {
    private static final int PER_OBJECT = 40;
    private static final int DECLARATIONS = 12;
    private static final int EXCERPT = 1_000;
    private static final int SLOT = FunctionSpec.SLOT_BYTES;
    private static final Pattern REFUSAL =
            Pattern.compile("libbpf: prog '.*': relo #(\\d+): failed to (relocate|patch insn #.*): .*");

    private final Path targetFile;
    private final Btf target;
    private int compared;
    private int poisoned;
    private int refused;

    /** Compares against a target, which libbpf reads from a file. */
    CoreComparison(Path targetFile) throws IOException {
        this.targetFile = targetFile;
        target = TargetTypes.read(targetFile);
    }

    /** How many relocations gave the same. */
    int compared() {
        return compared;
    }

    /** How many of these made their instruction invalid. */
    int poisoned() {
        return poisoned;
    }

    /** How many of these were refused. */
    int refused() {
        return refused;
    }

    private void add(CoreComparison other) {
        compared += other.compared;
        poisoned += other.poisoned;
        refused += other.refused;
    }

    @Override
    public String toString() {
        return "%,d relocations alike, of which %,d made their instruction invalid and %,d were refused"
                .formatted(compared, poisoned, refused);
    }

    /** What one of the two made of a program: its instructions, or the first relocation that it refused and why. */
    private record Result(byte[] code, int refusal, String why) {}

    /**
     * Compares one program.
     *
     * @throws AssertionError at the first difference
     */
    void compare(CoreCase all) {
        CoreCase rest = all;
        while (!rest.relocations().isEmpty()) {
            byte[] object = rest.toObject();
            Result theirs = theirs(object);
            Result ours = ours(object, rest);
            if (ours.refusal != theirs.refusal) {
                int index = ours.refusal < 0
                        ? theirs.refusal
                        : theirs.refusal < 0 ? ours.refusal : Math.min(ours.refusal, theirs.refusal);
                throw difference(rest, index, ours.why, theirs.why);
            }
            if (ours.refusal < 0) {
                compareCode(rest, ours, theirs);
                return;
            }
            refused++;
            compared++;
            rest = rest.without(ours.refusal);
        }
    }

    private Result theirs(byte[] object) {
        LibBpf.Outcome outcome = LibBpf.load(object, targetFile, null);
        for (String warning : outcome.warnings()) {
            Matcher refusal = REFUSAL.matcher(warning);
            if (refusal.matches()) {
                return new Result(
                        new byte[0], Integer.parseInt(refusal.group(1)), String.join("; ", outcome.warnings()));
            }
        }
        byte[] code = outcome.programs().get(CoreCase.PROGRAM);
        if (code == null) {
            throw new AssertionError("libbpf cannot open the object: " + outcome.warnings());
        }
        return new Result(code, -1, "no refusal; " + String.join("; ", outcome.warnings()));
    }

    private Result ours(byte[] object, CoreCase program) {
        ObjectSpec spec = ObjectSpec.read(object);
        FunctionSpec function = spec.functions().getFirst();
        CoreRelocator relocator = new CoreRelocator(spec, LoadOptions.of(1).withTarget(target));
        Code code = new Code(function.slots());
        code.put(0, function.code());
        for (int i = 0; i < program.relocations().size(); i++) {
            int slot = program.offset(i) / SLOT;
            try {
                relocator.apply(
                        code, slot, function.slots(), function.coreRelocations().get(i), function, slot);
            } catch (LoadException e) {
                return new Result(new byte[0], i, String.valueOf(e.getMessage()));
            }
        }
        return new Result(code.toByteArray(), -1, "no refusal");
    }

    private void compareCode(CoreCase program, Result ours, Result theirs) {
        for (int i = 0; i < program.relocations().size(); i++) {
            int from = program.offset(i);
            int to = from + program.relocations().get(i).code().length;
            byte[] mine = Arrays.copyOfRange(ours.code, from, to);
            byte[] other = Arrays.copyOfRange(theirs.code, from, to);
            if (!Arrays.equals(mine, other)) {
                throw difference(
                        program,
                        i,
                        HexFormat.of().formatHex(mine),
                        HexFormat.of().formatHex(other));
            }
            compared++;
            if (isPoisoned(mine)) {
                poisoned++;
            }
        }
    }

    private static boolean isPoisoned(byte[] code) {
        int imm = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
        return (code[0] & 0xff) == Code.CALL && imm == CoreRelocator.POISON;
    }

    private AssertionError difference(CoreCase program, int index, String ours, String theirs) {
        CoreCase.Relocation relocation = program.relocations().get(index);
        Btf local = program.local();
        int type = relocation.info().type();
        StringBuilder text = new StringBuilder("relocation %d (%s)%nlibbpf: %s%nours: %s%nlocal: %s"
                .formatted(index, relocation, theirs, ours, describe(local, type)));
        for (CoreCase.Relocation earlier : program.relocations().subList(0, index)) {
            if (earlier.info().type() == type) {
                text.append("%nearlier: %s".formatted(earlier));
            }
        }
        for (int candidate : target.candidates(Btf.essentialName(local.name(type)))) {
            text.append("%ntarget: %s".formatted(describe(target, candidate)));
        }
        return new AssertionError(text);
    }

    /** A type with what it is made of. */
    private static String describe(Btf btf, int id) {
        return describe(btf, id, 5, new HashSet<>());
    }

    private static String describe(Btf btf, int id, int depth, Set<Integer> known) {
        BtfType type = btf.type(id);
        if (depth == 0 || !known.add(id)) {
            return "[%d] %s %s".formatted(id, type.kind(), type.name());
        }
        List<Integer> parts = switch (type) {
            case Composite t -> t.members().stream().map(Member::type).toList();
            case Modifier t -> List.of(t.type());
            case Ptr t -> List.of(t.target());
            case Array t -> List.of(t.element());
            case FuncProto t ->
                Stream.concat(Stream.of(t.returnType()), t.params().stream().map(Param::type))
                        .toList();
            case BtfType _ -> List.of();
        };
        StringBuilder text = new StringBuilder(type.toString());
        for (int part : parts) {
            text.append("%n".formatted())
                    .append(describe(btf, part, depth - 1, known).indent(4).stripTrailing());
        }
        return text.toString();
    }

    /** Compares random objects until so many relocations have been compared. */
    static CoreComparison random(int relocations, long seed) throws IOException {
        Path file = Files.createTempFile("target", ".btf");
        try {
            CoreComparison total = null;
            for (long number = 0; total == null || total.compared < relocations; number++) {
                CoreComparison one = randomObject(file, seed, number);
                if (total == null) {
                    total = one;
                } else if (one != null) {
                    total.add(one);
                }
            }
            return total;
        } finally {
            Files.delete(file);
        }
    }

    /** Compares objects compiled against variants of the host's types until so many relocations have been compared. */
    static CoreComparison host(int relocations, long seed) throws IOException {
        CoreComparison comparison = new CoreComparison(TargetTypes.HOST);
        for (long number = 0; comparison.compared < relocations; number++) {
            Random random = new Random(seed * 1_000_003 + number);
            Btf local = ExcerptedTypes.of(comparison.target, EXCERPT, random);
            try {
                comparison.compare(new CoreCases(random, local).program(PER_OBJECT));
            } catch (AssertionError e) {
                throw new AssertionError("host, seed %d, object %d: %s".formatted(seed, number, e.getMessage()), e);
            }
        }
        return comparison;
    }

    /** Compares one object, or gives null if its types make no sense. */
    private static @Nullable CoreComparison randomObject(Path file, long seed, long number) throws IOException {
        Random random = new Random(seed * 1_000_003 + number);
        try {
            DeclaredTypes types = DeclaredTypes.random(random, 2 + random.nextInt(DECLARATIONS));
            Btf local;
            Btf target;
            try {
                local = build(types);
                target = build(types.changed(random));
            } catch (BtfFormatException | IllegalArgumentException _) {
                // Too large, or typedefs of pointers that lead back to themselves: no compiler accepts it either.
                return null;
            }
            Files.write(file, target.toByteArray());
            CoreComparison comparison = new CoreComparison(file);
            comparison.compare(new CoreCases(random, local).program(PER_OBJECT));
            return comparison;
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed %d, object %d: %s".formatted(seed, number, e.getMessage()), e);
        }
    }

    private static Btf build(DeclaredTypes types) {
        BtfBuilder builder = new BtfBuilder();
        DeclaredTypesWriter.write(types, builder);
        return builder.build();
    }

    /**
     * Compares.
     *
     * @param args see above
     * @throws IOException if a temporary file cannot be written
     */
    public static void main(String[] args) throws IOException {
        int relocations = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
        long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
        boolean isHost = args.length > 2 && args[2].equals("host");
        System.out.println("seed " + seed + ": " + (isHost ? host(relocations, seed) : random(relocations, seed)));
    }
}
