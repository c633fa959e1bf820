/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes JSON (RFC 8259) as it goes, one call per token, so that output of any length needs no memory. Refuses calls that would not give
 * JSON: a value without name in an object, a name in an array, a second top-level value.
 *
 * <p>Not thread-safe.
 */
final class JsonWriter {
    private enum Scope {
        TOP,
        TOP_DONE,
        OBJECT_EMPTY,
        OBJECT,
        NAMED,
        ARRAY_EMPTY,
        ARRAY
    }

    private final Appendable out;
    private final Deque<Scope> scopes = new ArrayDeque<>();
    private Scope scope = Scope.TOP;

    JsonWriter(Appendable out) {
        this.out = out;
    }

    JsonWriter beginObject() {
        beforeValue();
        put('{');
        push(Scope.OBJECT_EMPTY);
        return this;
    }

    JsonWriter endObject() {
        if (scope != Scope.OBJECT && scope != Scope.OBJECT_EMPTY) {
            throw new IllegalStateException("no object ends here: " + scope);
        }
        put('}');
        pop();
        return this;
    }

    JsonWriter beginArray() {
        beforeValue();
        put('[');
        push(Scope.ARRAY_EMPTY);
        return this;
    }

    JsonWriter endArray() {
        if (scope != Scope.ARRAY && scope != Scope.ARRAY_EMPTY) {
            throw new IllegalStateException("no array ends here: " + scope);
        }
        put(']');
        pop();
        return this;
    }

    JsonWriter name(String name) {
        if (scope == Scope.OBJECT) {
            put(',');
        } else if (scope != Scope.OBJECT_EMPTY) {
            throw new IllegalStateException("no name goes here: " + scope);
        }
        string(name);
        put(':');
        scope = Scope.NAMED;
        return this;
    }

    JsonWriter value(String text) {
        beforeValue();
        string(text);
        afterValue();
        return this;
    }

    JsonWriter value(long number) {
        return raw(Long.toString(number));
    }

    JsonWriter unsigned(long number) {
        return raw(Long.toUnsignedString(number));
    }

    JsonWriter number(BigInteger number) {
        return raw(number.toString());
    }

    JsonWriter value(double number) {
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("JSON has no " + number);
        }
        return raw(Double.toString(number));
    }

    JsonWriter value(boolean bool) {
        return raw(Boolean.toString(bool));
    }

    JsonWriter nullValue() {
        return raw("null");
    }

    private JsonWriter raw(String token) {
        beforeValue();
        put(token);
        afterValue();
        return this;
    }

    private void beforeValue() {
        switch (scope) {
            case TOP, NAMED, ARRAY_EMPTY -> {}
            case ARRAY -> put(',');
            case TOP_DONE, OBJECT_EMPTY, OBJECT -> throw new IllegalStateException("no value goes here: " + scope);
        }
    }

    private void afterValue() {
        scope = switch (scope) {
            case TOP -> Scope.TOP_DONE;
            case NAMED -> Scope.OBJECT;
            default -> Scope.ARRAY;
        };
    }

    private void push(Scope inner) {
        afterValue();
        scopes.push(scope);
        scope = inner;
    }

    private void pop() {
        scope = scopes.pop();
    }

    private void string(String text) {
        put('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> put("\\\"");
                case '\\' -> put("\\\\");
                case '\n' -> put("\\n");
                case '\r' -> put("\\r");
                case '\t' -> put("\\t");
                default -> {
                    // lone surrogates are no characters: escaped, they stay readable and the output stays UTF-8
                    if (c < 0x20 || c == 0x7f || Character.isSurrogate(c) && !paired(text, i)) {
                        put("\\u%04x".formatted((int) c));
                    } else {
                        put(c);
                    }
                }
            }
        }
        put('"');
    }

    private static boolean paired(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }

    private void put(char c) {
        try {
            out.append(c);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void put(String text) {
        try {
            out.append(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
