/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import static io.github.bpf4j.compiler.fuzz.GrammarWriter.CONTEXT;
import static io.github.bpf4j.compiler.fuzz.GrammarWriter.FRAME;

import io.github.bpf4j.compiler.fuzz.CodeBuilder.Label;
import io.github.bpf4j.compiler.fuzz.RegisterContents.Kind;
import io.github.bpf4j.compiler.isa.Instruction.*;
import io.github.bpf4j.runtime.helper.HelperTable;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapType;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** Statements of the grammar that call: helpers on maps, packets and numbers, subprograms, {@code bpf_loop}. */
final class GrammarCalls {
    /** What the programs' map indices mean. */
    static final List<MapDefinition> MAPS = List.of(
            new MapDefinition("values", MapType.ARRAY, 4, 64, 1, 0),
            new MapDefinition("table", MapType.HASH, 8, 32, 64, 0),
            new MapDefinition("percpu", MapType.PERCPU_ARRAY, 4, 16, 2, 0),
            new MapDefinition("events", MapType.RINGBUF, 0, 0, 4096, 0),
            new MapDefinition("programs", MapType.PROG_ARRAY, 4, 4, 2, 0));

    private static final int VALUES = 0;
    private static final int TABLE = 1;
    private static final int LOOKED_UP = 3;
    private static final int RING = 3;
    private static final int PROGRAMS = 4;

    private final GrammarWriter out;
    private final GrammarMemory memory;
    private final CodeBuilder code;
    private final RegisterContents registers;
    private final Random random;

    GrammarCalls(GrammarWriter out, GrammarMemory memory) {
        this.out = out;
        this.memory = memory;
        this.code = out.code;
        this.registers = out.registers;
        this.random = out.random;
    }

    /** Looks a value up, compares it with NULL and reaches through it; or takes the address of a map's only value. */
    void lookup() {
        int index = random.nextInt(LOOKED_UP);
        if (index == VALUES && random.nextInt(3) == 0) {
            int dst = out.free();
            int offset = random.nextInt(4) * 8;
            code.add(new LoadImm64(Imm64Kind.MAP_VALUE, dst, VALUES, offset));
            code.add(new SecondSlot());
            registers.set(dst, Kind.VALUE, MAPS.get(VALUES).valueSize() - offset);
            return;
        }
        key(MAPS.get(index).keySize());
        map(1, index);
        helper("bpf_map_lookup_elem");
        registers.set(0, Kind.MAYBE_VALUE);
        if (!out.oops()) {
            if (random.nextInt(3) == 0) {
                Label some = code.label();
                code.branch(Condition.NE, Width.W64, 0, Operand.immediate(0), some);
                code.jump(out.out());
                code.place(some);
            } else {
                code.branch(Condition.EQ, Width.W64, 0, Operand.immediate(0), out.out());
            }
        }
        int kept = out.callSaved();
        out.assign(kept, 0);
        for (int register : new int[] {0, kept}) {
            registers.set(register, Kind.VALUE, MAPS.get(index).valueSize());
        }
        memory.access();
    }

    /** A helper that returns a scalar; in a subprogram, which has no context, one without arguments. */
    void helper() {
        switch (random.nextInt(out.inSubprogram() ? 3 : 9)) {
            case 0 -> result("bpf_get_prandom_u32");
            case 1 -> result("bpf_ktime_get_ns");
            case 2 -> result("bpf_ktime_get_boot_ns");
            case 3 -> loadBytes();
            case 4 -> pullData();
            case 5 -> updateTable();
            case 6 -> {
                key(8);
                map(1, TABLE);
                result("bpf_map_delete_elem");
            }
            case 7 -> {
                out.assign(1, CONTEXT);
                map(2, PROGRAMS);
                out.assign(3, out.operand());
                result("bpf_tail_call");
            }
            default -> checksum();
        }
    }

