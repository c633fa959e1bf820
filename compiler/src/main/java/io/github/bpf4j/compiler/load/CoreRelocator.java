/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfExt.CoreInfo;
import io.github.bpf4j.compiler.btf.CoreKind;
import io.github.bpf4j.compiler.spec.FunctionSpec;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.spec.ProgramSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Resolves CO-RE relocations ("compile once, run everywhere"): finds the counterpart of what a program was compiled against in the target
 * types and writes the difference into the instruction. What has no counterpart makes its instruction invalid, as libbpf does; a program
 * that guards it with {@code bpf_core_field_exists} never reaches it.
 *
 * @see <a href="https://docs.kernel.org/bpf/llvm_reloc.html#co-re-relocations">CO-RE Relocations, kernel documentation</a>
 */
final class CoreRelocator {
    /** The helper number that libbpf writes into instructions it cannot relocate: 0xbad2310. */
    static final int POISON = 0xbad2310;

    private static final int MAX_CANDIDATES_NAMED = 5;

    private final ObjectSpec spec;
    private final LoadOptions options;
    private final Map<Position, Answer> answers = new HashMap<>();
    private final Map<Request, Answer> known = new HashMap<>();

    /** By local type; those that no relocation so far has excluded. */
    private final Map<Integer, List<Candidate>> candidates = new HashMap<>();

    private final Map<Btf, CoreMatcher> matchers = new HashMap<>();
    private final CoreMatcher.Work work = new CoreMatcher.Work();
    private boolean isResolved;

    CoreRelocator(ObjectSpec spec, LoadOptions options) {
        this.spec = spec;
        this.options = options;
    }

    private record Position(String section, CoreInfo info) {}

    /**
     * What an answer depends on.
     *
     * @param candidates how many candidates are left; they only become fewer
     */
    private record Request(int type, String access, CoreKind kind, int candidates) {}

    /** A target type of the right name and kind. */
    private record Candidate(Btf btf, int id) {
        String text() {
            return CoreAccess.typeText(btf, id);
        }
    }

    /** The answer to a request. */
    private sealed interface Answer {}

    /**
     * There is a counterpart, or the lack of one is a number too.
     *
     * @param original what the compiler left in the instruction
     * @param resolved what belongs there
     */
    private record Found(CoreValue original, CoreValue resolved) implements Answer {}

    /** There is no counterpart, and why. */
    private record Absent(String explanation) implements Answer {}

    /** The request makes no sense, or has contradicting answers. */
    private record Refused(String problem) implements Answer {}

    /**
     * Relocates one instruction.
     *
     * @param slot its place in {@code code}
     * @param end end of its function in {@code code}
     * @param localSlot its place in its function, for messages
     * @return why the instruction was made invalid, or null if it was relocated
     */
    @Nullable
    String apply(Code code, int slot, int end, CoreInfo info, FunctionSpec function, int localSlot) {
        if (!isResolved) {
            isResolved = true;
            resolveAll();
        }
        Place place = new Place(function, localSlot, info, spec);
        Patch patch = new Patch(code, slot, end, place);
        return switch (answer(function, info)) {
            case Found found -> patch.write(found.original, found.resolved);
            case Absent absent -> {
                patch.poison();
                yield absent.explanation;
            }
            case Refused refused -> throw place.fault(refused.problem);
        };
    }

    /**
     * Resolves everything that programs to be loaded may need in the order of the file, since libbpf does: a candidate in which one access
     * had no counterpart, while it had in another, is out for all later accesses to the same local type.
     */
    private void resolveAll() {
        Set<Integer> left = spec.programs().stream()
                .filter(program -> !program.autoload())
                .map(ProgramSpec::function)
                .collect(Collectors.toSet());
        for (int i = 0; i < spec.functions().size(); i++) {
            if (!left.contains(i)) {
                FunctionSpec function = spec.functions().get(i);
                function.coreRelocations().forEach(info -> answer(function, info));
            }
        }
    }

    private Answer answer(FunctionSpec function, CoreInfo info) {
        Position position = new Position(function.section(), info);
        Answer answer = answers.get(position);
        if (answer == null) {
            List<Candidate> left = candidates.get(info.type());
            Request request = new Request(info.type(), info.access(), info.kind(), left == null ? -1 : left.size());
            answer = known.get(request);
            if (answer == null) {
                try {
                    answer = resolve(info);
                } catch (IllegalArgumentException e) {
                    answer = new Refused(String.valueOf(e.getMessage()));
                }
                known.put(request, answer);
            }
            answers.put(position, answer);
        }
        return answer;
    }

