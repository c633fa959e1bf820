/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import io.github.bpf4j.compiler.verifier.RegisterFact;

/** Pushes what all pointers of a kind point into, whichever register holds them: the stack, the packet, maps and their values. */
final class Bases {
    private final Code code;
    private final Locals locals;
    private final Flavour flavour;
    private final String owner;

    Bases(Code code, Locals locals, Flavour flavour, String owner) {
        this.code = code;
        this.locals = locals;
        this.flavour = flavour;
        this.owner = owner;
    }

    /** Pushes the segment that a pointer that is not NULL points into, if that is known; says so. */
    boolean pushSegment(RegisterFact.Pointer pointer) {
        switch (pointer.kind()) {
            case STACK -> pushStack();
            case PACKET, PACKET_END -> pushPacket();
            case MAP_VALUE -> {
                if (pointer.map() < 0) {
                    return false;
                }
                pushMapValues(pointer.map());
            }
            case CTX, MAP, MAP_KEY, MEM, RINGBUF_MEM, RAW_MEM, SOCK_COMMON, BTF_ID, FUNC -> {
                return false;
            }
        }
        return true;
    }

    void pushStack() {
        if (locals.stack == Locals.NONE) {
            code.aload(locals.context).invokeVirtual(Types.CONTEXT, "stack", "()" + Types.field(Types.SEGMENT));
        } else {
            code.aload(locals.stack);
        }
    }

    void pushPacket() {
        if (flavour == Flavour.SEGMENT && locals.packet != Locals.NONE) {
            code.aload(locals.packet);
        } else {
            code.aload(locals.skb()).invokeVirtual(Types.SKB, "memory", "()" + Types.field(Types.SEGMENT));
        }
    }

    void pushMap(int map) {
        code.getStatic(owner, "map" + map, Types.field(Types.MAP));
    }

    void pushKeyLookup(int map) {
        code.getStatic(owner, "lookup" + map, Types.field(Types.KEY_LOOKUP));
    }

    void pushMapValues(int map) {
        code.getStatic(owner, "values" + map, Types.field(Types.SEGMENT));
    }
}
