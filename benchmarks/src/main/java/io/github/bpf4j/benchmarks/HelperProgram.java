/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.List;

/** Programs that do little more than call one helper once. All return 0 when the helper does its work. */
public enum HelperProgram {
    /** Pushes 24 bytes, an IPv4 and a GRE header, in front of the packet. */
    PUSH_ENCAP("""
                r6 = r1
                r1 = 0xf4050045 ll              ; version 4, ihl 5, total length 1,524
                *(u64 *)(r10 - 24) = r1
                r1 = 0x010010ac00002f40 ll      ; TTL 64, protocol GRE, from 172.16.0.1
                *(u64 *)(r10 - 16) = r1
                r1 = 0x00080000020010ac ll      ; to 172.16.0.2; GRE of IPv4
                *(u64 *)(r10 - 8) = r1
                r1 = r6
                r2 = 2                          ; BPF_LWT_ENCAP_IP
                r3 = r10
                r3 += -24
                r4 = 24
                call bpf_lwt_push_encap
                exit
            """),
    /** Copies the packet's first 20 bytes to the stack. */
    SKB_LOAD_BYTES("""
                r2 = 0
                r3 = r10
                r3 += -24
                r4 = 20
                call bpf_skb_load_bytes
                exit
            """),
    /** Sums 40 bytes of the packet. */
    CSUM_DIFF("""
                r3 = *(u32 *)(r1 + 76)
                r2 = *(u32 *)(r1 + 80)
                r0 = -1
                r4 = r3
                r4 += 40
                if r4 > r2 goto out
                r1 = 0
                r2 = 0
                r4 = 40
                r5 = 0
                call bpf_csum_diff
                if r0 == 0 goto wrong           ; the packets are not all zeros
                r0 = 0
                exit
            wrong:
                r0 = 1
            out:
                exit
            """);

    private final String text;

    HelperProgram(String text) {
        this.text = text;
    }

    /**
     * Verifies and compiles it.
     *
     * @throws IllegalStateException if the verifier refuses it
     */
    BpfProgram compile() {
        Program program = Program.of(
                "helper", ProgramType.LWT_XMIT, Assembler.assemble(text).instructions(), List.of());
        try {
            return ProgramCompiler.compile(Verifier.verify(program), CompilerOptions.DEFAULT);
        } catch (VerifierException e) {
            throw new IllegalStateException(this + " was refused", e);
        }
    }
}