    /** A ring buffer record, reserved, written and given back. */
    void record() {
        if (out.inSubprogram()) {
            return;
        }
        int size = 8 * (1 + random.nextInt(4));
        map(1, RING);
        out.assignNumber(2, size);
        out.assignNumber(3, 0);
        helper("bpf_ringbuf_reserve");
        Label end = code.label();
        if (!out.oops()) {
            code.branch(Condition.EQ, Width.W64, 0, Operand.immediate(0), end);
        }
        out.assign(9, 0);
        registers.set(9, Kind.UNSET);
        Size width = out.pick(Size.values());
        int value = callSavedScalar();
        int offset = random.nextInt(size - width.bytes() + 1) + (out.oops() ? 8 : 0);
        code.add(new Store(width, 9, offset, value < 0 ? Operand.immediate(1) : Operand.register(value)));
        if (!out.oops()) {
            out.assign(1, 9);
            out.assignNumber(2, 0);
            callHelper(random.nextBoolean() ? "bpf_ringbuf_submit" : "bpf_ringbuf_discard");
        }
        code.place(end);
        registers.clobber();
    }

    /** Calls a subprogram with two scalars. */
    void subprogram(Label subprogram) {
        for (int argument = 1; argument <= 2; argument++) {
            out.assign(argument, out.operand());
            registers.set(argument, Kind.SCALAR);
        }
        code.callSubprogram(subprogram);
        registers.clobber();
        registers.set(0, Kind.SCALAR);
    }

    /** Calls a subprogram several times. */
    void bpfLoop(Label callback) {
        out.assign(1, random.nextBoolean() ? Operand.immediate(5) : Operand.register(out.scalar()));
        code.functionAddress(2, callback);
        out.assignNumber(3, 0);
        out.assignNumber(4, 0);
        result("bpf_loop");
    }

    private void loadBytes() {
        int size = out.bounded();
        out.assign(4, size < 0 ? Operand.immediate(8) : Operand.register(size));
        if (size >= 0 && !out.oops()) {
            code.add(new Alu(AluOp.AND, Width.W64, 4, Operand.immediate(31)));
            out.addTo(4, Operand.immediate(1));
        }
        out.assign(1, CONTEXT);
        out.assignNumber(2, random.nextInt(40));
        out.assignStackAddress(3, -48);
        result("bpf_skb_load_bytes");
    }

    private void pullData() {
        out.assign(1, CONTEXT);
        out.assignNumber(2, random.nextInt(100));
        result("bpf_skb_pull_data");
        // The helper may move the packet, so pointers into it are void afterwards.
        for (int register = 0; register < RegisterContents.COUNT; register++) {
            if (registers.holds(register, Kind.PACKET) && !out.oops()) {
                registers.set(register, Kind.UNSET);
            }
        }
    }

    private void updateTable() {
        key(8);
        out.assignStackAddress(3, -88);
        for (int slot = 56; slot <= 88 && !out.oops(); slot += 8) {
            code.add(new Store(Size.DW, FRAME, -slot, Operand.immediate(slot)));
        }
        map(1, TABLE);
        out.assignNumber(4, random.nextInt(3));
        result("bpf_map_update_elem");
    }

    private void checksum() {
        int value = out.anyOf(Kind.VALUE);
        if (value < 0 || registers.size(value) < 16) {
            return;
        }
        out.assign(3, value);
        out.assignNumber(1, 0);
        out.assignNumber(2, 0);
        out.assignNumber(4, 4 * random.nextInt(out.oops() ? 40 : 5));
        out.assignNumber(5, random.nextInt(3));
        result("bpf_csum_diff");
    }

    /** Stores a key on the stack and points r2 to it. */
    private void key(int bytes) {
        for (int offset = 8 - bytes; offset < 8; offset += 4) {
            Operand value =
                    random.nextBoolean() ? Operand.immediate(random.nextInt(5)) : Operand.register(out.scalar());
            code.add(new Store(Size.W, FRAME, -8 + offset, value));
        }
        out.assignStackAddress(2, -bytes);
    }

    private void map(int dst, int index) {
        code.add(new LoadImm64(Imm64Kind.MAP_FD, dst, index, 0));
        code.add(new SecondSlot());
    }

    private void result(String name) {
        helper(name);
        registers.set(0, Kind.SCALAR);
    }

    private void helper(String name) {
        callHelper(name);
        registers.clobber();
    }

    private void callHelper(String name) {
        code.add(new Call(
                CallKind.HELPER,
                Objects.requireNonNull(HelperTable.byName(name)).id(),
                0));
    }

    private int callSavedScalar() {
        for (int register = CONTEXT; register < RegisterContents.COUNT; register++) {
            if (registers.holds(register, Kind.SCALAR)) {
                return register;
            }
        }
        return -1;
    }
}
