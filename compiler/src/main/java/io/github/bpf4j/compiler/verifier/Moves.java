/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.RegisterType.*;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.Width;
import io.github.bpf4j.runtime.map.MapType;

/** Instructions that put a constant or the value of another register into a register. */
final class Moves {
    private final Analysis a;
    private final StackAccess stack;

    Moves(Analysis analysis, StackAccess stack) {
        this.a = analysis;
        this.stack = stack;
    }

    /** {@code dst = src} or {@code dst = imm}, of 32 or 64 bits, with or without sign extension. */
    void move(Instruction.Mov mov) throws VerifierException {
        int dst = mov.dst();
        FrameState frame = a.frame();
        boolean is32 = mov.width() == Width.W32;
        if (!mov.src().isRegister()) {
            Interpreter.checkWritable(a, dst);
            long imm = mov.src().immediate();
            frame.fresh(dst).setKnownScalar(is32 ? imm & 0xffff_ffffL : imm);
            return;
        }
        int src = mov.src().register();
        Interpreter.checkReadable(a, src);
        Interpreter.checkWritable(a, dst);
        RegisterState value = frame.register(src);
        if (value.isScalar()) {
            boolean same = ScalarMoves.keepsValue(mov, value);
            if (same) {
                stack.assignId(frame, src);
            }
            if (src != dst) {
                frame.share(dst, frame.release(src));
            }
            if (mov.signExtendFrom() != 0 || is32) {
                RegisterState result = frame.own(dst);
                if (!same) {
                    result.forgetId();
                }
                ScalarMoves.apply(mov, result);
            }
        } else if (is32 || mov.signExtendFrom() != 0) {
            frame.fresh(dst).setUnknownScalar();
            if (is32) {
                frame.own(dst).zeroExtend32();
            }
        } else if (src != dst) {
            frame.share(dst, frame.release(src));
        }
    }

    /** {@code dst = imm64}: a number, or what the constant stands for. */
    void loadImmediate(Instruction.LoadImm64 load) throws VerifierException {
        Interpreter.checkWritable(a, load.dst());
        RegisterState result = a.frame().fresh(load.dst());
        switch (load.kind()) {
            case VALUE -> result.setKnownScalar(load.value());
            case MAP_FD, MAP_IDX -> {
                result.setPointer(MAP);
                result.map = a.maps[load.imm()];
            }
            case MAP_VALUE, MAP_IDX_VALUE -> {
                MapObject map = a.maps[load.imm()];
                if (map.definition.type() == MapType.ARENA) {
                    result.setUnknownScalar();
                } else {
                    result.setPointer(MAP_VALUE);
                    result.map = map;
                    result.off = load.nextImm();
                }
            }
            case FUNC -> {
                result.setPointer(FUNC);
                result.subprogram = a.graph.subprogramOf[a.code.targets[a.slot]];
            }
            case BTF_ID ->
                throw a.reject(
                        -1,
                        new Rejection.Unsupported("kernel variables"),
                        "kernel variables cannot be accessed outside of a kernel");
        }
    }
}
