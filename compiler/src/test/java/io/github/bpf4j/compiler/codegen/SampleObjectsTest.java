/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bpf4j.compiler.interpreter.Interpreter;
import io.github.bpf4j.compiler.load.LoadOptions;
import io.github.bpf4j.compiler.load.LoadedObject;
import io.github.bpf4j.compiler.load.ObjectLoader;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sample objects, compiled, against the reference interpreter: same results, packets and map contents. */
class SampleObjectsTest {
    private static final long SEED = 7;

    static List<Path> objects() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("../samples/bpf"))) {
            return files.filter(file -> file.toString().endsWith(".o"))
                    // spends tokens by the clock, which two runs do not share
                    .filter(file -> !file.endsWith("rate_limit.o"))
                    .sorted()
                    .toList();
        }
    }

    private static LoadedObject load(Path file) throws IOException {
        return ObjectLoader.load(
                ObjectSpec.read(Files.readAllBytes(file)), LoadOptions.of(1).withDefaultType(ProgramType.LWT_OUT));
    }

    private static byte[] packet(Random random) {
        byte[] packet = new byte[1 + random.nextInt(100)];
        random.nextBytes(packet);
        packet[0] = (byte) (random.nextInt(8) == 0 ? 0x60 : 0x40 | random.nextInt(16));
        if (packet.length > 9 && random.nextInt(4) != 0) {
            packet[9] = (byte) (random.nextInt(3) == 0 ? 17 : 6);
        }
        int port = 4 * (packet[0] & 15) + 2;
        if (port + 1 < packet.length && random.nextBoolean()) {
            packet[port] = 0x1f;
            packet[port + 1] = (byte) 0x90;
        }
        return packet;
    }

    @ParameterizedTest
    @MethodSource("objects")
    void compiledObjectsDoWhatTheInterpreterDoes(Path file) throws Exception {
        LoadedObject expected = load(file);
        LoadedObject actual = load(file);
        for (int i = 0; i < expected.programs().size(); i++) {
            Program program = expected.programs().get(i).program();
            BpfProgram compiled = ProgramCompiler.compile(
                    Verifier.verify(actual.programs().get(i).program()), CompilerOptions.DEFAULT);
            compare(program, compiled);
        }
        for (String name : expected.maps().keySet()) {
            BpfMap map = expected.maps().get(name);
            if (map.definition().keySize() > 0) {
                sameElements(map, actual.maps().get(name));
            }
        }
    }

    private static void sameElements(BpfMap expected, BpfMap actual) {
        MemorySegment key = Arena.ofAuto().allocate(expected.definition().keySize(), 8);
        MemorySegment next = Arena.ofAuto().allocate(expected.definition().keySize(), 8);
        int elements = 0;
        for (int error = expected.nextKey(null, 0, next, 0); error == 0; error = expected.nextKey(key, 0, next, 0)) {
            key.copyFrom(next);
            long at = expected.lookup(0, key, 0);
            long other = actual.lookup(0, key, 0);
            int size = expected.definition().valueSize();
            assertEquals(
                    -1,
                    expected.values().asSlice(at, size).mismatch(actual.values().asSlice(other, size)),
                    expected.definition().name());
            elements++;
        }
        assertEquals(expected.elementCount(), actual.elementCount(), elements + " elements");
    }

    private static void compare(Program program, BpfProgram compiled) {
        Random random = new Random(SEED);
        ExecutionContext one = new ExecutionContext(0);
        ExecutionContext other = new ExecutionContext(0);
        for (int run = 0; run < 3_000; run++) {
            byte[] bytes = packet(random);
            boolean heap = random.nextBoolean();
            SkBuff expected = buffer(bytes, heap);
            SkBuff actual = buffer(bytes, heap);
            String name = program.name() + ", run " + run + ", seed " + SEED;
            long result = Interpreter.run(program, one, expected, 1_000_000, null);
            assertEquals((int) result, (int) compiled.run(other, actual), name);
            assertArrayEquals(expected.toByteArray(), actual.toByteArray(), name);
            assertEquals(expected.mark(), actual.mark(), name);
        }
    }

    private static SkBuff buffer(byte[] bytes, boolean heap) {
        SkBuff skb;
        if (heap) {
            byte[] array = new byte[bytes.length + 256];
            System.arraycopy(bytes, 0, array, 128, bytes.length);
            skb = new SkBuff(array, 128, bytes.length);
        } else {
            MemorySegment memory = Arena.ofAuto().allocate(bytes.length + 256);
            MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 128, bytes.length);
            skb = new SkBuff(memory, 128, bytes.length);
        }
        skb.setProtocol((bytes[0] & 0xf0) == 0x60 ? 0xdd86 : 0x0008);
        return skb;
    }
}
