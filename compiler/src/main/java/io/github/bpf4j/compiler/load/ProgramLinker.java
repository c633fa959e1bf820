/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfExt.CoreInfo;
import io.github.bpf4j.compiler.btf.BtfExt.LineInfo;
import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.InstructionDecoder;
import io.github.bpf4j.compiler.isa.InstructionFormatException;
import io.github.bpf4j.compiler.load.LoadedObject.LoadedProgram;
import io.github.bpf4j.compiler.spec.ExternSpec;
import io.github.bpf4j.compiler.spec.FunctionSpec;
import io.github.bpf4j.compiler.spec.MapSpec;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.spec.ProgramSpec;
import io.github.bpf4j.compiler.spec.Relocation;
import io.github.bpf4j.compiler.spec.Variable;
import io.github.bpf4j.runtime.helper.Kfunc;
import io.github.bpf4j.runtime.helper.KfuncTable;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts a program together: its entry, the subprograms it reaches, in the order in which they are first referred to, and the final values
 * of all relocations.
 */
final class ProgramLinker {
    /** Linux's limit for privileged programs ({@code BPF_COMPLEXITY_LIMIT_INSNS}). */
    static final int MAX_SLOTS = 1_000_000;

    /** Limit for all programs of an object together: many programs may share one long subprogram. */
    static final int MAX_TOTAL_SLOTS = 16_000_000;

    /** What libbpf makes of calls that cannot be resolved: no helper has such a number. */
    static final int POISONED_CALL_BASE = 2_002_000_000;

    private final ObjectSpec spec;
    private final Map<String, BpfMap> maps;
    private final Map<String, List<PointerField>> pointers;
    private final CoreRelocator core;
    private final LineTexts texts;
    private final Map<String, ExternSpec> externs = new HashMap<>();
    private final Map<String, Integer> externIndexes = new HashMap<>();
    private final Map<String, Variable> kconfig = new HashMap<>();
    private long totalSlots;

    /**
     * Links the programs of an object.
     *
     * @param maps the object's maps by name
     * @param pointers by name of a map, the pointers in its values that Linux looks after
     */
    ProgramLinker(
            ObjectSpec spec, LoadOptions options, Map<String, BpfMap> maps, Map<String, List<PointerField>> pointers) {
        this.spec = spec;
        this.maps = maps;
        this.pointers = pointers;
        core = new CoreRelocator(spec, options);
        texts = new LineTexts(spec.btf());
        for (ExternSpec extern : spec.externs()) {
            externIndexes.put(extern.name(), externs.size());
            externs.put(extern.name(), extern);
        }
        for (MapSpec map : spec.maps()) {
            if (map.origin() == MapSpec.Origin.KCONFIG) {
                map.variables().forEach(variable -> kconfig.put(variable.name(), variable));
            }
        }
    }

    LoadedProgram link(ProgramSpec program, ProgramType type) {
        return new Link(program, type).run();
    }

    /** The state of linking one program. */
    private final class Link {
        private final ProgramSpec program;
        private final ProgramType type;
        private final Map<Integer, Integer> starts = new LinkedHashMap<>();
        private final List<Integer> pending = new ArrayList<>();
        private final Map<String, Integer> mapIndexes = new LinkedHashMap<>();
        private final Map<Integer, String> poisoned = new HashMap<>();
        private int slots;
        private Code code = new Code(0);

        Link(ProgramSpec program, ProgramType type) {
            this.program = program;
            this.type = type;
        }

        private LoadException fault(String problem) {
            return new LoadException("program '" + program.name() + "'", problem);
        }

        private LoadException fault(FunctionSpec function, int slot, String problem) {
            return new LoadException(
                    "program '%s', function '%s', instruction %d".formatted(program.name(), function.name(), slot),
                    problem);
        }

        LoadedProgram run() {
            gather();
            code = new Code(slots);
            starts.forEach((function, start) -> relocate(spec.functions().get(function), start));
            List<Function> functions = new ArrayList<>();
            List<SourceLine> lines = new ArrayList<>();
            starts.forEach((index, start) -> {
                FunctionSpec function = spec.functions().get(index);
                Function.Linkage linkage = function.isGlobal() ? Function.Linkage.GLOBAL : Function.Linkage.STATIC;
                functions.add(new Function(start, function.name(), linkage, function.type()));
                lines(function, start, lines);
            });
            List<BpfMap> used = new ArrayList<>();
            List<List<PointerField>> usedPointers = new ArrayList<>();
            for (String name : mapIndexes.keySet()) {
                used.add(map(name));
                usedPointers.add(pointers.getOrDefault(name, List.of()));
            }
            Program linked = new Program(
                    program.name(),
                    type,
                    spec.license(),
                    decode(),
                    used,
                    usedPointers,
                    functions,
                    lines,
                    spec.btf(),
                    poisoned);
            return new LoadedProgram(linked, program.section());
        }

