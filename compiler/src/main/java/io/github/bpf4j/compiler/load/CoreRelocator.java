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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private final Map<Request, Result> results = new HashMap<>();
    private @Nullable CoreMatcher matcher;
    private @Nullable Btf target;

    CoreRelocator(ObjectSpec spec, LoadOptions options) {
        this.spec = spec;
        this.options = options;
    }

    private record Request(int type, String access, CoreKind kind) {}

    /**
     * The outcome for one access and kind.
     *
     * @param original what the compiler left in the instruction
     * @param resolved what belongs there, or null if there is no counterpart
     * @param explanation why there is none
     */
    private record Result(CoreValue original, @Nullable CoreValue resolved, String explanation) {}

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
        Place place = new Place(function, localSlot, info, spec);
        Result result = results.get(new Request(info.type(), info.access(), info.kind()));
        if (result == null) {
            try {
                result = resolve(info);
            } catch (IllegalArgumentException e) {
                throw place.fault(String.valueOf(e.getMessage()), e);
            }
            results.put(new Request(info.type(), info.access(), info.kind()), result);
        }
        Patch patch = new Patch(code, slot, end, place);
        CoreValue resolved = result.resolved;
        if (resolved == null) {
            patch.poison();
            return result.explanation;
        }
        return patch.write(result.original, resolved);
    }

    private Result resolve(CoreInfo info) {
        Btf local = spec.btf();
        if (local == null) {
            throw new IllegalArgumentException("there is no BTF");
        }
        CoreKind kind = info.kind();
        if (kind == CoreKind.TYPE_ID_LOCAL) {
            CoreValue id = CoreValue.of(kind, CoreAccess.type(local, info.type(), info.access()));
            return new Result(id, id, "");
        }
        String name = local.name(info.type());
        if (name.isEmpty() || info.type() == 0) {
            throw new IllegalArgumentException("the type has no name");
        }
        CoreAccess access = kind.isField()
                ? CoreAccess.field(local, info.type(), info.access())
                : kind.isEnumerator()
                        ? CoreAccess.enumerator(local, info.type(), info.access())
                        : CoreAccess.type(local, info.type(), info.access());
        CoreValue original = CoreValue.of(kind, access);
        List<Integer> candidates = candidates(local, info.type(), name);
        CoreValue found = null;
        CoreAccess foundAt = null;
        for (int candidate : candidates) {
            CoreAccess match = match(kind, access, candidate);
            if (match == null) {
                continue;
            }
            CoreValue value = CoreValue.of(kind, match);
            if (found != null && foundAt != null && (found.value() != value.value() || found.size() != value.size())) {
                throw new IllegalArgumentException("%s is ambiguous: %s gives %d, but type %d of this name gives %d"
                        .formatted(access.text(), foundAt.text(), found.value(), candidate, value.value()));
            }
            if (found == null) {
                found = value;
                foundAt = match;
            }
        }
        if (found == null) {
            found = absent(kind);
        }
        return new Result(original, found, explanation(kind, access, candidates));
    }

    private List<Integer> candidates(Btf local, int type, String name) {
        List<Integer> candidates = new ArrayList<>();
        for (int id : target().candidates(Btf.essentialName(name))) {
            if (CoreMatcher.kindsAgree(local.kind(type), target().kind(id))) {
                candidates.add(id);
            }
        }
        return candidates;
    }

    private Btf target() {
        Btf known = target;
        if (known == null) {
            Btf given = options.target();
            known = given == null ? TargetTypes.btf() : given;
            target = known;
        }
        return known;
    }

    private @Nullable CoreAccess match(CoreKind kind, CoreAccess access, int candidate) {
        CoreMatcher with = matcher;
        if (with == null) {
            with = new CoreMatcher(access.btf(), target());
            matcher = with;
        }
        if (kind.isField()) {
            return with.field(access, candidate);
        }
        if (kind.isEnumerator()) {
            return with.enumerator(access, candidate);
        }
        boolean matches = kind == CoreKind.TYPE_MATCHES
                ? with.typesMatch(access.root(), candidate)
                : with.typesAgree(access.root(), candidate);
        return matches ? new CoreAccess(target(), candidate, List.of(), 0, false) : null;
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

    private String explanation(CoreKind kind, CoreAccess access, List<Integer> candidates) {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < Math.min(candidates.size(), MAX_CANDIDATES_NAMED); i++) {
            names.append(i == 0 ? "" : ", ").append(CoreAccess.typeText(target(), candidates.get(i)));
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
        LoadException fault(String problem, @Nullable Throwable cause) {
            Btf btf = spec.btf();
            String what = "function '%s', instruction %d, CO-RE relocation %s of %s (%s)"
                    .formatted(
                            function.name(),
                            slot,
                            info.kind().text(),
                            btf == null ? "?" : CoreAccess.typeText(btf, info.type()),
                            info.access());
            LoadException fault = new LoadException(what, problem);
            if (cause != null) {
                fault.initCause(cause);
            }
            return fault;
        }

        LoadException fault(String problem) {
            return fault(problem, null);
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
                    checkOriginal(original, Integer.toUnsignedLong(code.imm(slot)), original.value() & 0xffff_ffffL);
                    code.setImm(slot, (int) resolved.value());
                }
                case LDX, ST, STX -> memory(original, resolved);
                case LD -> {
                    if (code.opcode(slot) != Code.LD_IMM64 || code.source(slot) != 0) {
                        throw place.fault("the instruction is no 64-bit constant");
                    }
                    checkSecondSlot();
                    long before = (long) code.imm(slot + 1) << 32 | code.imm(slot) & 0xffff_ffffL;
                    checkOriginal(original, before, original.value());
                    code.setValue(slot, resolved.value());
                }
                default -> throw place.fault("instruction 0x%02x cannot be relocated".formatted(code.opcode(slot)));
            }
            return null;
        }

        private void checkOriginal(CoreValue original, long found, long expected) {
            if (original.isStrict() && found != expected) {
                throw place.fault(
                        "the instruction holds %d where the program's own types give %d".formatted(found, expected));
            }
        }

        private void memory(CoreValue original, CoreValue resolved) {
            checkOriginal(original, code.offset(slot), original.value());
            if (resolved.value() > Short.MAX_VALUE) {
                throw place.fault("offset %d does not fit the instruction".formatted(resolved.value()));
            }
            if (original.size() != resolved.size() && original.field() != null && resolved.field() != null) {
                if (!CoreValue.mayResize(original, resolved)) {
                    throw place.fault("the field has %d bytes in the program and %d in the target, and is not unsigned"
                            .formatted(original.size(), resolved.size()));
                }
                if (accessSize() != original.size()) {
                    throw place.fault(
                            "an access of %d bytes to a field of %d".formatted(accessSize(), original.size()));
                }
                code.setOpcode(slot, code.opcode(slot) & ~SIZE_MASK | sizeBits((int) resolved.size()));
            }
            code.setOffset(slot, (int) resolved.value());
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
