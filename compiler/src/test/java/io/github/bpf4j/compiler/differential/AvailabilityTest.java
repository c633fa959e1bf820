/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfType;
import io.github.bpf4j.compiler.btf.BtfType.Composite;
import io.github.bpf4j.compiler.btf.BtfType.DeclTag;
import io.github.bpf4j.compiler.btf.BtfType.Func;
import io.github.bpf4j.compiler.btf.BtfType.FuncProto;
import io.github.bpf4j.compiler.btf.BtfType.Ptr;
import io.github.bpf4j.compiler.btf.BtfType.VoidType;
import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.isa.Instruction.Call;
import io.github.bpf4j.compiler.isa.Instruction.CallKind;
import io.github.bpf4j.compiler.isa.Instruction.Exit;
import io.github.bpf4j.compiler.isa.Instruction.Mov;
import io.github.bpf4j.compiler.isa.Instruction.Operand;
import io.github.bpf4j.compiler.isa.Instruction.Width;
import io.github.bpf4j.compiler.isa.InstructionEncoder;
import io.github.bpf4j.compiler.kernel.KernelBpf;
import io.github.bpf4j.compiler.kernel.LoadResult;
import io.github.bpf4j.compiler.kernel.ProgramLoad;
import io.github.bpf4j.compiler.kernel.RequiresKernel;
import io.github.bpf4j.runtime.helper.ArgType;
import io.github.bpf4j.runtime.helper.Helper;
import io.github.bpf4j.runtime.helper.HelperTable;
import io.github.bpf4j.runtime.helper.Kfunc;
import io.github.bpf4j.runtime.helper.KfuncTable;
import io.github.bpf4j.runtime.helper.ReturnType;
import io.github.bpf4j.runtime.program.ProgramType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Which helpers and kfuncs a program type may call: the tables against Linux, exhaustively. */
@RequiresKernel
class AvailabilityTest {
    /** Numbers tried behind the last helper of Linux 6.18. */
    private static final int BEYOND = 20;

    private static LoadResult load(ProgramType type, String text, String license) {
        byte[] code = InstructionEncoder.encode(Assembler.assemble(text).instructions());
        return KernelBpf.load(ProgramLoad.of(type.kernelId(), code).withLicense(license));
    }

    private static String call(int helper) {
        return "r0 = 0\n call " + helper + "\n r0 = 0\n exit\n";
    }

    private static int helpers() {
        int count = 0;
        while (HelperTable.nameOf(count) != null) {
            count++;
        }
        return count;
    }

    @ParameterizedTest
    @EnumSource(value = ProgramType.class, mode = Mode.EXCLUDE, names = "RAW")
    void helpersAreThoseThatLinuxOffers(ProgramType type) {
        StringBuilder differences = new StringBuilder();
        for (int id = 0; id < helpers() + BEYOND; id++) {
            String name = HelperTable.nameOf(id);
            Helper row = HelperTable.byId(id, type);
            String expected = name == null
                    ? "invalid func unknown#" + id
                    : row == null
                            ? "program of this type cannot use helper " + name + "#" + id
                            : row.mightSleep() ? "helper call might sleep in a non-sleepable prog" : "";
            try (LoadResult result = load(type, call(id), "GPL")) {
                boolean refusesCall = result.log().contains("invalid func")
                        || result.log().contains("cannot use helper")
                        || result.log().contains("might sleep");
                if (expected.isEmpty() ? refusesCall : !result.log().contains(expected)) {
                    differences.append(id + " " + name + ": expected \"" + expected + "\", Linux says " + result.log());
                }
            }
        }
        assertEquals("", differences.toString());
    }

    @ParameterizedTest
    @EnumSource(value = ProgramType.class, mode = Mode.EXCLUDE, names = "RAW")
    void gplOnlyHelpersAreThoseOfLinux(ProgramType type) {
        StringBuilder differences = new StringBuilder();
        for (Helper row : HelperTable.rows()) {
            if (!row.programTypes().contains(type)) {
                continue;
            }
            try (LoadResult result = load(type, call(row.id()), "MIT")) {
                boolean refused = result.log().contains("cannot call GPL-restricted function");
                if (refused != row.gplOnly()) {
                    differences.append(row.name() + ": Linux says " + result.log());
                }
            }
        }
        assertEquals("", differences.toString());
    }

    private static Btf kernelTypes() throws IOException {
        return Btf.parse(Files.readAllBytes(Path.of("/sys/kernel/btf/vmlinux")));
    }

    /** The kernel's functions that are tagged as kfuncs. */
    private static List<Func> kfuncs(Btf types) {
        List<Func> functions = new ArrayList<>();
        for (int id = 1; id < types.size(); id++) {
            if (types.type(id) instanceof DeclTag tag
                    && tag.name().equals("bpf_kfunc")
                    && types.type(tag.type()) instanceof Func function) {
                functions.add(function);
            }
        }
        return functions;
    }

