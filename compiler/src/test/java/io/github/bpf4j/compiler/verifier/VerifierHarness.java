/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.isa.Assembly;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Programs as assembly text for verifier tests. */
final class VerifierHarness {
    static final MapDefinition HASH = new MapDefinition("hash", MapType.HASH, 8, 48, 1, 0);
    static final MapDefinition HASH8 = new MapDefinition("hash8", MapType.HASH, 8, 8, 1, 0);
    static final MapDefinition ARRAY = new MapDefinition("array", MapType.ARRAY, 4, 48, 1, 0);
    static final MapDefinition RINGBUF = new MapDefinition("ringbuf", MapType.RINGBUF, 0, 0, 4096, 0);
    static final MapDefinition PROGS = new MapDefinition("progs", MapType.PROG_ARRAY, 4, 4, 4, 0);
    static final MapDefinition OUTER = new MapDefinition("outer", MapType.ARRAY_OF_MAPS, 4, 4, 4, 0, 0, ARRAY);
    static final MapDefinition RDONLY = new MapDefinition("rdonly", MapType.ARRAY, 4, 16, 1, 128);

    static final MapDefinition USER_RINGBUF = new MapDefinition("uring", MapType.USER_RINGBUF, 0, 0, 4096, 0);
    static final MapDefinition QUEUE = new MapDefinition("queue", MapType.QUEUE, 0, 8, 4, 0);

    private static final Map<String, MapDefinition> MAPS = Stream.of(
                    HASH, HASH8, ARRAY, RINGBUF, PROGS, OUTER, RDONLY, USER_RINGBUF, QUEUE)
            .collect(Collectors.toMap(MapDefinition::name, map -> map));

    private VerifierHarness() {}

    /** A map that the verifier never looks into. */
    static final class NamedMap extends BpfMap {
        NamedMap(MapDefinition definition) {
            super(definition);
        }

        @Override
        public MemorySegment values() {
            return MemorySegment.NULL;
        }

        @Override
        public long lookup(int cpu, MemorySegment key, long keyOffset) {
            return NOT_FOUND;
        }

        @Override
        public int update(
                int cpu, MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
            return 0;
        }

        @Override
        public int delete(MemorySegment key, long keyOffset) {
            return 0;
        }
    }

    static Program program(ProgramType type, String text) {
        Assembly assembly = Assembler.assemble(text);
        List<BpfMap> maps = new ArrayList<>();
        for (String name : assembly.maps()) {
            MapDefinition definition = MAPS.get(name);
            if (definition == null) {
                throw new IllegalArgumentException("no map " + name);
            }
            maps.add(new NamedMap(definition));
        }
        return Program.of("test", type, assembly.instructions(), maps);
    }

    static VerifiedProgram accept(ProgramType type, String text) {
        try {
            return Verifier.verify(program(type, text), new VerifierOptions(1_000_000, 8192, true));
        } catch (VerifierException e) {
            throw new AssertionError("rejected at " + e.slot() + ": " + e.getMessage(), e);
        }
    }

    static VerifiedProgram accept(String text) {
        return accept(ProgramType.LWT_XMIT, text);
    }

    static VerifierException reject(ProgramType type, String text) {
        return assertThrows(
                VerifierException.class,
                () -> Verifier.verify(program(type, text), new VerifierOptions(1_000_000, 8192, true)));
    }

    /** Rejects with exactly this message. */
    static VerifierException reject(String message, String text) {
        return reject(ProgramType.LWT_XMIT, message, text);
    }

    static VerifierException reject(ProgramType type, String message, String text) {
        VerifierException e = reject(type, text);
        assertEquals(message, e.getMessage());
        return e;
    }
}
