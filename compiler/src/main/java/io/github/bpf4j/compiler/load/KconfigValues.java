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
            byte[] encoded = encode(place, value, btf, btf.resolve(declared.type()), (int) variable.size());
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

    private static byte[] encode(String place, String value, Btf btf, BtfType type, int size) {
        boolean isFlag = value.equals("y") || value.equals("n") || value.equals("m");
        if (type instanceof Array array && btf.resolve(array.element()) instanceof Int element && element.size() == 1) {
            return text(place, value, size);
        }
        if (type instanceof EnumType tristate && tristate.name().equals("libbpf_tristate")) {
            if (!isFlag) {
                throw new LoadException(place, "value '%s' is not y, n or m".formatted(value));
            }
            return number(value.equals("n") ? 0 : value.equals("y") ? 1 : 2, size);
        }
        if (!(type instanceof Int number)) {
            throw new LoadException(place, "Kconfig values are numbers, flags or strings, not " + type.kind());
        }
        boolean isBool = (number.encoding() & Int.BOOL) != 0;
        if (isFlag && isBool && !value.equals("m")) {
            return number(value.equals("y") ? 1 : 0, size);
        }
        if (isFlag && size == 1 && !isBool) {
            return number(value.charAt(0), size);
        }
        return number(parse(place, value, isBool ? 1 : 8 * size, number.isSigned()), size);
    }

    private static long parse(String place, String value, int bits, boolean isSigned) {
        java.math.BigInteger parsed;
        try {
            String digits = value.startsWith("-") ? value.substring(1) : value;
            boolean isHex = digits.startsWith("0x") || digits.startsWith("0X");
            parsed = new java.math.BigInteger(isHex ? digits.substring(2) : digits, isHex ? 16 : 10);
            parsed = value.startsWith("-") ? parsed.negate() : parsed;
        } catch (NumberFormatException e) {
            throw new LoadException(place, "value '%s' is no number".formatted(value), e);
        }
        boolean fits = isSigned ? parsed.bitLength() < bits : parsed.signum() >= 0 && parsed.bitLength() <= bits;
        if (!fits) {
            throw new LoadException(place, "value %s does not fit %d bits".formatted(value, bits));
        }
        return parsed.longValue();
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
