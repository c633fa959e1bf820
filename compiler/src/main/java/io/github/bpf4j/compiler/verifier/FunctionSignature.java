/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the BTF prototype of a global function promises of its arguments, with the tags that {@code __arg_ctx} and its like leave on them.
 *
 * @param parameters at most five
 */
record FunctionSignature(List<Parameter> parameters) {
    static final int MAX_ARGUMENTS = 5;

    /** What an argument is. */
    enum Kind {
        /** Any number. */
        SCALAR,
        /** The context. */
        CTX,
        /** Memory of known size that may be read and written. */
        MEM,
        /** Memory or a number, to be read with fault checks only. */
        UNTRUSTED_MEM,
        /** A dynptr that may not be replaced or released. */
        DYNPTR,
        /** A pointer into an arena, or a number. */
        ARENA,
        /** An object of the kernel's. */
        KERNEL_OBJECT,
        /** A number that is taken for an object of the kernel's, to be read with fault checks only. */
        UNTRUSTED_OBJECT
    }

    /**
     * An argument.
     *
     * @param kind what it is
     * @param size bytes of memory behind a MEM pointer
     * @param nullable whether it may be NULL
     * @param struct name of a KERNEL_OBJECT's struct; empty for others
     */
    record Parameter(Kind kind, int size, boolean nullable, String struct) {
        private Parameter(Kind kind, int size, boolean nullable) {
            this(kind, size, nullable, "");
        }
    }

    /** What {@code btf_decl_tag("arg:…")} says of an argument. */
    private enum Tag {
        CTX,
        NONNULL,
        NULLABLE,
        TRUSTED,
        UNTRUSTED,
        ARENA;

        private static final Map<String, Tag> BY_NAME = new HashMap<>();

        static {
            for (Tag tag : values()) {
                BY_NAME.put("arg:" + tag.name().toLowerCase(java.util.Locale.ROOT), tag);
            }
        }
    }

    /** A prototype that a global function cannot have; the message is Linux's. */
    static final class UnsupportedException extends Exception {
        private static final long serialVersionUID = 1L;

        UnsupportedException(String message) {
            super(message);
        }
    }

    /** Copies the list. */
    FunctionSignature {
        parameters = List.copyOf(parameters);
    }

    /** Reads signatures of one object's functions; finds the tags once. */
    static final class Reader {
        private final Btf btf;
        /** By function and component, the tags of its arguments. */
        private final Map<List<Integer>, List<String>> tags = new HashMap<>();

        Reader(Btf btf) {
            this.btf = btf;
            for (int id = 1; id < btf.size(); id++) {
                if (btf.type(id) instanceof BtfType.DeclTag tag
                        && tag.component() >= 0
                        && tag.name().startsWith("arg:")) {
                    tags.computeIfAbsent(List.of(tag.type(), tag.component()), k -> new ArrayList<>())
                            .add(tag.name());
                }
            }
        }

        FunctionSignature read(String name, int typeId) throws UnsupportedException {
            if (!btf.contains(typeId) || !(btf.type(typeId) instanceof BtfType.Func function)) {
                throw new UnsupportedException("Invalid type id " + typeId + " of function " + name + "()");
            }
            if (!(btf.type(function.proto()) instanceof BtfType.FuncProto proto)) {
                throw new UnsupportedException("Invalid BTF of func " + name);
            }
            int count = proto.params().size();
            if (count > MAX_ARGUMENTS) {
                throw new UnsupportedException("Global function " + name + "() with " + count + " > " + MAX_ARGUMENTS
                        + " args. Buggy compiler.");
            }
            if (!isNumber(btf.resolve(proto.returnType()))) {
                throw new UnsupportedException(
                        "Global function " + name + "() doesn't return scalar. Only those are supported.");
            }
            List<Parameter> parameters = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                BtfType type = btf.resolve(proto.params().get(i).type());
                parameters.add(parameter(name, type, i, tags(typeId, i)));
            }
            return new FunctionSignature(parameters);
        }

