/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.spec;

import io.github.bpf4j.compiler.ByteView;
import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfExt.CoreInfo;
import io.github.bpf4j.compiler.btf.BtfExt.FuncInfo;
import io.github.bpf4j.compiler.btf.BtfExt.LineInfo;
import io.github.bpf4j.compiler.btf.BtfType.Func;
import io.github.bpf4j.compiler.btf.BtfType.Linkage;
import io.github.bpf4j.compiler.elf.Elf;
import io.github.bpf4j.compiler.elf.ElfRelocation;
import io.github.bpf4j.compiler.elf.ElfSection;
import io.github.bpf4j.compiler.elf.ElfSymbol;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** Divides the code sections into functions, and gives each its relocations, source lines and CO-RE relocations. */
final class CodeReader {
    private static final String TEXT = ".text";
    private static final int PSEUDO_CALL = 1;
    private static final int PSEUDO_FUNC = 4;

    private final SpecReader file;
    private final MapTable maps;
    private final ExternTable externs;
    private final List<Draft> drafts = new ArrayList<>();
    private final Map<Integer, TreeMap<Long, Integer>> bySection = new HashMap<>();
    private final List<ProgramSpec> programs = new ArrayList<>();
    private final List<FunctionSpec> functions = new ArrayList<>();

    /** Sorted copies of lists, by the list itself. */
    private final IdentityHashMap<List<?>, List<?>> sorted = new IdentityHashMap<>();

    CodeReader(SpecReader file, MapTable maps, ExternTable externs) {
        this.file = file;
        this.maps = maps;
        this.externs = externs;
    }

    /** A function whose relocations are not read yet. */
    private record Draft(ElfSection section, ElfSymbol symbol, long offset, long size) {
        String place() {
            return "function '" + symbol.name() + "'";
        }
    }

    List<ProgramSpec> programs() {
        return programs;
    }

    List<FunctionSpec> functions() {
        return functions;
    }

    /** The function that starts at an offset of a section, or -1. */
    int functionAt(int section, long offset) {
        TreeMap<Long, Integer> known = bySection.get(section);
        Integer index = known == null ? null : known.get(offset);
        return index == null ? -1 : index;
    }

    boolean isCode(int section) {
        return bySection.containsKey(section);
    }

    void read() {
        for (ElfSection section : file.elf.sections()) {
            if (section.type() == Elf.SHT_PROGBITS && section.isExecutable() && section.size() > 0) {
                divide(section);
            }
        }
        boolean onlyText = drafts.stream().allMatch(d -> d.section.name().equals(TEXT));
        for (int i = 0; i < drafts.size(); i++) {
            Draft draft = drafts.get(i);
            boolean isProgram = draft.symbol.binding() != ElfSymbol.Binding.LOCAL
                    && (onlyText || !draft.section.name().equals(TEXT));
            if (isProgram) {
                ProgramSpec program = program(draft, i);
                if (program.isStructOps()) {
                    file.notes.add("program '%s' implements a function of Linux itself (struct_ops); it is left out"
                            .formatted(program.name()));
                }
                programs.add(program.withAutoload(program.autoload() && !program.isStructOps()));
            }
        }
        Set<String> names = new HashSet<>();
        for (ProgramSpec program : programs) {
            if (!names.add(program.name())) {
                throw new SpecException("program '" + program.name() + "'", "there are two programs of this name");
            }
        }
        for (Draft draft : drafts) {
            functions.add(function(draft));
        }
    }

    private static ProgramSpec program(Draft draft, int function) {
        String section = draft.section.name();
        boolean autoload = !section.startsWith("?");
        String bare = autoload ? section : section.substring(1);
        ProgramType type = ProgramType.ofSection(bare).orElse(null);
        return new ProgramSpec(draft.symbol.name(), bare, type, autoload, function);
    }

