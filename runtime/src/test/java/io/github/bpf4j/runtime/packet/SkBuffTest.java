/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SkBuffTest {
    private final SkBuff skb = new SkBuff(new byte[128], 64, 40);

    @Test
    void aChecksumToBeFilledInStaysWithThePacket() {
        skb.setTransportOffset(20);
        assertEquals(20, skb.minimumLength());
        skb.setChecksumEnd(28);
        assertEquals(20, skb.minimumLength(), "it is none that is still to be filled in");
        skb.setChecksumStatus(ChecksumStatus.PARTIAL);
        assertEquals(28, skb.minimumLength());
        skb.push(14);
        assertEquals(42, skb.minimumLength());
        skb.pull(14);
        assertEquals(28, skb.checksumEnd());
    }

    @Test
    void headersDoNotSayWhereAChecksumEnds() {
        skb.setTransportOffset(20);
        skb.setChecksumStatus(ChecksumStatus.PARTIAL);
        skb.push(14);
        assertEquals(0, skb.checksumEnd());
        assertEquals(34, skb.minimumLength());
    }
}
