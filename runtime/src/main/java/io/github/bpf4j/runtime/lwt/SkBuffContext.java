/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.lwt;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.packet.SkBuff;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The 192 bytes of {@code struct __sk_buff} that go into and come out of a test run. */
final class SkBuffContext {
    static final int SIZE = 192;

    private static final int MARK = 8;
    private static final int PRIORITY = 32;
    private static final int INGRESS_IFINDEX = 36;
    private static final int IFINDEX = 40;
    private static final int CB = 48;
    private static final int TSTAMP = 152;
    private static final int WIRE_LEN = 160;
    private static final int GSO_SEGS = 164;
    private static final int GSO_SIZE = 176;
    private static final int HWTSTAMP = 184;

    private static final int MOST_GSO_SEGS = 65_535;
    private static final int MOST_WIRE_LEN = 65_536;
    /** More is refused even if it is all zero: a page. */
    private static final int LARGEST_INPUT = 4096;

    /** The fields that may be set, by offset and size; all other bytes must be 0. */
    private static final int[][] SETTABLE = {
        {MARK, 4}, {PRIORITY, 4}, {INGRESS_IFINDEX, 4}, {IFINDEX, 4}, {CB, 4 * SkBuff.CB_WORDS},
        {TSTAMP, 8}, {WIRE_LEN, 4}, {GSO_SEGS, 4}, {GSO_SIZE, 4}, {HWTSTAMP, 8},
    };

    private final ByteBuffer bytes = ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder());
    private int wireLength;

    /** Takes what the caller gives: shorter is filled up with zeros, longer must be zero behind the structure. */
    SkBuffContext(byte[] given) throws TestRunException {
        if (given.length > LARGEST_INPUT) {
            throw new TestRunException(
                    Errno.E2BIG, "context of " + given.length + " bytes, " + LARGEST_INPUT + " are the most");
        }
        for (int i = SIZE; i < given.length; i++) {
            if (given[i] != 0) {
                throw new TestRunException(
                        Errno.E2BIG, "context byte " + i + ", behind the " + SIZE + " known ones, is not 0");
            }
        }
        bytes.put(0, given, 0, Math.min(given.length, SIZE));
    }

    int ifindex() {
        return bytes.getInt(IFINDEX);
    }

    /** Sets the packet's metadata; its length is that of the L3 packet by now. */
    void applyTo(SkBuff skb) throws TestRunException {
        int checked = 0;
        for (int[] field : SETTABLE) {
            requireZero(checked, field[0]);
            checked = field[0] + field[1];
        }
        requireZero(checked, SIZE);
        skb.setMark(bytes.getInt(MARK));
        skb.setPriority(bytes.getInt(PRIORITY));
        skb.setIngressIfindex(bytes.getInt(INGRESS_IFINDEX));
        for (int i = 0; i < SkBuff.CB_WORDS; i++) {
            skb.setCb(i, bytes.getInt(CB + 4 * i));
        }
        wireLength = bytes.getInt(WIRE_LEN);
        if (wireLength == 0) {
            wireLength = skb.length();
        } else if (Integer.compareUnsigned(wireLength, skb.length()) < 0
                || Integer.compareUnsigned(wireLength, MOST_WIRE_LEN) > 0) {
            throw new TestRunException(
                    Errno.EINVAL,
                    "wire_len " + Integer.toUnsignedString(wireLength) + " is outside " + skb.length() + " to "
                            + MOST_WIRE_LEN);
        }
        int segments = bytes.getInt(GSO_SEGS);
        if (Integer.compareUnsigned(segments, MOST_GSO_SEGS) > 0) {
            throw new TestRunException(
                    Errno.EINVAL, "gso_segs " + Integer.toUnsignedString(segments) + " is above " + MOST_GSO_SEGS);
        }
        skb.setGsoSegments(segments);
        skb.setGsoSize(bytes.getInt(GSO_SIZE) & 0xffff);
    }

    private void requireZero(int from, int to) throws TestRunException {
        for (int i = from; i < to; i++) {
            if (bytes.get(i) != 0) {
                throw new TestRunException(
                        Errno.EINVAL, "context byte " + i + " is not 0, and its field cannot be set");
            }
        }
    }

    /** What the caller gets back: what was given, with the packet's metadata where a program can have changed it. */
    byte[] result(SkBuff skb) {
        bytes.putInt(MARK, skb.mark());
        bytes.putInt(PRIORITY, skb.priority());
        bytes.putInt(INGRESS_IFINDEX, skb.ingressIfindex());
        bytes.putInt(IFINDEX, skb.ifindex());
        for (int i = 0; i < SkBuff.CB_WORDS; i++) {
            bytes.putInt(CB + 4 * i, skb.cb(i));
        }
        bytes.putInt(WIRE_LEN, wireLength);
        bytes.putInt(GSO_SEGS, skb.gsoSegments());
        return bytes.array().clone();
    }
}
