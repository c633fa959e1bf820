/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What stands here for an object of the kernel's that maps of local storage keep values for: a task, a control group, a socket or an inode.
 * The values belong to the owner and go when it does, so whoever creates one decides how long they live; each worker owns its task
 * ({@code ExecutionContext.task}). Owners have identity. Thread-safe; finding a value takes no lock.
 */
public final class StorageOwner {
    /** The kinds of owner, each with a kind of map. */
    public enum Kind {
        /** A task, owner of {@link MapType#TASK_STORAGE}. */
        TASK,
        /** A control group, owner of {@link MapType#CGRP_STORAGE}. */
        CGROUP,
        /** A socket, owner of {@link MapType#SK_STORAGE}. */
        SOCKET,
        /** An inode, owner of {@link MapType#INODE_STORAGE}. */
        INODE
    }

    private static final NumberedObjects<StorageOwner> DESCRIPTORS = new NumberedObjects<>();
    private static final AtomicInteger NEXT_DESCRIPTOR = new AtomicInteger(1);
    private static final Element[] NONE = {};

    private final Kind kind;
    private volatile Element[] elements = NONE; // never changed in place
    private int descriptor; // 0 for none yet

    /** The value for a map. A value that is overwritten is a new element, as in Linux, so that nobody sees half of one. */
    private record Element(Object storage, MemorySegment value) {}

    /**
     * Creates an owner without values.
     *
     * @param kind what it stands for
     */
    public StorageOwner(Kind kind) {
        this.kind = kind;
    }

    /**
     * What it stands for.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * The number by which the commands of {@code bpf(2)} ({@link BpfMap#lookupElement} and its relatives) name this owner as the key of a
     * map: what a pidfd is for a task in Linux. It does not keep the owner alive.
     *
     * @return a positive number that no other owner of this process gets
     */
    public synchronized int descriptor() {
        if (descriptor == 0) {
            descriptor = NEXT_DESCRIPTOR.getAndIncrement();
            DESCRIPTORS.register(descriptor, this);
        }
        return descriptor;
    }

    /** The owner that a number names, or null. */
    static @Nullable StorageOwner find(int descriptor) {
        return DESCRIPTORS.find(descriptor);
    }

    /** The value that was {@link #put} for a map, given what identifies the map's storage. */
    @SuppressWarnings("ReferenceEquality") // storages have identity
    @Nullable
    MemorySegment value(Object storage) {
        for (Element element : elements) {
            if (element.storage == storage) {
                return element.value;
            }
        }
        return null;
    }

    /** Sets the value for a map: readers find the old one or the new one. The caller holds this object's lock. */
    void put(Object storage, MemorySegment value) {
        Element[] others = without(storage);
        Element[] all = Arrays.copyOf(others, others.length + 1);
        all[others.length] = new Element(storage, value);
        elements = all;
    }

    /** Removes the value for a map. The caller holds this object's lock. */
    void remove(Object storage) {
        elements = without(storage);
    }

    @SuppressWarnings("ReferenceEquality") // storages have identity
    private Element[] without(Object storage) {
        return Arrays.stream(elements)
                .filter(element -> element.storage != storage)
                .toArray(Element[]::new);
    }
}
