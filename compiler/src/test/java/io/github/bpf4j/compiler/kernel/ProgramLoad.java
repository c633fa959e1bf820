/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

/**
 * The attributes of {@code BPF_PROG_LOAD} that tests need.
 *
 * @param type {@code enum bpf_prog_type}
 * @param instructions 8 bytes each, host byte order
 * @param license the license, {@code GPL} for the helpers that ask for it
 * @param log what the verifier is to write
 * @param name at most 15 characters are used
 * @param flags {@code BPF_F_*}, such as {@link #STRICT_ALIGNMENT}
 * @param types the program's type information
 */
public record ProgramLoad(int type, byte[] instructions, String license, Log log, String name, int flags, Types types) {
    /**
     * What the verifier is to write.
     *
     * @param level 0 nothing, 1 and 2 more and more of its steps, 4 statistics
     * @param size bytes of room
     */
    public record Log(int level, int size) {}

    /**
     * Type information of a program.
     *
     * @param btfFd the types, or 0
     * @param functionInfo records of {@link #FUNCTION_INFO_BYTES}, or empty
     * @param lineInfo records of {@link #LINE_INFO_BYTES}, or empty
     */
    public record Types(int btfFd, byte[] functionInfo, byte[] lineInfo) {
        static final int FUNCTION_INFO_BYTES = 8;
        static final int LINE_INFO_BYTES = 16;

        private static final Types NONE = new Types(0, new byte[0], new byte[0]);
    }

    /** {@code BPF_PROG_TYPE_LWT_IN}. */
    public static final int LWT_IN = 10;
    /** {@code BPF_PROG_TYPE_LWT_OUT}. */
    public static final int LWT_OUT = 11;
    /** {@code BPF_PROG_TYPE_LWT_XMIT}. */
    public static final int LWT_XMIT = 12;
    /** {@code BPF_PROG_TYPE_LWT_SEG6LOCAL}. */
    public static final int LWT_SEG6LOCAL = 19;
    /** {@code BPF_F_STRICT_ALIGNMENT}. */
    public static final int STRICT_ALIGNMENT = 1;
    /** {@code BPF_F_TEST_STATE_FREQ}: the verifier prunes at every instruction it can. */
    public static final int TEST_STATE_FREQUENTLY = 8;

    private static final Log DEFAULT_LOG = new Log(1, 1 << 20);

    /** A GPL program with a log of level 1. */
    public static ProgramLoad of(int type, byte[] instructions) {
        return new ProgramLoad(type, instructions, "GPL", DEFAULT_LOG, "test", 0, Types.NONE);
    }

    /** Without a log, which is many times faster. */
    public ProgramLoad withoutLog() {
        return withLog(0, 0);
    }

    /** With another log. */
    public ProgramLoad withLog(int level, int size) {
        return new ProgramLoad(type, instructions, license, new Log(level, size), name, flags, types);
    }

    /** With another license. */
    public ProgramLoad withLicense(String newLicense) {
        return new ProgramLoad(type, instructions, newLicense, log, name, flags, types);
    }

    /** With another name. */
    public ProgramLoad withName(String newName) {
        return new ProgramLoad(type, instructions, license, log, newName, flags, types);
    }

    /** With other flags. */
    public ProgramLoad withFlags(int newFlags) {
        return new ProgramLoad(type, instructions, license, log, name, newFlags, types);
    }

    /** With type information; the records may be empty. */
    public ProgramLoad withBtf(int btfFd, byte[] functionInfo, byte[] lineInfo) {
        Types newTypes = new Types(btfFd, functionInfo, lineInfo);
        return new ProgramLoad(type, instructions, license, log, name, flags, newTypes);
    }
}
