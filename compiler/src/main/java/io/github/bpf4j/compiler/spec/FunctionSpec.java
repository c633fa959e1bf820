/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.spec;

import io.github.bpf4j.compiler.ByteView;
import io.github.bpf4j.compiler.btf.BtfExt.CoreInfo;
import io.github.bpf4j.compiler.btf.BtfExt.LineInfo;
import java.util.List;

/**
 * A function as compiled: a program's entry or a subprogram. Immutable.
 *
 * @param name its name; static functions of one object may share a name
 * @param section name of the section it stands in
 * @param sectionOffset where it starts in the section, in bytes
 * @param code its raw instructions, a multiple of 8 bytes
 * @param isGlobal whether it may be verified on its own from its BTF signature: has BTF, and is neither static nor hidden
 * @param type BTF number of its {@code FUNC}, 0 if it has none
 * @param relocations the places to fill in, ascending by slot, no two at the same slot
 * @param lines source lines, ascending; offsets count from the start of the section
 * @param coreRelocations CO-RE relocations, ascending; offsets count from the start of the section
 */
public record FunctionSpec(
        String name,
        String section,
        long sectionOffset,
        ByteView code,
        boolean isGlobal,
        int type,
        List<Relocation> relocations,
        List<LineInfo> lines,
        List<CoreInfo> coreRelocations) {
    /** Bytes in an instruction slot. */
    public static final int SLOT_BYTES = 8;

    /** Copies the lists. */
    public FunctionSpec {
        relocations = List.copyOf(relocations);
        lines = List.copyOf(lines);
        coreRelocations = List.copyOf(coreRelocations);
    }

    /**
     * The function's length.
     *
     * @return slots
     */
    public int slots() {
        return code.length() / SLOT_BYTES;
    }
}
