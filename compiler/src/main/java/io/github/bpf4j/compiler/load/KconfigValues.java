/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfType;
import io.github.bpf4j.compiler.btf.BtfType.Array;
import io.github.bpf4j.compiler.btf.BtfType.EnumType;
import io.github.bpf4j.compiler.btf.BtfType.Int;
import io.github.bpf4j.compiler.btf.BtfType.Var;
import io.github.bpf4j.compiler.spec.ExternSpec;
import io.github.bpf4j.compiler.spec.MapSpec;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.spec.Variable;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Fills the {@code .kconfig} map: from the options, and the values that libbpf itself knows. */
final class KconfigValues {
    private final ObjectSpec spec;
    private final LoadOptions options;

    KconfigValues(ObjectSpec spec, LoadOptions options) {
        this.spec = spec;
        this.options = options;
    }

    byte[] contents(MapSpec map) {
        byte[] bytes = new byte[map.valueSize()];
        Btf btf = spec.btf();
        for (Variable variable : map.variables()) {
            String place = "extern '" + variable.name() + "'";
            ExternSpec extern = spec.extern(variable.name()).orElse(null);
            if (btf == null || extern == null || !(btf.type(variable.type()) instanceof Var declared)) {
                throw new LoadException(place, "has no type");
            }
            String value = value(variable.name());
            if (value == null) {
                if (!extern.isWeak()) {
                    throw new LoadException(place, "is not __weak and has no value among the given Kconfig values");
                }
                continue;
            }
            BtfType type = btf.resolve(declared.type());
            int size = (int) variable.size();
            // A flag is y or n where it is configured, and 1 where libbpf knows it.
            boolean isKnown = !options.kconfig().containsKey(variable.name());
            byte[] encoded = isKnown && isBool(type)
                    ? number(parse(place, value, size, false), size)
                    : encode(place, value, btf, type, size);
            System.arraycopy(encoded, 0, bytes, (int) variable.offset(), encoded.length);
        }
        return bytes;
    }

    private @Nullable String value(String name) {
        String given = options.kconfig().get(name);
        if (given != null) {
            return given;
        }
        return switch (name) {
            case "LINUX_KERNEL_VERSION" -> Integer.toString(options.kernelVersion());
            case "LINUX_HAS_BPF_COOKIE", "LINUX_HAS_SYSCALL_WRAPPER" -> "1";
            default -> null;
        };
    }

    /** By libbpf's rules: what a value begins with says what it is, and its type must fit. */
    private static byte[] encode(String place, String value, Btf btf, BtfType type, int size) {
        char first = value.isEmpty() ? 0 : value.charAt(0);
        return switch (first) {
            case 'y', 'n', 'm' -> flag(place, value, type, size);
            case '"' -> {
                if (!isText(btf, type)) {
                    throw mismatch(place, value, type);
                }
                yield text(place, value, size);
            }
            default -> {
                if (!(type instanceof Int number) || isBool(type)) {
                    throw mismatch(place, value, type);
                }
                yield number(parse(place, value, size, number.isSigned()), size);
            }
        };
    }

    private static boolean isText(Btf btf, BtfType type) {
        return type instanceof Array array
                && array.length() > 0
                && btf.resolve(array.element()) instanceof Int element
                && element.size() == 1
                && !isBool(element);
    }

    private static boolean isBool(BtfType type) {
        return type instanceof Int number && (number.encoding() & Int.BOOL) != 0;
    }

    private static LoadException mismatch(String place, String value, BtfType type) {
        String wanted = isBool(type)
                ? "bool: y or n"
                : switch (type) {
                    case EnumType _ -> "tristate: y, n or m";
                    case Array _ -> "text: in quotes";
                    default -> "a number";
                };
        return new LoadException(place, "value %s does not suit its type, %s".formatted(value, wanted));
    }

    private static byte[] flag(String place, String value, BtfType type, int size) {
        char flag = value.charAt(0);
        if (type instanceof EnumType tristate && tristate.name().equals("libbpf_tristate") && size == 4) {
            return number(flag == 'n' ? 0 : flag == 'y' ? 1 : 2, size);
        }
        if (isBool(type) && size == 1 && flag != 'm') {
            return number(flag == 'y' ? 1 : 0, size);
        }
        if (type instanceof Int && !isBool(type) && size == 1) {
            return number(flag, size);
        }
        throw mismatch(place, value, type);
    }

    /** As C's {@code strtoull} with base 0: decimal, {@code 0x…} or, after a zero, octal. */
    private static long parse(String place, String value, int size, boolean isSigned) {
        BigInteger parsed;
        try {
            boolean isNegative = value.startsWith("-");
            String digits = isNegative || value.startsWith("+") ? value.substring(1) : value;
            boolean isHex = digits.startsWith("0x") || digits.startsWith("0X");
            boolean isOctal = !isHex && digits.length() > 1 && digits.startsWith("0");
            String bare = isHex ? digits.substring(2) : digits;
            if (bare.startsWith("-") || bare.startsWith("+")) {
                throw new NumberFormatException("two signs");
            }
            parsed = new BigInteger(bare, isHex ? 16 : isOctal ? 8 : 10);
            parsed = isNegative ? parsed.negate() : parsed;
        } catch (NumberFormatException e) {
            throw new LoadException(place, "value '%s' is no number".formatted(value), e);
        }
        if (parsed.abs().bitLength() > Long.SIZE) {
            throw new LoadException(place, "value '%s' is no number of 64 bits".formatted(value));
        }
        // A sign is taken modulo 2^64, as C does.
        long word = parsed.longValue();
        int bits = Byte.SIZE * size;
        long shifted = isSigned && bits < Long.SIZE ? word + (1L << (bits - 1)) : word;
        if (bits < Long.SIZE && shifted >>> bits != 0) {
            throw new LoadException(place, "value %s does not fit %d bits".formatted(value, bits));
        }
        return word;
    }

    private static byte[] text(String place, String value, int size) {
        if (value.length() < 2 || !value.startsWith("\"") || !value.endsWith("\"")) {
            throw new LoadException(place, "value '%s' is not in quotes".formatted(value));
        }
        byte[] text = value.substring(1, value.length() - 1).getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[size];
        // As libbpf, cut off what does not fit, but keep the final zero.
        System.arraycopy(text, 0, bytes, 0, Math.max(0, Math.min(text.length, size - 1)));
        return bytes;
    }

    private static byte[] number(long value, int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size && i < Long.BYTES; i++) {
            bytes[i] = (byte) (value >>> (8 * i));
        }
        return bytes;
    }
}
