/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import io.github.bpf4j.runtime.packet.SkBuff;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The flow hash of a packet. Linux keys it with a random number of the running kernel, so its values mean nothing elsewhere; its properties
 * are kept: equal for all packets of a flow in both directions, never 0; addresses, protocol and ports count, ports of fragments do not; an
 * IPv6 flow label stands for the ports.
 */
final class FlowHash {
    private static final long KEY = ThreadLocalRandom.current().nextLong();
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final int IPV4 = 0x0008;
    private static final int IPV6 = 0xdd86;
    private static final int TCP = 6;
    private static final int UDP = 17;

    private FlowHash() {}

    static int of(SkBuff skb) {
        MemorySegment memory = skb.memory();
        int start = skb.data() + skb.linkHeaderLength();
        int length = skb.length() - skb.linkHeaderLength();
        long hash = mix(KEY, skb.protocol());
        if (skb.protocol() == IPV4 && length >= 20) {
            int source = memory.get(INT, start + 12L);
            int destination = memory.get(INT, start + 16L);
            int protocol = memory.get(BYTE, start + 9L);
            boolean fragment = (memory.get(SHORT, start + 6L) & 0x3fff) != 0;
            int header = (memory.get(BYTE, start) & 0xf) * 4;
            int ports = fragment ? 0 : ports(memory, start, length, header, protocol);
            hash = mix(hash, protocol);
            hash = mix(hash, symmetric(source, destination, ports));
        } else if (skb.protocol() == IPV6 && length >= 40) {
            int protocol = memory.get(BYTE, start + 6L);
            int label = memory.get(INT, start) & 0xfffff;
            int ports = label != 0 ? 0 : ports(memory, start, length, 40, protocol);
            hash = mix(hash, label != 0 ? label : protocol);
            long source = KEY;
            long destination = KEY;
            for (int i = 0; i < 16; i += 4) {
                source = mix(source, memory.get(INT, start + 8L + i));
                destination = mix(destination, memory.get(INT, start + 24L + i));
            }
            hash = mix(hash, symmetric(source, destination, ports));
        }
        int folded = (int) (hash ^ (hash >>> 32));
        return folded == 0 ? 1 : folded;
    }

    private static int ports(MemorySegment memory, int start, int length, int header, int protocol) {
        return (protocol == TCP || protocol == UDP) && length >= header + 4 ? memory.get(INT, start + header) : 0;
    }

    /** The same for both directions of a flow. */
    private static long symmetric(long source, long destination, int ports) {
        long a = mix(source, ports >>> 16);
        long b = mix(destination, ports & 0xffff);
        return a + b;
    }

    private static long mix(long hash, long value) {
        long x = (hash ^ value) * 0x9e3779b97f4a7c15L;
        x = (x ^ (x >>> 32)) * 0xd6e8feb86659fd93L;
        return x ^ (x >>> 29);
    }
}
