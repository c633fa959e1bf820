/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

/** Type information loaded into the host kernel. */
public final class KernelBtf extends KernelObject {
    private KernelBtf(int fd) {
        super(fd);
    }

    /**
     * Loads a {@code .BTF} section.
     *
     * @throws KernelCallException with the kernel's log, if refused
     */
    public static KernelBtf load(byte[] btf) {
        KernelBpf.BtfResult result = KernelBpf.loadBtf(btf);
        if (result.fd() < 0) {
            throw new KernelCallException("BPF_BTF_LOAD (" + result.log().strip() + ")", -result.fd());
        }
        return new KernelBtf(result.fd());
    }
}
