/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

/** Fields of {@code struct bpf_sock} ({@code linux/bpf.h}) that can be read through {@code skb->sk}. */
final class SocketFields {
    private static final int SIZE = 80;
    private static final int FAMILY = 4;
    private static final int TYPE = 8;
    private static final int SOURCE_IP4 = 24;
    private static final int SOURCE_PORT = 44;
    private static final int DESTINATION_PORT = 48;
    private static final int DESTINATION_IP4 = 52;
    private static final int STATE = 72;
    private static final int RX_QUEUE_MAPPING = 76;

    private SocketFields() {}

    /** Whether a load of {@code size} bytes is allowed. From the type up to the address, only full sockets have values. */
    static boolean isReadable(long offset, int size) {
        if (offset < 0 || offset >= SIZE || size > 4 || offset % size != 0) {
            return false;
        }
        if (offset >= TYPE && offset < SOURCE_IP4) {
            return false;
        }
        if (size == 4) {
            return true;
        }
        boolean address = offset >= SOURCE_IP4 && offset < SOURCE_PORT || offset >= DESTINATION_IP4 && offset < STATE;
        boolean port = offset == DESTINATION_PORT || offset == DESTINATION_PORT + 1;
        return address
                || port
                || offset == FAMILY
                || offset == SOURCE_PORT
                || offset == STATE
                || offset == RX_QUEUE_MAPPING;
    }
}
