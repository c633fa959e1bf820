/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.program;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The kinds of program bpf4j runs. Numbers and section names are those of {@code enum bpf_prog_type} in {@code linux/bpf.h} and of
 * libbpf's section definitions.
 */
public enum ProgramType {
    /** Runs right after the input route lookup; may read the packet and encapsulate it. */
    LWT_IN(10, "lwt_in"),
    /** Runs right after the output route lookup; may read the packet. */
    LWT_OUT(11, "lwt_out"),
    /** Runs just before the neighbour output; may read, write, resize, encapsulate and redirect the packet. */
    LWT_XMIT(12, "lwt_xmit"),
    /** Runs as the SRv6 endpoint function End.BPF; may read the packet and edit its segment routing header. */
    LWT_SEG6LOCAL(19, "lwt_seg6local"),
    /**
     * A pure function over a buffer, unknown to Linux: {@code r1} is the address of the memory and {@code r2} its length in bytes. Its
     * memory accesses are not proven in bounds at load time; each is checked when it happens.
     */
    RAW(-1, "raw");

    /** The four types that Linux runs at lightweight tunnels. */
    public static final Set<ProgramType> LWT = Set.copyOf(EnumSet.complementOf(EnumSet.of(RAW)));

    private final int kernelId;
    private final String sectionName;

    ProgramType(int kernelId, String sectionName) {
        this.kernelId = kernelId;
        this.sectionName = sectionName;
    }

    /**
     * The number in {@code enum bpf_prog_type}.
     *
     * @return the number, or -1 for {@link #RAW}, which Linux does not have
     */
    public int kernelId() {
        return kernelId;
    }

    /**
     * The ELF section name that libbpf maps to this type.
     *
     * @return the name, such as {@code lwt_xmit}
     */
    public String sectionName() {
        return sectionName;
    }

    /**
     * Whether programs of this type have a {@code __sk_buff} context.
     *
     * @return false only for {@link #RAW}
     */
    public boolean hasPacket() {
        return this != RAW;
    }

    /**
     * Whether a program may store into the packet through a packet pointer.
     *
     * @return true only for {@link #LWT_XMIT}
     */
    public boolean mayWritePacket() {
        return this == LWT_XMIT;
    }

    /**
     * The type that an ELF section name stands for: {@code lwt_in} or {@code lwt_in/anything}.
     *
     * @param section the section name
     * @return the type, or empty for a custom section name
     */
    public static Optional<ProgramType> ofSection(String section) {
        for (ProgramType type : values()) {
            if (type != RAW && (section.equals(type.sectionName) || section.startsWith(type.sectionName + "/"))) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
