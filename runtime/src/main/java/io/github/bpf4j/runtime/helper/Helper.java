/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import io.github.bpf4j.runtime.program.ProgramType;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One row of the helper table: everything that verifier, code generator, disassembler and documentation know of a helper. Immutable.
 *
 * @param id the number in a call instruction
 * @param name the name, {@code bpf_map_lookup_elem}
 * @param returns what is left in {@code r0}
 * @param returnedStruct name of the kernel's struct that a returned {@link ReturnType#BTF_ID} points to; empty if it is not known
 * @param args up to five arguments
 * @param programTypes which program types may call it
 * @param gplOnly whether the program's license must be GPL compatible
 * @param packetAccess whether its memory arguments may point into the packet: the kernel's {@code pkt_access}
 * @param changesPacketData whether packet pointers are invalid after the call; {@code bpf_dynptr_write} does so only through a dynptr
 *     over a packet and has false here
 * @param mightSleep whether only sleepable programs may call it, which programs of the LWT types never are
 * @param support how far it is implemented
 * @param implementation the Java method; null exactly if {@code support} is {@link Support#REJECTED}
 * @param xmitImplementation the Java method in programs of type LWT_XMIT if it is another one, else null; use
 *     {@link #implementation(ProgramType)}
 * @param note why it is rejected, or what constant or provider stands behind it; empty if it is as in Linux
 */
public record Helper(
        int id,
        String name,
        ReturnType returns,
        String returnedStruct,
        List<ArgType> args,
        Set<ProgramType> programTypes,
        boolean gplOnly,
        boolean packetAccess,
        boolean changesPacketData,
        boolean mightSleep,
        Support support,
        @Nullable Implementation implementation,
        @Nullable Implementation xmitImplementation,
        String note)
        implements KernelFunction {
    /** Checks the row. */
    public Helper {
        args = List.copyOf(args);
        programTypes = Set.copyOf(programTypes);
        FunctionRow.check(name, args, support, implementation);
    }
}
