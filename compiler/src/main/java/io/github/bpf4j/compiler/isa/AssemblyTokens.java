/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.isa;

import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The tokens of one line of assembly text. */
final class AssemblyTokens {
    private static final Pattern COMMENT = Pattern.compile(";.*|//.*|^\\s*#.*");

    /** Operators longest first; a leading {@code s} belongs to an operator only if one follows at once. */
    private static final Pattern TOKEN = Pattern.compile("\\s*("
            + "s(?:>>=|>=|<=|/=|%=|>|<)"
            + "|<<=|>>=|[-+*/%|&^=!<>]=|[-+*&=<>()\\[\\],:#]"
            + "|0[xX][0-9a-fA-F]+|[0-9]+(?![A-Za-z_])|[A-Za-z_.$][\\w.$]*)");

    private final String text;
    private final int line;
    private final Matcher matcher;
    private @Nullable String token;
    private int column;

    AssemblyTokens(String text, int line) {
        this.text = COMMENT.matcher(text).replaceFirst("").stripTrailing();
        this.line = line;
        this.matcher = TOKEN.matcher(this.text);
        advance(0);
    }

    private void advance(int from) {
        if (from >= text.length()) {
            token = null;
            column = text.length() + 1;
            return;
        }
        matcher.region(from, text.length());
        if (!matcher.lookingAt()) {
            column = from + 1;
            throw error("unexpected '" + text.substring(from).strip() + "'");
        }
        token = matcher.group(1);
        column = matcher.start(1) + 1;
    }

    boolean atEnd() {
        return token == null;
    }

    int line() {
        return line;
    }

    /** The current token; empty at the end of the line. */
    String peek() {
        return token == null ? "" : token;
    }

    String next(String expected) {
        if (token == null) {
            throw error("expected " + expected);
        }
        String result = token;
        advance(matcher.end());
        return result;
    }

    boolean accept(String wanted) {
        if (!wanted.equals(token)) {
            return false;
        }
        advance(matcher.end());
        return true;
    }

    void expect(String wanted) {
        if (!accept(wanted)) {
            throw error("expected '" + wanted + "'" + found());
        }
    }

    boolean isWord() {
        return token != null
                && (Character.isLetter(token.charAt(0)) || "_.$".indexOf(token.charAt(0)) >= 0)
                && (token.length() == 1
                        || Character.isLetterOrDigit(token.charAt(1))
                        || "_.$".indexOf(token.charAt(1)) >= 0);
    }

    boolean isNumber() {
        return token != null && Character.isDigit(token.charAt(0));
    }

    /** An optional sign and a number that fits 64 bits, signed or unsigned. */
    long number() {
        int at = column;
        accept("+");
        boolean negative = accept("-");
        if (!isNumber()) {
            throw error("expected a number" + found());
        }
        String digits = next("a number");
        BigInteger value = digits.startsWith("0x") || digits.startsWith("0X")
                ? new BigInteger(digits.substring(2), 16)
                : new BigInteger(digits);
        value = negative ? value.negate() : value;
        if (value.bitLength() > 64 || (value.signum() < 0 && value.bitLength() > 63)) {
            throw new AssemblyException(line, at, value + " does not fit 64 bits");
        }
        return value.longValue();
    }

    /** A number that fits 32 bits, signed or unsigned. */
    int number32() {
        int at = column;
        long value = number();
        if (value < Integer.MIN_VALUE || value > 0xffff_ffffL) {
            throw new AssemblyException(line, at, value + " does not fit 32 bits");
        }
        return (int) value;
    }

    void end() {
        if (token != null) {
            throw error("unexpected '" + token + "' behind the instruction");
        }
    }

    String found() {
        return token == null ? " at the end of the line" : ", found '" + token + "'";
    }

    AssemblyException error(String problem) {
        return new AssemblyException(line, column, problem);
    }
}
