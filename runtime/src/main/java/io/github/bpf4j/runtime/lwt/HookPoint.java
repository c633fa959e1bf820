/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.lwt;

import io.github.bpf4j.runtime.program.ProgramType;
import java.util.Optional;

/** The places of a route at which a program runs, and what each return code means there. The rows were observed on Linux 6.18. */
public enum HookPoint {
    /** Right after the input route lookup, before forwarding and local delivery. */
    IN(ProgramType.LWT_IN, HookAction.CONTINUE, HookAction.REROUTE),
    /** Right after the output route lookup, for local and forwarded packets. */
    OUT(ProgramType.LWT_OUT, HookAction.CONTINUE, HookAction.CONTINUE),
    /** Just before the neighbour is looked up. */
    XMIT(ProgramType.LWT_XMIT, HookAction.REDIRECT, HookAction.REROUTE),
    /** The SRv6 endpoint function End.BPF. */
    SEG6LOCAL(ProgramType.LWT_SEG6LOCAL, HookAction.REDIRECT, HookAction.ILLEGAL);

    private final ProgramType programType;
    private final HookAction onRedirect;
    private final HookAction onReroute;

    HookPoint(ProgramType programType, HookAction onRedirect, HookAction onReroute) {
        this.programType = programType;
        this.onRedirect = onRedirect;
        this.onReroute = onReroute;
    }

    /**
     * The programs that may be attached here.
     *
     * @return their type
     */
    public ProgramType programType() {
        return programType;
    }

    /**
     * What a return code makes happen here. Linux takes {@code BPF_REDIRECT} in in and out, and {@code BPF_LWT_REROUTE} in out, for
     * {@code BPF_OK}.
     *
     * @param verdict the lower 32 bits of {@code r0}
     * @return the action
     */
    public HookAction action(int verdict) {
        return switch (verdict) {
            case LwtVerdict.OK -> HookAction.CONTINUE;
            case LwtVerdict.DROP -> HookAction.DROP;
            case LwtVerdict.REDIRECT -> onRedirect;
            case LwtVerdict.REROUTE -> onReroute;
            default -> HookAction.ILLEGAL;
        };
    }

    /**
     * The hook for a type of program.
     *
     * @param type the program type
     * @return the hook; empty for {@link ProgramType#RAW}
     */
    public static Optional<HookPoint> of(ProgramType type) {
        for (HookPoint point : values()) {
            if (point.programType == type) {
                return Optional.of(point);
            }
        }
        return Optional.empty();
    }
}