    @ParameterizedTest
    @EnumSource(value = ProgramType.class, mode = Mode.EXCLUDE, names = "RAW")
    void kfuncsAreThoseThatLinuxOffers(ProgramType type) throws IOException {
        StringBuilder differences = new StringBuilder();
        for (Func function : kfuncs(kernelTypes())) {
            byte[] code = InstructionEncoder.encode(List.of(
                    new Mov(Width.W64, 0, Operand.immediate(0), 0),
                    new Call(CallKind.KFUNC, function.id(), 0),
                    new Mov(Width.W64, 0, Operand.immediate(0), 0),
                    new Exit()));
            String name = function.name();
            boolean offered = KfuncTable.byName(name) != null;
            try (LoadResult result = KernelBpf.load(ProgramLoad.of(type.kernelId(), code))) {
                boolean refused = result.log().contains("calling kernel function " + name + " is not allowed");
                if (refused == offered || offered == KfuncTable.isOfOtherTypes(name)) {
                    differences.append(name + ": offered here " + offered + ", Linux says " + result.log());
                }
            }
        }
        assertEquals("", differences.toString());
    }

    @Test
    void kfuncsHaveTheParametersOfTheKernelsTypes() throws IOException {
        StringBuilder differences = new StringBuilder();
        Btf types = kernelTypes();
        for (Func function : kfuncs(types)) {
            Kfunc row = KfuncTable.byName(function.name());
            // its void pointer is a context by a special case of the verifier
            boolean special = function.name().equals("bpf_cast_to_kern_ctx");
            if (row == null || special || !(types.type(function.proto()) instanceof FuncProto proto)) {
                continue;
            }
            List<String> expected = proto.params().stream()
                    .map(param -> shape(types, param.name(), param.type()))
                    .toList();
            List<String> actual =
                    row.args().stream().map(AvailabilityTest::shape).toList();
            boolean returnsNothing = types.resolve(proto.returnType()) instanceof VoidType;
            if (!expected.equals(actual) || returnsNothing != (row.returns() == ReturnType.VOID)) {
                differences.append(row.name() + ": Linux has " + expected + ", the table " + actual + "\n");
            }
        }
        assertEquals("", differences.toString());
    }

    /** What a parameter's name and type say about it (kernel documentation, bpf/kfuncs.rst). */
    private static String shape(Btf types, String name, int type) {
        boolean pointer = types.resolve(type) instanceof Ptr;
        String target = types.resolve(type) instanceof Ptr ptr ? nameOf(types, ptr.target()) : "";
        if (name.endsWith("__ign")) {
            return "unchecked";
        } else if (name.endsWith("__k")) {
            return "constant";
        } else if (name.endsWith("__szk") || name.endsWith("__sz")) {
            return "size";
        } else if (name.endsWith("__str")) {
            return "string";
        } else if (name.endsWith("__prog")) {
            return "ignored";
        } else if (name.endsWith("__map") || target.equals("bpf_map")) {
            return "map";
        } else if (name.endsWith("__irq_flag")) {
            return "irq flag";
        } else if (target.equals("bpf_dynptr")) {
            return name.endsWith("__uninit") ? "new dynptr" : "dynptr";
        } else if (target.startsWith("bpf_iter_")) {
            return "iterator";
        } else if (!pointer) {
            return "number";
        }
        return switch (target) {
            case "__sk_buff", "xdp_md" -> "context";
            case "bpf_wq" -> "work queue";
            case "bpf_res_spin_lock" -> "lock";
            case "bpf_task_work" -> "task work";
            case "task_struct", "cgroup", "cgroup_subsys_state" -> "object";
            default -> types.resolve(((Ptr) types.resolve(type)).target()) instanceof FuncProto ? "function" : "memory";
        };
    }

    private static String nameOf(Btf types, int id) {
        BtfType type = types.resolve(id);
        return type instanceof Composite composite ? composite.name() : "";
    }

    private static String shape(ArgType argument) {
        return switch (argument.kind()) {
            case UNCHECKED -> "unchecked";
            case CONST_SCALAR -> "constant";
            case CONST_SIZE, CONST_SIZE_OR_ZERO, CONST_ALLOC_SIZE_OR_ZERO -> "size";
            case PTR_TO_CONST_STR -> "string";
            case IGNORED -> "ignored";
            case CONST_MAP_PTR -> "map";
            case PTR_TO_IRQ_FLAG -> "irq flag";
            case PTR_TO_DYNPTR -> argument.has(ArgType.Flag.DYNPTR_UNINIT) ? "new dynptr" : "dynptr";
            case PTR_TO_ITER -> "iterator";
            case SCALAR -> "number";
            case PTR_TO_CTX -> "context";
            case PTR_TO_WORKQUEUE -> "work queue";
            case PTR_TO_RES_SPIN_LOCK -> "lock";
            case PTR_TO_TASK_WORK -> "task work";
            case PTR_TO_BTF_ID -> "object";
            case PTR_TO_FUNC -> "function";
            case PTR_TO_MEM -> "memory";
            default -> argument.kind().toString();
        };
    }
}
