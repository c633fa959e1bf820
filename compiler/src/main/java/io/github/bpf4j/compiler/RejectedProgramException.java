/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler;

import io.github.bpf4j.compiler.diagnosis.Diagnosis;
import io.github.bpf4j.compiler.diagnosis.DiagnosisText;
import io.github.bpf4j.compiler.verifier.VerifierException;

/** The verifier rejected a program. The message is the diagnosis as text; the cause holds the typed reason and the path. */
public final class RejectedProgramException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Diagnosis diagnosis;

    /**
     * Creates the exception.
     *
     * @param diagnosis what is wrong, where, why and what usually fixes it
     * @param cause what the verifier threw
     */
    public RejectedProgramException(Diagnosis diagnosis, VerifierException cause) {
        super(DiagnosisText.format(diagnosis), cause);
        this.diagnosis = diagnosis;
    }

    /**
     * Whether the program asks for something that Linux has and this runtime lacks, rather than being unsafe in Linux's eyes.
     *
     * @return whether it is a limitation of this runtime
     */
    public boolean isLimitation() {
        return getCause() instanceof VerifierException e && e.reason().isLimitation();
    }

    /**
     * What is wrong, where, why and what usually fixes it.
     *
     * @return the diagnosis; null only after deserialisation
     */
    public Diagnosis diagnosis() {
        return diagnosis;
    }
}
