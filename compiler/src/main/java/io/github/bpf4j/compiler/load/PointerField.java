/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

/**
 * A pointer in the values of a map that Linux looks after. Here it is always NULL: LWT programs get nothing to put there that a Java process
 * has, and Java has no address to give them.
 *
 * @param offset where it is in the value, in bytes; a multiple of 8
 * @param kind what it points to
 * @param struct name of the struct that it points to
 * @param size size of that struct in bytes, as the object declares it
 * @param isKernels whether the target has a struct of that name; else it is one that programs allocate
 */
public record PointerField(int offset, Kind kind, String struct, long size, boolean isKernels) {
    /** Bytes of a pointer. */
    public static final int BYTES = 8;

    /** What a pointer in a value points to; the object says so by a BTF type tag. */
    public enum Kind {
        /** {@code __kptr_untrusted}: an object of the kernel's that may be gone. */
        UNTRUSTED("kptr_untrusted", "kptr"),
        /** {@code __kptr}: an object that the map holds a reference to. */
        REFERENCED("kptr", "kptr"),
        /** {@code __percpu_kptr}: an object for each CPU. */
        PERCPU("percpu_kptr", "percpu_kptr"),
        /** {@code __uptr}: memory of a user process. */
        USER("uptr", "uptr");

        private final String tag;
        private final String label;

        Kind(String tag, String label) {
            this.tag = tag;
            this.label = label;
        }

        /**
         * The type tag that makes a pointer such a one.
         *
         * @return its text
         */
        public String tag() {
            return tag;
        }

        /**
         * What Linux calls such pointers in messages.
         *
         * @return a word
         */
        public String label() {
            return label;
        }
    }
}
