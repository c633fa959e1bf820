/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

/**
 * The attributes of {@code BPF_PROG_LOAD}.
 *
 * @param type {@code enum bpf_prog_type}
 * @param instructions 8 bytes each, host byte order
 * @param license the license, {@code GPL} for the helpers that ask for it
 * @param logLevel 0 none, 1 and 2 more and more of the verifier's steps, 4 statistics
 * @param logSize bytes for the log
 * @param name at most 15 characters are used
 * @param flags {@code BPF_F_*}, such as {@link #STRICT_ALIGNMENT}
 * @param btfFd type information of the program, or 0
 * @param functionInfo records, or empty
 * @param functionInfoRecordSize bytes in one
 * @param lineInfo records, or empty
 * @param lineInfoRecordSize bytes in one
 * @param fdArray what {@code MAP_IDX} constants and kfunc calls index
 * @param expectedAttachType {@code enum bpf_attach_type}
 */
public record ProgramLoad(
        int type,
        byte[] instructions,
        String license,
        int logLevel,
        int logSize,
        String name,
        int flags,
        int btfFd,
        byte[] functionInfo,
        int functionInfoRecordSize,
        byte[] lineInfo,
        int lineInfoRecordSize,
        int[] fdArray,
        int expectedAttachType) {
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

    private static final int DEFAULT_LOG_SIZE = 1 << 20;

    /** A GPL program with a log of level 1. */
    public static ProgramLoad of(int type, byte[] instructions) {
        return new ProgramLoad(
                type,
                instructions,
                "GPL",
                1,
                DEFAULT_LOG_SIZE,
                "test",
                0,
                0,
                new byte[0],
                8,
                new byte[0],
                16,
                new int[0],
                0);
    }

    /** Without a log, which is many times faster. */
    public ProgramLoad withoutLog() {
        return withLog(0, 0);
    }

    /** With another log. */
    public ProgramLoad withLog(int level, int size) {
        return new ProgramLoad(
                type,
                instructions,
                license,
                level,
                size,
                name,
                flags,
                btfFd,
                functionInfo,
                functionInfoRecordSize,
                lineInfo,
                lineInfoRecordSize,
                fdArray,
                expectedAttachType);
    }

    /** With another license. */
    public ProgramLoad withLicense(String newLicense) {
        return new ProgramLoad(
                type,
                instructions,
                newLicense,
                logLevel,
                logSize,
                name,
                flags,
                btfFd,
                functionInfo,
                functionInfoRecordSize,
                lineInfo,
                lineInfoRecordSize,
                fdArray,
                expectedAttachType);
    }

    /** With another name. */
    public ProgramLoad withName(String newName) {
        return new ProgramLoad(
                type,
                instructions,
                license,
                logLevel,
                logSize,
                newName,
                flags,
                btfFd,
                functionInfo,
                functionInfoRecordSize,
                lineInfo,
                lineInfoRecordSize,
                fdArray,
                expectedAttachType);
    }

    /** With other flags. */
    public ProgramLoad withFlags(int newFlags) {
        return new ProgramLoad(
                type,
                instructions,
                license,
                logLevel,
                logSize,
                name,
                newFlags,
                btfFd,
                functionInfo,
                functionInfoRecordSize,
                lineInfo,
                lineInfoRecordSize,
                fdArray,
                expectedAttachType);
    }

    /** With type information; the records may be empty. */
    public ProgramLoad withBtf(int newBtfFd, byte[] newFunctionInfo, byte[] newLineInfo) {
        return new ProgramLoad(
                type,
                instructions,
                license,
                logLevel,
                logSize,
                name,
                flags,
                newBtfFd,
                newFunctionInfo,
                functionInfoRecordSize,
                newLineInfo,
                lineInfoRecordSize,
                fdArray,
                expectedAttachType);
    }

    /** With descriptors that instructions index. */
    public ProgramLoad withFdArray(int... newFdArray) {
        return new ProgramLoad(
                type,
                instructions,
                license,
                logLevel,
                logSize,
                name,
                flags,
                btfFd,
                functionInfo,
                functionInfoRecordSize,
                lineInfo,
                lineInfoRecordSize,
                newFdArray,
                expectedAttachType);
    }
}
