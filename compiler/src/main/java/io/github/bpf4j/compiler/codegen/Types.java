/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

/** Internal names of the classes that generated code speaks of. */
final class Types {
    static final String OBJECT = "java/lang/Object";
    static final String SEGMENT = "java/lang/foreign/MemorySegment";
    static final String VAR_HANDLE = "java/lang/invoke/VarHandle";
    static final String RUNTIME_EXCEPTION = "java/lang/RuntimeException";
    static final String PROGRAM = "io/github/bpf4j/runtime/program/BpfProgram";
    static final String CONTEXT = "io/github/bpf4j/runtime/program/ExecutionContext";
    static final String CALLBACK = "io/github/bpf4j/runtime/program/BpfCallback";
    static final String MEMORY = "io/github/bpf4j/runtime/program/Memory";
    static final String PRIVATE_MEMORY = "io/github/bpf4j/runtime/program/PrivateMemory";
    static final String OPAQUE_CONSTANT = "io/github/bpf4j/runtime/program/OpaqueConstant";
    static final String ARITHMETIC = "io/github/bpf4j/runtime/program/Arithmetic";
    static final String SOURCE = "io/github/bpf4j/runtime/program/ProgramSource";
    static final String TRAP = "io/github/bpf4j/runtime/program/ProgramTrapException";
    static final String PROGRAM_TYPE = "io/github/bpf4j/runtime/program/ProgramType";
    static final String SKB = "io/github/bpf4j/runtime/packet/SkBuff";
    static final String MAP_IMAGE = "io/github/bpf4j/runtime/map/MapImage";
    static final String KEY_LOOKUP = "io/github/bpf4j/runtime/map/KeyLookup";
    static final String ARENA_MAP = "io/github/bpf4j/runtime/map/ArenaMap";
    static final String ARENA = "io/github/bpf4j/runtime/map/ArenaMemory";
    static final String MAP = "io/github/bpf4j/runtime/map/BpfMap";

    private Types() {}

    static String field(String internalName) {
        return "L" + internalName + ";";
    }
}
