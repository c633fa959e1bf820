/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.interpreter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.interpreter.InterpreterTrapException.Reason;
import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.isa.InstructionEncoder;
import io.github.bpf4j.compiler.isa.SemanticsCase;
import io.github.bpf4j.compiler.kernel.KernelBpf;
import io.github.bpf4j.compiler.kernel.LoadResult;
import io.github.bpf4j.compiler.kernel.ProgramLoad;
import io.github.bpf4j.compiler.kernel.RequiresKernel;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramTrapException;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class InterpreterTest {
    private static final long BUDGET = 1_000_000;

    static List<SemanticsCase> cases() {
        return SemanticsCase.all();
    }

    static List<SemanticsCase> casesForLinux() {
        return SemanticsCase.all().stream()
                .filter(test -> test.memory() == null)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void instructionsDoWhatTheStandardSays(SemanticsCase test) {
        byte[] memory = test.memory() == null ? new byte[0] : test.memory();
        assertEquals(Long.toHexString(test.result()), Long.toHexString(run(test.instructions(), memory)), test::code);
    }

    @RequiresKernel
    @ParameterizedTest
    @MethodSource("casesForLinux")
    void linuxDoesTheSame(SemanticsCase test) {
        long low = kernel(test.code());
        long high = kernel(test.code().replaceFirst("exit", "r0 >>= 32\nexit"));
        assertEquals(Long.toHexString(test.result()), Long.toHexString(high << 32 | low));
    }

    private static long kernel(String code) {
        byte[] bytes = InstructionEncoder.encode(Assembler.assemble(code).instructions());
        try (LoadResult loaded = KernelBpf.load(ProgramLoad.of(ProgramLoad.LWT_XMIT, bytes))) {
            assertTrue(loaded.accepted(), loaded::log);
            return loaded.program().testRun(new byte[64]).value() & 0xffff_ffffL;
        }
    }

    private static long run(List<io.github.bpf4j.compiler.isa.Instruction> instructions, byte[] memory) {
        Program program = Program.of("test", ProgramType.RAW, instructions, List.of());
        return new InterpretedProgram(program, BUDGET).run(new ExecutionContext(0), MemorySegment.ofArray(memory));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiterString = " | ", textBlock = """
            behind the memory    | r0 = *(u8 *)(r1 + 4)     | 0 | OUT_OF_BOUNDS | access to 1 bytes at 4 of an object of 4 bytes
            across the end       | r0 = *(u32 *)(r1 + 1)    | 0 | OUT_OF_BOUNDS | access to 4 bytes at 1 of an object of 4 bytes
            before the memory    | *(u16 *)(r1 - 1) = 5     | 0 | OUT_OF_BOUNDS | access to 2 bytes at -1 of an object of 4 bytes
            above the frame      | r0 = *(u64 *)(r10 + 0)   | 0 | OUT_OF_BOUNDS | access to 8 bytes at 512 of an object of 512 bytes
            below the frame      | r0 = *(u8 *)(r10 - 513)  | 0 | OUT_OF_BOUNDS | access to 1 bytes at -1 of an object of 512 bytes
            through a number     | r0 = *(u8 *)(r2 + 0)     | 0 | NOT_A_POINTER | the number 4 is not memory
            unset register       | r0 = r5                  | 0 | UNINITIALIZED_REGISTER | R5 !read_ok
            no result            | r3 = 0                   | 1 | UNINITIALIZED_REGISTER | R0 !read_ok
            unknown helper       | call 9999                | 0 | BAD_CALL | invalid func unknown#9999
            endless loop         | goto -1                  | 0 | BUDGET | more than 1000000 instructions
            endless recursion    | call pc-1                | 0 | CALL_DEPTH | too many frames
            packet load          | r0 = *(u8 *)skb[0]       | 0 | UNSUPPORTED | there is no packet
            """)
    void trapsWhereAProgramIsUnsafe(String name, String code, int slot, Reason reason, String message) {
        Program program = program(ProgramType.RAW, code + "\nexit");
        InterpreterTrapException trap = assertThrows(
                InterpreterTrapException.class,
                () -> Interpreter.run(
                        program, new ExecutionContext(0), MemorySegment.ofArray(new byte[4]), BUDGET, null));
        assertEquals("insn " + slot + ": " + message, trap.getMessage());
        assertEquals(reason, trap.reason());
        assertEquals(slot, trap.slot());
    }

    @Test
    void packetAccessIsCheckedAgainstThePacketNotItsBuffer() {
        String code = """
                r2 = *(u32 *)(r1 + 76)
                r0 = *(u8 *)(r2 + %d)
                exit
                """;
        byte[] buffer = {9, 9, 1, 2, 3, 9, 9};
        Program inside = program(ProgramType.LWT_IN, code.formatted(2));
        assertEquals(3, new InterpretedProgram(inside, BUDGET).run(new ExecutionContext(0), new SkBuff(buffer, 2, 3)));
        Program outside = program(ProgramType.LWT_IN, code.formatted(3));
        ProgramTrapException trap = assertThrows(
                ProgramTrapException.class,
                () -> new InterpretedProgram(outside, BUDGET).run(new ExecutionContext(0), new SkBuff(buffer, 2, 3)));
        assertEquals("insn 1: access to 1 bytes at 3 of an object of 3 bytes", trap.getMessage());
    }

    @Test
    void contextFields() {
        SkBuff skb = new SkBuff(new byte[20], 0, 20);
        skb.setMark(0x11223344);
        Program program = program(ProgramType.LWT_XMIT, """
                r0 = *(u16 *)(r1 + 10)           ; upper half of mark
                r2 = *(u32 *)(r1 + 0)            ; len
                r0 += r2
                *(u32 *)(r1 + 32) = 7            ; priority
                r3 = 0x0000000600000005 ll
                *(u64 *)(r1 + 48) = r3           ; cb[0], cb[1]
                *(u8 *)(r1 + 57) = 0xff          ; second byte of cb[2]
                r4 = *(u64 *)(r1 + 48)
                if r4 == r3 goto +1
                r0 = 0
                exit
                """);
        assertEquals(0x1122 + 20, new InterpretedProgram(program, BUDGET).run(new ExecutionContext(0), skb));
        assertEquals(7, skb.priority());
        assertEquals(5, skb.cb(0));
        assertEquals(6, skb.cb(1));
        assertEquals(0xff00, skb.cb(2));
        Program forbidden = program(ProgramType.LWT_XMIT, "*(u32 *)(r1 + 0) = 1\nexit\n");
        InterpreterTrapException trap = assertThrows(
                InterpreterTrapException.class,
                () -> Interpreter.run(forbidden, new ExecutionContext(0), skb, BUDGET, null));
        assertEquals("insn 0: invalid bpf_context access off=0 size=4", trap.getMessage());
    }

    @Test
    void packetEndComparesAndSubtracts() {
        Program program = program(ProgramType.LWT_IN, """
                r2 = *(u32 *)(r1 + 76)
                r3 = *(u32 *)(r1 + 80)
                r4 = r2
                r4 += 20
                r0 = 0
                if r4 > r3 goto done
                r0 = r3
                r0 -= r2
                done: exit
                """);
        InterpretedProgram interpreted = new InterpretedProgram(program, BUDGET);
        assertEquals(33, interpreted.run(new ExecutionContext(0), new SkBuff(new byte[40], 3, 33)));
        assertEquals(0, interpreted.run(new ExecutionContext(0), new SkBuff(new byte[40], 3, 19)));
    }

    @Test
    void aVectorCountsTraps() {
        Program program = program(ProgramType.LWT_IN, """
                r2 = *(u32 *)(r1 + 76)
                r0 = *(u8 *)(r2 + 1)
                exit
                """);
        ExecutionContext context = new ExecutionContext(0);
        SkBuff[] packets = {new SkBuff(new byte[] {0, 7}, 0, 2), new SkBuff(new byte[] {0}, 0, 1)};
        int[] verdicts = new int[2];
        new InterpretedProgram(program, BUDGET).run(context, packets, 2, verdicts);
        assertEquals(List.of(7, 2), List.of(verdicts[0], verdicts[1]));
        assertEquals(1, context.traps());
    }

    @Test
    void observerSeesEveryStep() {
        Program program = program(ProgramType.RAW, """
                r1 = 5
                call inner
                exit
                inner: r0 = r1
                exit
                """);
        List<String> steps = new ArrayList<>();
        Interpreter.run(
                program,
                new ExecutionContext(0),
                MemorySegment.ofArray(new byte[0]),
                BUDGET,
                (frame, slot, registers) -> steps.add(frame + ":" + slot));
        assertEquals(List.of("0:0", "0:1", "1:3", "1:4", "0:2"), steps);
    }

    private static Program program(ProgramType type, String code) {
        return Program.of("test", type, Assembler.assemble(code).instructions(), List.of());
    }
}