        /** Finds all functions the program reaches, and their places. */
        private void gather() {
            place(program.function());
            for (int i = 0; i < pending.size(); i++) {
                for (Relocation relocation :
                        spec.functions().get(pending.get(i)).relocations()) {
                    if (relocation instanceof Relocation.FunctionCall call) {
                        place(call.function());
                    } else if (relocation instanceof Relocation.FunctionAddress address) {
                        place(address.function());
                    }
                }
            }
        }

        private void place(int function) {
            if (starts.putIfAbsent(function, slots) != null) {
                return;
            }
            int length = spec.functions().get(function).slots();
            totalSlots += length;
            if (length > MAX_SLOTS - slots || totalSlots > MAX_TOTAL_SLOTS) {
                throw fault("more than %d instructions"
                        .formatted(length > MAX_SLOTS - slots ? MAX_SLOTS : MAX_TOTAL_SLOTS));
            }
            slots += length;
            pending.add(function);
        }

        private void relocate(FunctionSpec function, int start) {
            code.put(start, function.code());
            for (Relocation relocation : function.relocations()) {
                apply(function, start + relocation.slot(), relocation);
            }
            // After the others: a call that CO-RE poisons must not be relocated once more.
            for (CoreInfo info : function.coreRelocations()) {
                int slot = (int) ((info.offset() - function.sectionOffset()) / FunctionSpec.SLOT_BYTES);
                String problem = core.apply(code, start + slot, start + function.slots(), info, function, slot);
                if (problem != null) {
                    poisoned.put(start + slot, problem);
                }
            }
        }

        private void apply(FunctionSpec function, int slot, Relocation relocation) {
            switch (relocation) {
                case Relocation.MapAddress address -> code.setImm64(slot, Code.MAP_FD, mapIndex(address.map()), 0);
                case Relocation.DataAddress data ->
                    code.setImm64(slot, Code.MAP_VALUE, mapIndex(data.map()), (int) data.offset());
                case Relocation.FunctionAddress address ->
                    code.setImm64(slot, Code.FUNC, start(address.function()) - slot - 1, 0);
                case Relocation.FunctionCall call ->
                    code.setCall(slot, Code.SUBPROGRAM, start(call.function()) - slot - 1);
                case Relocation.ExternAddress address -> externAddress(function, slot, address);
                case Relocation.ExternCall call -> externCall(function, slot, call);
            }
        }

        private int start(int function) {
            Integer start = starts.get(function);
            if (start == null) {
                throw new IllegalStateException("gather() visits every function that is referred to");
            }
            return start;
        }

        private int mapIndex(String map) {
            return mapIndexes.computeIfAbsent(map, name -> mapIndexes.size());
        }

        private BpfMap map(String name) {
            BpfMap map = maps.get(name);
            if (map == null) {
                throw fault("map '%s' does not exist".formatted(name));
            }
            return map;
        }

        private ExternSpec extern(FunctionSpec function, Relocation relocation, String name) {
            ExternSpec extern = externs.get(name);
            if (extern == null) {
                throw fault(function, relocation.slot(), "extern '%s' is not declared".formatted(name));
            }
            return extern;
        }

        private void externAddress(FunctionSpec function, int slot, Relocation.ExternAddress address) {
            ExternSpec extern = extern(function, address, address.extern());
            switch (extern.kind()) {
                case KCONFIG -> {
                    Variable variable = kconfig.get(extern.name());
                    if (variable == null) {
                        throw fault(function, address.slot(), "extern '%s' has no value".formatted(extern.name()));
                    }
                    code.setImm64(slot, Code.MAP_VALUE, mapIndex(".kconfig"), (int) variable.offset());
                }
                // Only compared with NULL: any other number will do.
                case KFUNC -> code.setValue(slot, kfuncId(function, address.slot(), extern));
                case UNTYPED_KSYM, TYPED_KSYM -> {
                    if (!extern.isWeak()) {
                        throw fault(
                                function,
                                address.slot(),
                                "kernel %s '%s' is Linux's own data, which does not exist in a JVM; declare it __weak and test its address"
                                        .formatted(
                                                extern.kind() == ExternSpec.Kind.TYPED_KSYM ? "variable" : "symbol",
                                                extern.name()));
                    }
                    code.setValue(slot, 0);
                }
                case UNDECLARED -> throw undeclared(function, address.slot(), extern);
            }
        }

