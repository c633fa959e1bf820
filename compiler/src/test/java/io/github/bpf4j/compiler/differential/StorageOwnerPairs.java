/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import io.github.bpf4j.compiler.kernel.KernelFile;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.map.StorageOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Owners of local storage, there and here. A test's key is the number of a pair: the first ones may own values of the map, the last but one is
 * of another kind, the last does not exist.
 */
final class StorageOwnerPairs implements AutoCloseable {
    private static final int NONE = -1;

    private final List<StorageOwner> ours = new ArrayList<>();
    private final List<KernelFile> theirs = new ArrayList<>();

    StorageOwnerPairs(MapType type) {
        switch (type) {
            case TASK_STORAGE -> {
                add(StorageOwner.Kind.TASK, KernelFile.callingThread());
                add(StorageOwner.Kind.TASK, KernelFile.process());
            }
            case SK_STORAGE -> {
                add(StorageOwner.Kind.SOCKET, KernelFile.socket());
                add(StorageOwner.Kind.SOCKET, KernelFile.socket());
            }
            case INODE_STORAGE -> {
                add(StorageOwner.Kind.INODE, temporaryFile());
                add(StorageOwner.Kind.INODE, temporaryFile());
            }
            case CGRP_STORAGE ->
                KernelFile.cgroupRoot().map(KernelFile::open).ifPresent(root -> add(StorageOwner.Kind.CGROUP, root));
            default -> throw new IllegalArgumentException(type + " is no local storage");
        }
        if (type != MapType.INODE_STORAGE) { // whatever has a descriptor has an inode in Linux
            add(StorageOwner.Kind.INODE, temporaryFile());
        }
    }

    private static KernelFile temporaryFile() {
        try {
            Path path = Files.createTempFile("bpf4j", ".owner");
            try {
                return KernelFile.open(path);
            } finally {
                Files.delete(path); // the descriptor keeps the inode
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void add(StorageOwner.Kind kind, KernelFile file) {
        ours.add(new StorageOwner(kind));
        theirs.add(file);
    }

    /** How many numbers there are. */
    int count() {
        return ours.size() + 1;
    }

    /** What stands for a number in Linux. */
    int forLinux(int number) {
        return number >= 0 && number < theirs.size() ? theirs.get(number).fd() : NONE;
    }

    /** What stands for a number in bpf4j. */
    int forBpf4j(int number) {
        return number >= 0 && number < ours.size() ? ours.get(number).descriptor() : NONE;
    }

    @Override
    public void close() {
        theirs.forEach(KernelFile::close);
    }
}
