/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.pipeline;

import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;

/** A program written in Java, in the place of a compiled one. */
public class JavaProgram extends BpfProgram {
    /** The program's code. */
    public interface Body {
        int run(ExecutionContext context, SkBuff skb);
    }

    private final ProgramType type;
    private final Body body;

    public JavaProgram(ProgramType type, Body body) {
        this.type = type;
        this.body = body;
    }

    public static JavaProgram returning(ProgramType type, int verdict) {
        return new JavaProgram(type, (context, skb) -> verdict);
    }

    @Override
    public String name() {
        return "java";
    }

    @Override
    public ProgramType type() {
        return type;
    }

    @Override
    public long run(ExecutionContext context, SkBuff skb) {
        return body.run(context, skb);
    }

    @Override
    public void run(ExecutionContext context, SkBuff[] packets, int count, int[] verdicts) {
        for (int i = 0; i < count; i++) {
            verdicts[i] = body.run(context, packets[i]);
        }
    }
}
