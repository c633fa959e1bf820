/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.isa;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bpf4j.compiler.isa.Instruction.*;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** LLVM as oracle of the notation: what llvm-objdump prints for our bytes, our assembler reads back as those bytes. */
class LlvmNotationTest {
    private static final long SEED = 20260103;
    private static final Pattern LINE = Pattern.compile("^\\s*([0-9]+):\\s+([0-9a-f ]+)\t(.*)$");

    @TempDir
    Path directory;

    @Test
    void assemblerReadsLlvmObjdump() throws IOException, InterruptedException {
        String mc = tool("llvm-mc");
        String objdump = tool("llvm-objdump");
        Random random = new Random(SEED);
        List<Instruction> instructions = new ArrayList<>();
        while (instructions.size() < 5_000) {
            RandomInstructions.instruction(random)
                    .filter(instruction -> knownToLlvm16(instruction.getFirst()))
                    .ifPresent(instructions::addAll);
        }
        byte[] code = InstructionEncoder.encode(instructions);
        Path source = directory.resolve("code.s");
        StringBuilder text = new StringBuilder(".text\n");
        for (byte b : code) {
            text.append(".byte ").append(b & 0xff).append('\n');
        }
        Files.writeString(source, text);
        Path object = directory.resolve("code.o");
        run(mc, "-triple=bpfel", "-filetype=obj", "-o", object.toString(), source.toString());
        List<String> lines = run(objdump, "-d", "--mattr=+alu32", object.toString());

        int read = 0;
        for (String line : lines) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                continue;
            }
            int slot = Integer.parseInt(matcher.group(1));
            String printed = matcher.group(3).replaceAll("<[^<> ]*>$", "").strip();
            assertTrue(!printed.equals("<unknown>") && !printed.isEmpty(), () -> "llvm knows no " + line);
            byte[] ours = InstructionEncoder.encode(Assembler.assemble(printed).instructions());
            assertArrayEquals(Arrays.copyOfRange(code, slot * 8, slot * 8 + ours.length), ours, line);
            read++;
        }
        long expected =
                instructions.stream().filter(i -> !(i instanceof SecondSlot)).count();
        assertEquals(expected, read);
    }

    /** Instructions that LLVM 16 has, in the forms whose text keeps all fields. */
    private static boolean knownToLlvm16(Instruction instruction) {
        return switch (instruction) {
            case Alu(AluOp op, Width width, int dst, Operand src) ->
                switch (op) {
                    case SDIV, MOD, SMOD -> false;
                    default -> true;
                };
            case Mov mov -> mov.signExtendFrom() == 0;
            case ByteSwap swap -> swap.kind() != Swap.BSWAP;
            case Load load -> !load.signed();
            case Store store -> store.src().isRegister();
            case Atomic atomic -> atomic.fetch() || atomic.op() == AtomicOp.ADD;
            case LoadImm64 constant -> constant.kind() == Imm64Kind.VALUE;
            case Call call -> call.kind() == CallKind.HELPER && call.target() > 0;
            case Jump jump -> !jump.isLong();
            case LegacyPacketLoad load -> load.src() < 0 ? load.imm() >= 0 : load.imm() == 0;
            case Neg neg -> true;
            case Branch branch -> branch.condition() != Condition.SET;
            case Exit exit -> true;
            case MayGoto mayGoto -> false;
            case AddrSpaceCast cast -> false;
            case LoadAcquire load -> false;
            case StoreRelease store -> false;
            case SecondSlot second -> false;
        };
    }

    private static String tool(String name) {
        for (String suffix : List.of("", "-16", "-17", "-18", "-19")) {
            for (String path : System.getenv("PATH").split(java.io.File.pathSeparator)) {
                if (Files.isExecutable(Path.of(path, name + suffix))) {
                    return Path.of(path, name + suffix).toString();
                }
            }
        }
        assumeTrue(false, name + " is not installed");
        throw new AssertionError();
    }

    private List<String> run(String... command) throws IOException, InterruptedException {
        Path out = directory.resolve("out.txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        List<String> lines;
        int code = process.waitFor();
        lines = Files.readAllLines(out);
        assertEquals(0, code, () -> String.join("\n", lines));
        return lines;
    }
}
