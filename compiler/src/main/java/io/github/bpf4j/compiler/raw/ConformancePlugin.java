/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.raw;

import io.github.bpf4j.compiler.isa.InstructionFormatException;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.program.ProgramTrapException;
import java.util.HexFormat;

/**
 * One test of a conformance runner, in the protocol of the plugins of Alan-Jowett/bpf_conformance: program and memory come as hex bytes
 * separated by white space, {@code r0} goes out in hex.
 */
public final class ConformancePlugin {
    private ConformancePlugin() {}

    /** The test cannot be run, or its program does something it must not. The message says what, in one line. */
    public static final class FailureException extends Exception {
        private static final long serialVersionUID = 1L;

        FailureException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Runs a test.
     *
     * @param programHex the instructions
     * @param memoryHex what {@code r1} points to; may be empty
     * @return {@code r0} in hex, without prefix or leading zeros
     * @throws FailureException if the input is not hex, the program is rejected, or it traps
     */
    public static String run(String programHex, String memoryHex) throws FailureException {
        byte[] code = bytes("program", programHex);
        byte[] memory = bytes("memory", memoryHex);
        try {
            return Long.toHexString(RawProgram.load("conformance", code).run(memory));
        } catch (InstructionFormatException malformed) {
            throw new FailureException("instruction " + malformed.slot() + ": " + malformed.getMessage(), malformed);
        } catch (VerifierException rejected) {
            throw new FailureException("instruction " + rejected.slot() + ": " + rejected.getMessage(), rejected);
        } catch (ProgramTrapException trap) {
            throw new FailureException(String.valueOf(trap.getMessage()), trap);
        }
    }

    private static byte[] bytes(String what, String hex) throws FailureException {
        String digits = hex.replaceAll("\\s+", "");
        try {
            return HexFormat.of().parseHex(digits);
        } catch (IllegalArgumentException notHex) {
            throw new FailureException(what + " is not a sequence of hex bytes: " + notHex.getMessage(), notHex);
        }
    }
}
