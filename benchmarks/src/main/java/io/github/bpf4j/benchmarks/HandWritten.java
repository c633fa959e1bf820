/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The workloads as a Java programmer would write them over a {@code byte[]} that holds a packet from {@code start} to {@code end}. */
final class HandWritten {
    private static final VarHandle SHORT = view(short[].class);
    private static final VarHandle INT = view(int[].class);
    private static final VarHandle LONG = view(long[].class);
    private static final int TCP = 6;
    private static final int OK = 0;
    private static final int DROP = 2;

    private HandWritten() {}

    private static VarHandle view(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
    }

    static int dropper(byte[] packet, int start, int end) {
        if (start + 20 > end || packet[start + 9] != TCP) {
            return OK;
        }
        int tcp = start + (packet[start] & 15) * 4;
        if (tcp + 20 > end) {
            return OK;
        }
        int port = (packet[tcp + 2] & 0xff) << 8 | (packet[tcp + 3] & 0xff);
        return port == 8080 ? DROP : OK;
    }

    static int xorshift(byte[] packet, int start, int end) {
        if (start + 8 > end) {
            return 0;
        }
        long x = (long) LONG.get(packet, start) | 1;
        for (int i = 0; i < 1000; i++) {
            x ^= x << 13;
            x ^= x >>> 7;
            x ^= x << 17;
        }
        return (int) (x ^ x >>> 32);
    }

    static int lcg(byte[] packet, int start, int end) {
        if (start + 4 > end) {
            return 0;
        }
        int x = (int) INT.get(packet, start);
        for (int i = 0; i < 1000; i++) {
            x = x * 1664525 + 1013904223;
        }
        return x;
    }

    static int checksum(byte[] packet, int start, int end) {
        int sum = 0;
        int even = start + (end - start & -2);
        for (int at = start; at < even; at += 2) {
            sum += (short) SHORT.get(packet, at) & 0xffff;
        }
        if (even < end) {
            sum += packet[even] & 0xff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        return ~sum & 0xffff;
    }

    static int jhash(byte[] packet, int start, int end) {
        if (start + 24 > end) {
            return 0;
        }
        int a = 0xdeadbeef + (4 << 2);
        int b = a;
        int c = a;
        a += (int) INT.get(packet, start + 12);
        b += (int) INT.get(packet, start + 16);
        c += (int) INT.get(packet, start + 20);

        a -= c;
        a ^= Integer.rotateLeft(c, 4);
        c += b;
        b -= a;
        b ^= Integer.rotateLeft(a, 6);
        a += c;
        c -= b;
        c ^= Integer.rotateLeft(b, 8);
        b += a;
        a -= c;
        a ^= Integer.rotateLeft(c, 16);
        c += b;
        b -= a;
        b ^= Integer.rotateLeft(a, 19);
        a += c;
        c -= b;
        c ^= Integer.rotateLeft(b, 4);
        b += a;

        a += packet[start + 9] & 0xff;

        c ^= b;
        c -= Integer.rotateLeft(b, 14);
        a ^= c;
        a -= Integer.rotateLeft(c, 11);
        b ^= a;
        b -= Integer.rotateLeft(a, 25);
        c ^= b;
        c -= Integer.rotateLeft(b, 16);
        a ^= c;
        a -= Integer.rotateLeft(c, 4);
        b ^= a;
        b -= Integer.rotateLeft(a, 14);
        c ^= b;
        c -= Integer.rotateLeft(b, 24);
        return c;
    }

    static int siphash(byte[] packet, int start, int end) {
        if (start + 40 > end) {
            return 0;
        }
        long k0 = 0x0706050403020100L;
        long k1 = 0x0f0e0d0c0b0a0908L;
        long v0 = k0 ^ 0x736f6d6570736575L;
        long v1 = k1 ^ 0x646f72616e646f6dL;
        long v2 = k0 ^ 0x6c7967656e657261L;
        long v3 = k1 ^ 0x7465646279746573L;
        for (int block = 0; block < 8; block++) {
            // Five blocks of message, the length, then twice two rounds to finish.
            long m = block < 5 ? (long) LONG.get(packet, start + 8 * block) : block == 5 ? 40L << 56 : 0;
            v3 ^= m;
            if (block == 6) {
                v2 ^= 0xff;
            }
            for (int round = 0; round < 2; round++) {
                v0 += v1;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v3;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 += v3;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 += v1;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v2 = Long.rotateLeft(v2, 32);
            }
            v0 ^= m;
        }
        long hash = v0 ^ v1 ^ v2 ^ v3;
        return (int) (hash ^ hash >>> 32);
    }

    /** Sorts in an array that the calling thread reuses, as a program does on its stack. */
    static int bubblesort(byte[] packet, int start, int end, int[] a) {
        if (start + 4 * a.length > end) {
            return 0;
        }
        for (int i = 0; i < a.length; i++) {
            a[i] = (int) INT.get(packet, start + 4 * i);
        }
        for (int last = a.length - 1; last > 0; last--) {
            for (int i = 0; i < last; i++) {
                int x = a[i];
                int y = a[i + 1];
                boolean swap = Integer.compareUnsigned(x, y) > 0;
                a[i] = swap ? y : x;
                a[i + 1] = swap ? x : y;
            }
        }
        int result = 0;
        for (int word : a) {
            result = result * 31 + word;
        }
        return result;
    }
}