    private Answer resolve(CoreInfo info) {
        Btf local = spec.btf();
        if (local == null) {
            return new Refused("there is no BTF");
        }
        CoreKind kind = info.kind();
        if (kind == CoreKind.TYPE_ID_LOCAL) {
            CoreValue id = CoreValue.of(kind, CoreAccess.type(local, info.type(), info.access()));
            return new Found(id, id);
        }
        if (local.name(info.type()).isEmpty() || info.type() == 0) {
            return new Refused("the type has no name");
        }
        CoreAccess access = kind.isField()
                ? CoreAccess.field(local, info.type(), info.access())
                : kind.isEnumerator()
                        ? CoreAccess.enumerator(local, info.type(), info.access())
                        : CoreAccess.type(local, info.type(), info.access());
        CoreValue original = CoreValue.of(kind, access);
        List<Candidate> open = candidates.computeIfAbsent(info.type(), type -> candidates(local, type));
        List<Candidate> matching = new ArrayList<>();
        CoreValue found = null;
        CoreAccess foundAt = null;
        for (Candidate candidate : open) {
            CoreAccess match = match(kind, access, candidate);
            if (match == null) {
                continue;
            }
            CoreValue value = CoreValue.of(kind, match);
            if (found == null || foundAt == null) {
                found = value;
                foundAt = match;
            } else if (foundAt.bitOffset() != match.bitOffset() || found.value() != value.value()) {
                return new Refused("%s is ambiguous: %s gives %d, but type %d of this name gives %d"
                        .formatted(access.text(), foundAt.text(), found.value(), candidate.id, value.value()));
            }
            matching.add(candidate);
        }
        if (found != null) {
            candidates.put(info.type(), matching);
            return new Found(original, found);
        }
        CoreValue absent = absent(kind);
        return absent == null ? new Absent(explanation(kind, access, open)) : new Found(original, absent);
    }

    /** The types of the target's own; if it has none of the name, those of its modules. */
    private List<Candidate> candidates(Btf local, int type) {
        List<Candidate> found = new ArrayList<>();
        addCandidates(local, type, target(), 0, found);
        if (found.isEmpty()) {
            for (Btf module : options.modules()) {
                addCandidates(local, type, module, module.firstId(), found);
            }
        }
        return found;
    }

    private static void addCandidates(Btf local, int type, Btf from, int firstId, List<Candidate> found) {
        for (int id : from.candidates(Btf.essentialName(local.name(type)))) {
            if (id >= firstId && CoreMatcher.kindsAgree(local.kind(type), from.kind(id))) {
                found.add(new Candidate(from, id));
            }
        }
    }

    private Btf target() {
        Btf given = options.target();
        return given == null ? TargetTypes.btf() : given;
    }

    private @Nullable CoreAccess match(CoreKind kind, CoreAccess access, Candidate candidate) {
        CoreMatcher with =
                matchers.computeIfAbsent(candidate.btf, target -> new CoreMatcher(access.btf(), target, work));
        if (kind.isField()) {
            return with.field(access, candidate.id);
        }
        if (kind.isEnumerator()) {
            return with.enumerator(access, candidate.id);
        }
        boolean matches = kind == CoreKind.TYPE_MATCHES
                ? with.typesMatch(access.root(), candidate.id)
                : with.typesAgree(access.root(), candidate.id);
        return matches ? new CoreAccess(candidate.btf, candidate.id, List.of(), 0, false) : null;
    }

    /** What a relocation without counterpart computes; null if its instruction becomes invalid. */
    private static @Nullable CoreValue absent(CoreKind kind) {
        return switch (kind) {
            case FIELD_EXISTS, TYPE_EXISTS, TYPE_MATCHES, TYPE_SIZE, TYPE_ID_TARGET, ENUMVAL_EXISTS ->
                new CoreValue(0, true, null, 0);
            case FIELD_BYTE_OFFSET,
                    FIELD_BYTE_SIZE,
                    FIELD_SIGNED,
                    FIELD_LSHIFT_U64,
                    FIELD_RSHIFT_U64,
                    TYPE_ID_LOCAL,
                    ENUMVAL_VALUE -> null;
        };
    }