        private static boolean isNumber(BtfType type) {
            return type instanceof BtfType.Int || type instanceof BtfType.EnumType;
        }

        private Set<Tag> tags(int function, int index) throws UnsupportedException {
            Set<Tag> found = EnumSet.noneOf(Tag.class);
            for (String name : tags.getOrDefault(List.of(function, index), List.of())) {
                Tag tag = Tag.BY_NAME.get(name);
                if (tag == null) {
                    throw new UnsupportedException("arg#" + index + " has unsupported set of tags");
                }
                found.add(tag);
            }
            return found;
        }

        private Parameter parameter(String function, BtfType type, int index, Set<Tag> tags)
                throws UnsupportedException {
            if (type instanceof BtfType.Ptr pointer) {
                return pointer(index, btf.resolve(pointer.target()), tags);
            }
            if (!tags.isEmpty()) {
                throw new UnsupportedException("arg#" + index + " has pointer tag, but is not a pointer type");
            }
            if (!isNumber(type)) {
                throw new UnsupportedException(
                        "Arg#" + index + " type " + type.kind() + " in " + function + "() is not supported yet.");
            }
            return new Parameter(Kind.SCALAR, 0, false);
        }

        private Parameter pointer(int index, BtfType target, Set<Tag> tags) throws UnsupportedException {
            boolean struct = target instanceof BtfType.Composite;
            boolean context = struct && target.name().equals("__sk_buff");
            if (tags.contains(Tag.CTX) || context) {
                if (!Set.of(Tag.CTX).containsAll(tags)) {
                    throw invalidCombination(index);
                }
                if (!context && !(target instanceof BtfType.VoidType)) {
                    throw new UnsupportedException("arg#" + index + " should be `struct __sk_buff *`");
                }
                return new Parameter(Kind.CTX, 0, false);
            }
            if (target.name().equals("bpf_dynptr")) {
                if (!tags.isEmpty()) {
                    throw invalidCombination(index);
                }
                return new Parameter(Kind.DYNPTR, 0, false);
            }
            if (tags.contains(Tag.TRUSTED)) {
                if (tags.contains(Tag.NONNULL)) {
                    throw invalidCombination(index);
                }
                return new Parameter(Kind.KERNEL_OBJECT, 0, tags.contains(Tag.NULLABLE), target.name());
            }
            if (tags.contains(Tag.UNTRUSTED)) {
                if (tags.size() > 1) {
                    throw new UnsupportedException(
                            "arg#" + index + " untrusted cannot be combined with any other tags");
                }
                boolean memory = target instanceof BtfType.VoidType || isNumber(target);
                return new Parameter(memory ? Kind.UNTRUSTED_MEM : Kind.UNTRUSTED_OBJECT, 0, false);
            }
            if (tags.contains(Tag.ARENA)) {
                if (tags.size() > 1) {
                    throw new UnsupportedException("arg#" + index + " arena cannot be combined with any other tags");
                }
                return new Parameter(Kind.ARENA, 0, false);
            }
            if (tags.contains(Tag.NULLABLE)) {
                throw invalidCombination(index);
            }
            boolean sized = !(target instanceof BtfType.VoidType
                    || target instanceof BtfType.FuncProto
                    || target instanceof BtfType.Fwd);
            long size = sized ? btf.sizeOf(target.id()) : 0;
            if (!sized || size > Integer.MAX_VALUE) {
                String kind = target instanceof BtfType.VoidType ? "UNKNOWN " : target.kind() + " " + target.name();
                throw new UnsupportedException(
                        "arg#" + index + " reference type('" + kind + "') size cannot be determined: -22");
            }
            return new Parameter(Kind.MEM, (int) size, !tags.contains(Tag.NONNULL));
        }

        private static UnsupportedException invalidCombination(int index) {
            return new UnsupportedException("arg#" + index + " has invalid combination of tags");
        }
    }
}