        private void externCall(FunctionSpec function, int slot, Relocation.ExternCall call) {
            ExternSpec extern = extern(function, call, call.extern());
            if (extern.kind() != ExternSpec.Kind.KFUNC) {
                throw extern.kind() == ExternSpec.Kind.UNDECLARED
                        ? undeclared(function, call.slot(), extern)
                        : fault(function, call.slot(), "extern '%s' is not a function".formatted(extern.name()));
            }
            int id = kfuncId(function, call.slot(), extern);
            if (id == 0) {
                code.setCall(slot, Code.HELPER, POISONED_CALL_BASE + externIndexes.getOrDefault(extern.name(), 0));
                poisoned.put(slot, "kfunc '%s' does not exist".formatted(extern.name()));
            } else {
                code.setCall(slot, Code.KFUNC, id);
            }
        }

        /** The kfunc's number, or 0 if it is weak and does not exist. */
        private int kfuncId(FunctionSpec function, int slot, ExternSpec extern) {
            Kfunc kfunc = KfuncTable.byName(Btf.essentialName(extern.name()));
            if (kfunc != null) {
                return kfunc.id();
            }
            if (extern.isWeak()) {
                return 0;
            }
            throw fault(
                    function,
                    slot,
                    KfuncTable.isOfOtherTypes(extern.name())
                            ? "kfunc '%s' may not be called from LWT programs".formatted(extern.name())
                            : "kfunc '%s' does not exist and is not __weak".formatted(extern.name()));
        }

        private LoadException undeclared(FunctionSpec function, int slot, ExternSpec extern) {
            return fault(
                    function,
                    slot,
                    "'%s' is not defined in this object; a kernel function needs a declaration with __ksym and -g"
                            .formatted(extern.name()));
        }

        private void lines(FunctionSpec function, int start, List<SourceLine> lines) {
            int last = -1;
            for (LineInfo line : function.lines()) {
                int slot = start + (int) ((line.offset() - function.sectionOffset()) / FunctionSpec.SLOT_BYTES);
                SourceLine record = new SourceLine(
                        slot, texts.get(line.file()), texts.get(line.text()).strip(), line.line(), line.column());
                if (slot == last) {
                    lines.set(lines.size() - 1, record);
                } else {
                    lines.add(record);
                }
                last = slot;
            }
        }

        private List<Instruction> decode() {
            try {
                return InstructionDecoder.decode(code.toByteArray());
            } catch (InstructionFormatException e) {
                int index = functionOf(e.slot());
                FunctionSpec function = spec.functions().get(index);
                LoadException fault = fault(function, e.slot() - start(index), String.valueOf(e.getMessage()));
                fault.initCause(e);
                throw fault;
            }
        }

        private int functionOf(int slot) {
            int found = program.function();
            for (Map.Entry<Integer, Integer> entry : starts.entrySet()) {
                if (entry.getValue() <= slot) {
                    found = entry.getKey();
                }
            }
            return found;
        }
    }

    /** Decodes each line's text once; crafted records cannot make it decode more than a few times the size of the strings. */
    private static final class LineTexts {
        private static final int OVERLAP = 8;
        private static final int MINIMUM_BUDGET = 65_536;

        private final @Nullable Btf btf;
        private final Map<Integer, String> known = new HashMap<>();
        private long budget;

        LineTexts(@Nullable Btf btf) {
            this.btf = btf;
            budget = btf == null ? 0 : Math.max(MINIMUM_BUDGET, (long) OVERLAP * btf.stringBytes());
        }

        String get(int offset) {
            if (btf == null) {
                return "";
            }
            String text = known.get(offset);
            if (text == null) {
                text = btf.string(offset);
                budget -= text.length();
                if (budget < 0) {
                    throw new LoadException("section '.BTF.ext'", "the texts of source lines overlap too much");
                }
                known.put(offset, text);
            }
            return text;
        }
    }
}
