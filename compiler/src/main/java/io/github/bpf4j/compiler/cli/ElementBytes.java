/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import java.math.BigInteger;
import java.util.HexFormat;

/** Keys and values as a user writes them. */
final class ElementBytes {
    private ElementBytes() {}

    /** Bytes for a key or value, as the user writes them. */
    static byte[] parse(String text, int size, String what) {
        if (text.startsWith("hex:")) {
            byte[] bytes = hex(text.substring(4));
            if (bytes.length != size) {
                throw CommandFailure.usage("the " + what + " has " + size + " bytes, not " + bytes.length);
            }
            return bytes;
        }
        BigInteger number = number(text);
        if (size != 1 && size != 2 && size != 4 && size != 8) {
            throw CommandFailure.usage(
                    size == 0
                            ? "the map has no " + what + "s: give hex:"
                            : "the " + what + " has " + size + " bytes: give them as hex:…");
        }
        BigInteger limit = BigInteger.ONE.shiftLeft(8 * size);
        if (number.compareTo(limit) >= 0 || number.compareTo(limit.shiftRight(1).negate()) < 0) {
            throw CommandFailure.usage(text + " does not fit the " + size + " bytes of the " + what);
        }
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = number.shiftRight(8 * i).byteValue();
        }
        return bytes;
    }

    private static byte[] hex(String digits) {
        try {
            return HexFormat.of().parseHex(digits);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("'hex:" + digits + "' is not hex: and two digits for each byte");
        }
    }

    private static BigInteger number(String text) {
        if (text.matches("-?[0-9]{1,20}")) {
            return new BigInteger(text);
        }
        if (text.matches("0[xX][0-9a-fA-F]{1,20}")) {
            return new BigInteger(text.substring(2), 16);
        }
        throw CommandFailure.usage("'" + text + "' is neither a number of at most 8 bytes nor hex:… bytes");
    }
}
