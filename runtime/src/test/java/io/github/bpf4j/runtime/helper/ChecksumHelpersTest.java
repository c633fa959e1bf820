/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.program.ChecksumDifference;
import io.github.bpf4j.runtime.program.Environment;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What {@code bpf_csum_diff} of older and of current Linux differ in; the helpers are compared with the host's elsewhere. */
class ChecksumHelpersTest {
    private static final MemorySegment MEMORY =
            MemorySegment.ofArray(HexFormat.of().parseHex("ffffffff01000000"));

    private final ExecutionContext current = new ExecutionContext(0);
    private final ExecutionContext old = new ExecutionContext(0);

    ChecksumHelpersTest() {
        old.setEnvironment(Environment.DEFAULT.withChecksumDifference(ChecksumDifference.UNFOLDED));
    }

    private static long sum(ExecutionContext context, long offset, long size, long seed) {
        return ChecksumHelpers.csumDiff(context, null, 0, 0, MEMORY, offset, size, seed);
    }

    @Test
    void onlyCurrentLinuxFolds() {
        assertEquals(0x0002, sum(current, 4, 4, 0x1_0000));
        assertEquals(0x1_0001, sum(old, 4, 4, 0x1_0000));
    }

    @Test
    void olderLinuxRefusesOtherSizesThanWords() {
        assertEquals(0x0001, sum(current, 4, 3, 0));
        assertEquals(-Errno.EINVAL, sum(old, 4, 3, 0));
    }

    @Test
    void olderLinuxRefusesMoreThan512Bytes() {
        MemorySegment large = MemorySegment.ofArray(new byte[516]);
        assertEquals(0, ChecksumHelpers.csumDiff(old, null, 0, 0, large, 0, 512, 0));
        assertEquals(-Errno.EINVAL, ChecksumHelpers.csumDiff(old, null, 0, 0, large, 0, 516, 0));
        assertEquals(-Errno.EINVAL, ChecksumHelpers.csumDiff(old, large, 0, 256, large, 0, 260, 0));
        assertEquals(0, ChecksumHelpers.csumDiff(current, null, 0, 0, large, 0, 516, 0));
    }
}
