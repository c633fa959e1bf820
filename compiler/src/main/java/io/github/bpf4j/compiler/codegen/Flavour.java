/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

/** The kind of packet memory that a copy of a program is made for. */
enum Flavour {
    /** Packets in a {@code byte[]}. */
    HEAP("[B"),
    /** Packets in any other memory segment. */
    SEGMENT(Types.SEGMENT),
    /** No packet: a raw program. */
    RAW(Types.SEGMENT);

    private final String packetType;

    Flavour(String packetType) {
        this.packetType = packetType;
    }

    /** Internal name of the class of the packet's memory. */
    String packetType() {
        return packetType;
    }

    /** The name of a function's method. */
    String method(FunctionPlan plan) {
        return switch (this) {
            case HEAP -> "heap$" + plan.index();
            case SEGMENT -> "segment$" + plan.index();
            case RAW -> "raw$" + plan.index();
        };
    }

    /** The descriptor of a function's method: context, packet if there is one, frame pointer, arguments. */
    String descriptor(FunctionPlan plan) {
        String skb = this == RAW ? "" : Types.field(Types.SKB);
        return "(" + Types.field(Types.CONTEXT) + skb + "I" + plan.argumentDescriptor() + ")J";
    }
}
