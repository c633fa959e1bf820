/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.interpreter.Interpreter;
import io.github.bpf4j.compiler.verifier.VerifiedProgram;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RotatedSumsTest {
    /** Rotates {@code w0} by four bits. */
    private static final String ROTATE = """
            w2 = w0
            w2 >>= 28
            w0 <<= 4
            w0 |= w2
            exit
            """;

    private static List<Integer> sums(String text) {
        VerifiedProgram program = SimpleFacts.of(ProgramType.RAW, text);
        RotatedSums sums =
                new ProgramPlan(program, CompilerOptions.DEFAULT).entry().rotatedSums();
        return IntStream.range(0, program.program().instructions().size())
                .filter(sums::contains)
                .boxed()
                .toList();
    }

    @Test
    void findsA32BitSumThatIsRotated() {
        assertEquals(List.of(1), sums("""
            w0 = *(u32 *)(r1 + 0)
            w0 += 305419896
            """ + ROTATE));
    }

    @Test
    void findsA64BitDifferenceThatIsRotated() {
        assertEquals(List.of(1), sums("""
            r0 = *(u64 *)(r1 + 0)
            r0 -= 305419896
            r2 = r0
            r2 <<= 13
            r0 >>= 51
            r2 |= r0
            r0 = r2
            exit
            """));
    }

    @Test
    void findsBothTermsOfARotatedSum() {
        assertEquals(List.of(2, 3), sums("""
            w0 = *(u32 *)(r1 + 0)
            w3 = *(u32 *)(r1 + 4)
            w0 += 305419896
            w3 += 305419896
            w0 += w3
            """ + ROTATE));
    }

    @Test
    void findsARegisterThatHoldsAConstant() {
        assertEquals(List.of(2), sums("""
            w0 = 305419896
            w3 = *(u32 *)(r1 + 0)
            w0 += w3
            """ + ROTATE));
    }

    @Test
    void leavesOtherShiftsAlone() {
        String program = """
            w0 = *(u32 *)(r1 + 0)
            w0 += 305419896
            w2 = w0
            %s
            w2 >>= %d
            w0 <<= 4
            w0 |= w2
            exit
            """;
        assertEquals(List.of(1), sums(program.formatted("w3 = 0", 28)));
        assertEquals(List.of(), sums(program.formatted("w3 = 0", 27)), "bits are lost");
        assertEquals(List.of(), sums(program.formatted("w2 ^= 1", 28)), "not the same value");
    }

    @Test
    void leavesStepsOfLoopsAlone() {
        assertEquals(List.of(), sums("""
            w0 = *(u32 *)(r1 + 0)
            w0 += 4
            """ + ROTATE));
    }

    @Test
    void leavesSumsAloneThatAreNotRotated() {
        assertEquals(List.of(), sums("""
            w0 = *(u32 *)(r1 + 0)
            w0 *= 1664525
            w0 += 1013904223
            exit
            """));
    }

    @Test
    void compiledHashesAreThoseOfTheInterpreter() {
        Random random = new Random(7);
        ExecutionContext context = new ExecutionContext(0);
        int found = 0;
        for (int run = 0; run < 300; run++) {
            String text = hash(random);
            found += sums(text).size();
            VerifiedProgram program = SimpleFacts.of(ProgramType.RAW, text);
            BpfProgram compiled = ProgramCompiler.compile(program, CompilerOptions.DEFAULT);
            MemorySegment memory = Arena.ofAuto().allocate(32, 8);
            for (int word = 0; word < 4; word++) {
                memory.setAtIndex(ValueLayout.JAVA_LONG, word, random.nextLong());
            }
            long expected = Interpreter.run(program.program(), context, memory, 1_000, null);

            assertEquals(expected, compiled.run(context, memory), text);
        }
        assertTrue(found > 300, "only " + found + " sums to hide");
    }

    /** A mix of sums and rotates of four registers. */
    private static String hash(Random random) {
        StringBuilder text = new StringBuilder();
        for (int register = 2; register < 6; register++) {
            text.append("r%d = *(u64 *)(r1 + %d)%n".formatted(register, 8 * (register - 2)));
        }
        for (int step = 0; step < 20; step++) {
            char prefix = random.nextBoolean() ? 'r' : 'w';
            int bits = prefix == 'r' ? 64 : 32;
            int a = 2 + random.nextInt(4);
            int b = 2 + random.nextInt(4);
            int distance = 1 + random.nextInt(bits - 1);
            String template = switch (random.nextInt(6)) {
                case 0, 1 -> "P%1$d += %3$d\n";
                case 2 -> "P%1$d += P%2$d\n";
                case 3 -> "P%1$d -= P%2$d\n";
                case 4 -> "P%1$d ^= P%2$d\n";
                default -> "P6 = P%1$d\nP6 >>= %5$d\nP%1$d <<= %4$d\nP%1$d |= P6\n";
            };
            text.append(template.replace('P', prefix).formatted(a, b, random.nextInt(), distance, bits - distance));
        }
        return text.append("r0 = r2\nr0 += r3\nr0 ^= r4\nr0 -= r5\nexit\n").toString();
    }
}