    private void divide(ElfSection section) {
        if (section.size() % FunctionSpec.SLOT_BYTES != 0) {
            throw new SpecException(
                    "section '" + section.name() + "'",
                    "%d bytes of code are not a whole number of 8-byte slots".formatted(section.size()));
        }
        List<ElfSymbol> symbols = new ArrayList<>(file.symbolsOf(section));
        // Clang before version 9 did not mark functions; its labels are called LBB0_1 or .L….
        boolean marked = symbols.stream().anyMatch(s -> s.type() == ElfSymbol.Type.FUNC);
        symbols.removeIf(s -> marked
                ? s.type() != ElfSymbol.Type.FUNC
                : s.type() != ElfSymbol.Type.NOTYPE
                        || s.name().startsWith("LBB")
                        || s.name().startsWith(".L"));
        symbols.sort(Comparator.comparingLong(ElfSymbol::value));
        TreeMap<Long, Integer> starts = bySection.computeIfAbsent(section.index(), index -> new TreeMap<>());
        long end = 0;
        for (int i = 0; i < symbols.size(); i++) {
            ElfSymbol symbol = symbols.get(i);
            long limit = i + 1 < symbols.size() ? symbols.get(i + 1).value() : section.size();
            // Assembly without .size directives: up to the next function.
            long size = symbol.size() == 0 ? limit - symbol.value() : symbol.size();
            Draft draft = new Draft(section, symbol, symbol.value(), size);
            boolean fits = symbol.value() >= 0 && size > 0 && size <= section.size() - symbol.value();
            if (!fits || (symbol.value() | size) % FunctionSpec.SLOT_BYTES != 0) {
                throw new SpecException(
                        draft.place(),
                        "%d bytes at offset %d do not fit in section '%s'"
                                .formatted(size, symbol.value(), section.name()));
            }
            if (symbol.value() < end) {
                throw new SpecException(draft.place(), "overlaps another function of section '" + section.name() + "'");
            }
            if (symbol.name().isEmpty()) {
                throw new SpecException("section '" + section.name() + "'", "a function without name");
            }
            end = symbol.value() + size;
            starts.put(symbol.value(), drafts.size());
            drafts.add(draft);
        }
        if (symbols.isEmpty()) {
            throw new SpecException("section '" + section.name() + "'", "code without a function symbol");
        }
    }

    private FunctionSpec function(Draft draft) {
        String section = draft.section.name();
        long end = draft.offset + draft.size;
        int type = 0;
        boolean global = false;
        Btf btf = file.btf;
        List<FuncInfo> infos = file.ext.functions().getOrDefault(section, List.of());
        List<FuncInfo> info = range(infos, FuncInfo::offset, draft.offset, draft.offset + 1);
        if (btf != null && !info.isEmpty() && btf.type(info.get(0).type()) instanceof Func function) {
            type = function.id();
            boolean hidden = draft.symbol.visibility() == ElfSymbol.Visibility.HIDDEN
                    || draft.symbol.visibility() == ElfSymbol.Visibility.INTERNAL;
            global = function.linkage() == Linkage.GLOBAL
                    && draft.symbol.binding() != ElfSymbol.Binding.LOCAL
                    && !hidden;
        }
        ByteView code = draft.section.data().slice(draft.offset, draft.size, draft.section::fault);
        List<LineInfo> lines =
                range(file.ext.lines().getOrDefault(section, List.of()), LineInfo::offset, draft.offset, end);
        List<CoreInfo> core =
                range(file.ext.relocations().getOrDefault(section, List.of()), CoreInfo::offset, draft.offset, end);
        return new FunctionSpec(
                draft.symbol.name(),
                section,
                draft.offset,
                code,
                global,
                type,
                withImplicitCalls(draft, code, relocations(draft, code)),
                lines,
                core);
    }

    /** The records of a half-open range, sorted. */
    private <T> List<T> range(List<T> records, ToLongFunction<T> offset, long from, long to) {
        List<T> ascending = sortedRecords(records, offset);
        return ascending.subList(lowerBound(ascending, offset, from), lowerBound(ascending, offset, to));
    }

    @SuppressWarnings("unchecked")
    private <T> List<T> sortedRecords(List<T> records, ToLongFunction<T> offset) {
        return (List<T>) sorted.computeIfAbsent(records, key -> {
            List<T> copy = new ArrayList<>(records);
            copy.sort(Comparator.comparingLong(offset));
            return copy;
        });
    }

