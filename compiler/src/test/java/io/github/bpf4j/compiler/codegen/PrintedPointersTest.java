/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bpf4j.compiler.BpfObject;
import io.github.bpf4j.compiler.RejectedProgramException;
import io.github.bpf4j.compiler.TestObjects;
import io.github.bpf4j.compiler.load.LoadOptions;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.Environment;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Helpers that follow pointers which the program has stored in an array on the stack. */
class PrintedPointersTest {
    private final List<String> trace = new ArrayList<>();
    private final ExecutionContext context = new ExecutionContext(0);
    private BpfObject object;

    @BeforeEach
    void load() throws RejectedProgramException {
        object = BpfObject.load(ObjectSpec.read(TestObjects.read("printed_pointers.o")), LoadOptions.of(1));
        context.setEnvironment(Environment.DEFAULT.withTrace((task, cpu, nanoseconds, message, length) ->
                trace.add(new String(message, 0, length, StandardCharsets.US_ASCII))));
    }

    @Test
    void traceShowsWhatPointersPointTo() {
        BpfMap words = object.map("words");
        MemorySegment.copy(
                MemorySegment.ofArray("mapped\0\0".getBytes(StandardCharsets.US_ASCII)), 0, words.values(), 0, 8);

        assertEquals(0, object.program("print_pointers").run(context, new SkBuff(new byte[20], 0, 20)));

        assertEquals(List.of("constant mapped 127.0.0.1 20"), trace);
    }

    @Test
    void formattedTextShowsWhatPointersPointTo() {
        long length = object.program("format_pointers").run(context, new SkBuff(new byte[20], 0, 20));

        assertEquals("127.0.0.1 7".length() + 1, length);
        byte[] text = object.map("words").values().asSlice(0, 8).toArray(ValueLayout.JAVA_BYTE);
        assertEquals("127.0.0.", new String(text, StandardCharsets.US_ASCII));
    }
}