    private static String explanation(CoreKind kind, CoreAccess access, List<Candidate> candidates) {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < Math.min(candidates.size(), MAX_CANDIDATES_NAMED); i++) {
            names.append(i == 0 ? "" : ", ").append(candidates.get(i).text());
        }
        if (candidates.size() > MAX_CANDIDATES_NAMED) {
            names.append(" and %d more".formatted(candidates.size() - MAX_CANDIDATES_NAMED));
        }
        return candidates.isEmpty()
                ? "CO-RE relocation %s of %s failed: the target has no such type".formatted(kind.text(), access.text())
                : "CO-RE relocation %s of %s failed: none of the target's candidates fits (%s)"
                        .formatted(kind.text(), access.text(), names);
    }

    /** Where a relocation stands, for messages. */
    private record Place(FunctionSpec function, int slot, CoreInfo info, ObjectSpec spec) {
        /** Type and access string. */
        String what() {
            Btf btf = spec.btf();
            return "%s (%s)".formatted(btf == null ? "?" : CoreAccess.typeText(btf, info.type()), info.access());
        }

        LoadException fault(String problem) {
            String what = "function '%s', instruction %d, CO-RE relocation %s of %s"
                    .formatted(function.name(), slot, info.kind().text(), what());
            return new LoadException(what, problem);
        }
    }

    /** Writes a value into an instruction, in the way its class asks for. */
    private record Patch(Code code, int slot, int end, Place place) {
        private static final int LD = 0;
        private static final int LDX = 1;
        private static final int ST = 2;
        private static final int STX = 3;
        private static final int ALU = 4;
        private static final int ALU64 = 7;
        private static final int SOURCE_REGISTER = 8;
        private static final int SIZE_MASK = 0x18;

        void poison() {
            if (code.opcode(slot) == Code.LD_IMM64) {
                checkSecondSlot();
                code.setCall(slot + 1, Code.HELPER, POISON);
            }
            code.setCall(slot, Code.HELPER, POISON);
        }

        private void checkSecondSlot() {
            if (slot + 1 >= end || code.opcode(slot + 1) != 0) {
                throw place.fault("a 64-bit constant without its second slot");
            }
        }

        @Nullable
        String write(CoreValue original, CoreValue resolved) {
            switch (code.opcode(slot) & 7) {
                case ALU, ALU64 -> {
                    if ((code.opcode(slot) & SOURCE_REGISTER) != 0) {
                        throw place.fault("the instruction has no immediate");
                    }
                    checkOriginal(original, code.imm(slot));
                    code.setImm(slot, (int) resolved.value());
                }
                case LDX, ST, STX -> {
                    return memory(original, resolved);
                }
                case LD -> {
                    if (code.opcode(slot) != Code.LD_IMM64 || code.source(slot) != 0) {
                        throw place.fault("the instruction is no 64-bit constant");
                    }
                    checkSecondSlot();
                    long before = (long) code.imm(slot + 1) << 32 | code.imm(slot) & 0xffff_ffffL;
                    checkOriginal(original, before);
                    code.setValue(slot, resolved.value());
                }
                default -> throw place.fault("instruction 0x%02x cannot be relocated".formatted(code.opcode(slot)));
            }
            return null;
        }

        private void checkOriginal(CoreValue original, long found) {
            if (original.isStrict() && found != original.value()) {
                throw place.fault("the instruction holds %d where the program's own types give %d"
                        .formatted(found, original.value()));
            }
        }

        private @Nullable String memory(CoreValue original, CoreValue resolved) {
            checkOriginal(original, code.offset(slot));
            if (Long.compareUnsigned(resolved.value(), Short.MAX_VALUE) > 0) {
                throw place.fault("offset %d does not fit the instruction".formatted(resolved.value()));
            }
            if (original.size() != resolved.size()) {
                if (!CoreValue.mayResize(original, resolved)) {
                    poison();
                    return "CO-RE relocation %s of %s failed: the access cannot change its size, from %s in the program to %s in the target"
                            .formatted(
                                    place.info.kind().text(), place.what(), original.sizeText(), resolved.sizeText());
                }
                if (accessSize() != original.size()) {
                    throw place.fault(
                            "an access of %d bytes to a field of %d".formatted(accessSize(), original.size()));
                }
                code.setOpcode(slot, code.opcode(slot) & ~SIZE_MASK | sizeBits((int) resolved.size()));
            }
            code.setOffset(slot, (int) resolved.value());
            return null;
        }

        private int accessSize() {
            return switch (code.opcode(slot) & SIZE_MASK) {
                case 0x00 -> 4;
                case 0x08 -> 2;
                case 0x10 -> 1;
                default -> 8;
            };
        }

        private int sizeBits(int size) {
            return switch (size) {
                case 4 -> 0x00;
                case 2 -> 0x08;
                case 1 -> 0x10;
                case 8 -> 0x18;
                default -> throw place.fault("no access has %d bytes".formatted(size));
            };
        }
    }
}
