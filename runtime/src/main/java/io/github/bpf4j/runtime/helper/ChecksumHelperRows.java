/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static io.github.bpf4j.runtime.helper.HelperRow.*;

import io.github.bpf4j.runtime.program.ProgramType;
import java.util.List;

/** Helpers of checksums. */
final class ChecksumHelperRows {
    private ChecksumHelperRows() {}

    static List<Helper> rows() {
        return List.of(
                helper(28, "bpf_csum_diff")
                        .args(MEM_OR_NULL, SIZE_OR_ZERO, MEM_OR_NULL, SIZE_OR_ZERO, ANYTHING)
                        .packetAccess()
                        .same(ChecksumHelpers.class, "csumDiff"),
                helper(10, "bpf_l3_csum_replace")
                        .args(CTX, ANYTHING, ANYTHING, ANYTHING, ANYTHING)
                        .onlyIn(ProgramType.LWT_XMIT)
                        .changesPacketData()
                        .same(ChecksumHelpers.class, "l3CsumReplace"),
                helper(11, "bpf_l4_csum_replace")
                        .args(CTX, ANYTHING, ANYTHING, ANYTHING, ANYTHING)
                        .onlyIn(ProgramType.LWT_XMIT)
                        .changesPacketData()
                        .same(ChecksumHelpers.class, "l4CsumReplace"),
                helper(40, "bpf_csum_update")
                        .args(CTX, ANYTHING)
                        .onlyIn(ProgramType.LWT_XMIT)
                        .same(ChecksumHelpers.class, "csumUpdate"),
                helper(135, "bpf_csum_level")
                        .args(CTX, ANYTHING)
                        .onlyIn(ProgramType.LWT_XMIT)
                        .same(ChecksumHelpers.class, "csumLevel"));
    }
}
