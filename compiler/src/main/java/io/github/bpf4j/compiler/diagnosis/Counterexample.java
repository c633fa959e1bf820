/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.diagnosis;

/**
 * A packet on which the rejected access really leaves the packet: the reference interpreter ran the program on it and trapped there.
 *
 * @param packet the bytes from the L3 header on
 * @param trap what the interpreter reported
 */
public record Counterexample(byte[] packet, String trap) {
    /** Copies the bytes. */
    public Counterexample {
        packet = packet.clone();
    }

    /**
     * The packet.
     *
     * @return a copy of its bytes, from the L3 header on
     */
    @Override
    public byte[] packet() {
        return packet.clone();
    }
}