    private static <T> int lowerBound(List<T> records, ToLongFunction<T> offset, long from) {
        int low = 0;
        int high = records.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (offset.applyAsLong(records.get(middle)) < from) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private List<Relocation> relocations(Draft draft, ByteView code) {
        List<ElfRelocation> all = file.relocations.get(draft.section.index());
        List<Relocation> found = new ArrayList<>();
        int last = -1;
        for (ElfRelocation relocation : range(all, ElfRelocation::offset, draft.offset, draft.offset + draft.size)) {
            if (relocation.type() == Elf.R_BPF_NONE) {
                continue;
            }
            long at = relocation.offset() - draft.offset;
            if (at % FunctionSpec.SLOT_BYTES != 0) {
                throw new SpecException(
                        draft.place(), "a relocation at offset %d, inside an instruction".formatted(at));
            }
            int slot = (int) (at / FunctionSpec.SLOT_BYTES);
            if (slot == last) {
                throw new SpecException(draft.place(), "two relocations of instruction %d".formatted(slot));
            }
            last = slot;
            found.add(new RelocationReader(draft.place(), code, slot).read(relocation));
        }
        return found;
    }

    /** Adds the calls inside a section, which clang resolves itself: functions may move once they are linked. */
    private List<Relocation> withImplicitCalls(Draft draft, ByteView code, List<Relocation> relocated) {
        List<Relocation> all = new ArrayList<>();
        int next = 0;
        int slots = code.length() / FunctionSpec.SLOT_BYTES;
        for (int slot = 0; slot < slots; slot++) {
            int opcode = code.u8(8L * slot);
            if (next < relocated.size() && relocated.get(next).slot() == slot) {
                all.add(relocated.get(next++));
            } else {
                boolean isCall = opcode == RelocationReader.CALL && source(code, slot) == PSEUDO_CALL;
                boolean isAddress = opcode == RelocationReader.LD_IMM64 && source(code, slot) == PSEUDO_FUNC;
                long target = 8 * (slot + 1L + code.i32(8L * slot + 4));
                int function = isCall || isAddress ? functionAt(draft.section.index(), draft.offset + target) : -1;
                if (function >= 0) {
                    all.add(
                            isCall
                                    ? new Relocation.FunctionCall(slot, function)
                                    : new Relocation.FunctionAddress(slot, function));
                } else if ((isCall || isAddress) && (target < 0 || target >= draft.size)) {
                    throw new SpecException(
                            draft.place(),
                            "instruction %d refers to a function at offset %d of section '%s', where none starts"
                                    .formatted(slot, draft.offset + target, draft.section.name()));
                }
            }
            if (opcode == RelocationReader.LD_IMM64) {
                slot++;
            }
        }
        if (next < relocated.size()) {
            throw new SpecException(draft.place(), "a relocation of the second slot of a 64-bit constant");
        }
        return all;
    }

    private static int source(ByteView code, int slot) {
        return code.u8(8L * slot + 1) >> 4;
    }

    /** Finds out what one relocation entry means, as libbpf does: by the instruction and by the symbol's section. */
    private final class RelocationReader {
        private static final int LD_IMM64 = 0x18;
        private static final int CALL = 0x85;

        private final String place;
        private final ByteView code;
        private final int slot;
        private final int opcode;
        private final int imm;

        RelocationReader(String function, ByteView code, int slot) {
            this.place = function + ", instruction " + slot;
            this.code = code;
            this.slot = slot;
            opcode = code.u8(8L * slot);
            imm = code.i32(8L * slot + 4);
        }

        private SpecException fault(String problem) {
            return new SpecException(place, problem);
        }

        Relocation read(ElfRelocation relocation) {
            boolean isLoad = opcode == LD_IMM64 && relocation.type() == Elf.R_BPF_64_64;
            boolean isCall = opcode == CALL && relocation.type() == Elf.R_BPF_64_32;
            if (!isLoad && !isCall) {
                throw fault("relocation type %d of opcode 0x%02x".formatted(relocation.type(), opcode));
            }
            if (isLoad && 8L * slot + 16 > code.length()) {
                throw fault("a 64-bit constant without its second slot");
            }
            ElfSymbol symbol = relocation.symbol();
            if (symbol.isUndefined()) {
                if (externs.get(symbol.name()) == null) {
                    throw fault("a relocation against a symbol without name");
                }
                return isCall
                        ? new Relocation.ExternCall(slot, symbol.name())
                        : new Relocation.ExternAddress(slot, symbol.name());
            }
            if (!symbol.isDefined()) {
                throw fault("a relocation against symbol '%s', which is in no section".formatted(symbol.name()));
            }
            // The place to relocate holds the addend: slots to the next slot for a call, bytes for an address.
            long target = symbol.value() + (isCall ? 8L * (imm + 1L) : imm) + relocation.addend();
            return isCode(symbol.section()) ? ofFunction(isCall, symbol, target) : ofData(isCall, symbol, target);
        }

        private Relocation ofFunction(boolean isCall, ElfSymbol symbol, long target) {
            int function = functionAt(symbol.section(), target);
            if (function < 0) {
                throw fault("no function starts at offset %d of section '%s'"
                        .formatted(target, file.elf.section(symbol.section()).name()));
            }
            return isCall
                    ? new Relocation.FunctionCall(slot, function)
                    : new Relocation.FunctionAddress(slot, function);
        }

        private Relocation ofData(boolean isCall, ElfSymbol symbol, long target) {
            String section = file.elf.section(symbol.section()).name();
            if (isCall) {
                throw fault("a call into section '%s', which holds no code".formatted(section));
            }
            MapTable.Declared declared = maps.at(symbol.section(), target);
            if (declared != null && declared.offset() == target) {
                return new Relocation.MapAddress(slot, maps.get(declared.map()).name());
            }
            MapSpec data = maps.ofSection(symbol.section());
            if (data == null) {
                throw fault(
                        maps.isDeclarations(symbol.section())
                                ? "no map starts at offset %d of section '%s'".formatted(target, section)
                                : "a relocation against section '%s'".formatted(section));
            }
            // One past the end is a valid address in C.
            if (target < 0 || target > data.dataSize()) {
                throw fault("offset %d is outside section '%s'".formatted(target, section));
            }
            return new Relocation.DataAddress(slot, data.name(), target);
        }
    }
}
