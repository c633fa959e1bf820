/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes one row of a table of functions. Without other words a function takes nothing and returns a number. The last word says how far it is
 * supported.
 *
 * @param <R> the class itself
 * @param <F> the function that is written
 */
abstract sealed class FunctionRow<R extends FunctionRow<R, F>, F extends KernelFunction> permits HelperRow, KfuncRow {
    /** Registers that pass arguments. */
    private static final int MAX_ARGS = 5;

    final String name;
    ReturnType returns = ReturnType.INTEGER;
    List<ArgType> args = List.of();

    @Nullable
    Implementation xmit;

    FunctionRow(String name) {
        this.name = name;
    }

    abstract R self();

    /** Writes the row with its last word. */
    abstract F build(Support support, @Nullable Implementation implementation, String note);

    final R args(ArgType... args) {
        this.args = List.of(args);
        return self();
    }

    final R returns(ReturnType returns) {
        this.returns = returns;
        return self();
    }

    /** Says that programs of type LWT_XMIT call another method; comes before the word that names the method of the others. */
    final R inXmit(Class<?> owner, String method) {
        xmit = new Implementation(owner, method);
        return self();
    }

    final F same(Class<?> owner, String method) {
        return build(Support.SAME_AS_LINUX, new Implementation(owner, method), "");
    }

    final F provided(Class<?> owner, String method, String note) {
        return build(Support.PROVIDED, new Implementation(owner, method), note);
    }

    final F constant(Class<?> owner, String method, String note) {
        return build(Support.CONSTANT, new Implementation(owner, method), note);
    }

    final F rejected(String note) {
        return build(Support.REJECTED, null, note);
    }

    /** Throws an exception if the row of a function makes no sense. */
    static void check(String name, List<ArgType> args, Support support, @Nullable Implementation implementation) {
        if (args.size() > MAX_ARGS) {
            throw new IllegalArgumentException(name + " has more than five arguments");
        }
        if ((implementation == null) != (support == Support.REJECTED)) {
            throw new IllegalArgumentException(name + ": implemented means not rejected");
        }
    }
}
