/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.spec;

import io.github.bpf4j.compiler.ByteView;
import io.github.bpf4j.runtime.map.MapType;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A map as declared. Immutable; the {@code with…} methods make edited copies.
 *
 * @param name its name; a data section's map has the section's name
 * @param origin how it was declared
 * @param type the kind of map
 * @param keySize bytes in a key
 * @param valueSize bytes in a value
 * @param maxEntries capacity, an unsigned number; 0 if left open
 * @param flags {@code BPF_F_…} creation flags
 * @param extra {@code map_extra}
 * @param numaNode the NUMA node, meaningful if {@code BPF_F_NUMA_NODE} is set
 * @param pinning where it is pinned by default
 * @param pinPath where to pin it instead, or null; relative paths count from the pin directory
 * @param keyType BTF number of the key's type, 0 if unknown
 * @param valueType BTF number of the value's type, 0 if unknown
 * @param inner what the inner maps of a map of maps look like, or null
 * @param initialValues elements to store on creation
 * @param contents what a data section's map holds at first, or what an arena starts with; null if zero
 * @param variables the variables of a data section, or of an arena
 */
public record MapSpec(
        String name,
        Origin origin,
        MapType type,
        int keySize,
        int valueSize,
        int maxEntries,
        int flags,
        long extra,
        int numaNode,
        Pinning pinning,
        @Nullable String pinPath,
        int keyType,
        int valueType,
        @Nullable MapSpec inner,
        List<InitialValue> initialValues,
        @Nullable ByteView contents,
        List<Variable> variables) {

    /** {@code BPF_F_NUMA_NODE}. */
    public static final int BPF_F_NUMA_NODE = 1 << 2;

    /** {@code BPF_F_RDONLY_PROG}. */
    public static final int BPF_F_RDONLY_PROG = 1 << 7;

    /** {@code BPF_F_MMAPABLE}. */
    public static final int BPF_F_MMAPABLE = 1 << 10;

    /** How a map was declared. */
    public enum Origin {
        /** In the section {@code .maps}, by BTF. */
        BTF,
        /** In the section {@code maps}, by a {@code struct bpf_map_def} or {@code bpf_elf_map}. */
        LEGACY,
        /** A writable data section. */
        DATA,
        /** A read-only data section; frozen once filled. */
        CONSTANTS,
        /** The values of {@code __kconfig} externs; frozen once filled. */
        KCONFIG;

        /**
         * Whether the map stands for a section rather than a declared map.
         *
         * @return true for data sections and {@code .kconfig}
         */
        public boolean isSection() {
            return this == DATA || this == CONSTANTS || this == KCONFIG;
        }
    }

    /** Copies the lists. */
    public MapSpec {
        initialValues = List.copyOf(initialValues);
        variables = List.copyOf(variables);
    }

    /**
     * The map's first contents.
     *
     * @return a copy, {@link #dataSize} bytes
     */
    public byte[] initialBytes() {
        return contents == null ? new byte[valueSize] : contents.toByteArray();
    }

    /**
     * Size of a data section's map, or of the variables at the start of an arena.
     *
     * @return bytes; {@link #valueSize} for other maps
     */
    public int dataSize() {
        return contents == null ? valueSize : contents.length();
    }

    /**
     * A copy with another capacity.
     *
     * @param entries the capacity, an unsigned number
     * @return the copy
     */
    public MapSpec withMaxEntries(int entries) {
        return edited(copy -> copy.maxEntries = entries);
    }

    /**
     * A copy of another kind, such as an LRU hash instead of a hash.
     *
     * @param kind the kind
     * @param creationFlags {@code BPF_F_…} flags that suit it
     * @return the copy
     */
    public MapSpec withType(MapType kind, int creationFlags) {
        return edited(copy -> {
            copy.type = kind;
            copy.flags = creationFlags;
        });
    }

    /**
     * A copy that is pinned elsewhere or not at all.
     *
     * @param how where by default
     * @param path where instead, or null
     * @return the copy
     */
    public MapSpec withPinning(Pinning how, @Nullable String path) {
        return edited(copy -> {
            copy.pinning = how;
            copy.pinPath = path;
        });
    }

    /**
     * A copy with other first elements.
     *
     * @param values the elements
     * @return the copy
     */
    public MapSpec withInitialValues(List<InitialValue> values) {
        return edited(copy -> copy.initialValues = values);
    }

    /**
     * A copy with another template for inner maps.
     *
     * @param template the template
     * @return the copy
     */
    MapSpec withInner(MapSpec template) {
        return edited(copy -> copy.inner = template);
    }

    /**
     * A copy of a data section's map, or of an arena with variables, with other contents.
     *
     * @param bytes the contents, {@link #dataSize} bytes; copied
     * @return the copy
     * @throws IllegalArgumentException if the map is no data section's, nor an arena with variables, or the size differs
     */
    public MapSpec withContents(byte[] bytes) {
        boolean holdsVariables = origin.isSection() || type == MapType.ARENA && contents != null;
        if (!holdsVariables || bytes.length != dataSize()) {
            throw new IllegalArgumentException("map '%s' (%s, %d bytes) cannot hold %d bytes of section contents"
                    .formatted(name, origin, dataSize(), bytes.length));
        }
        return withGlobals(
                ByteView.of(
                        bytes.clone(),
                        (at, problem) -> new IndexOutOfBoundsException(name + " at " + at + ": " + problem)),
                variables);
    }

    /**
     * A copy that holds global variables.
     *
     * @param bytes their first values
     * @param globals the variables
     * @return the copy
     */
    MapSpec withGlobals(ByteView bytes, List<Variable> globals) {
        return edited(copy -> {
            copy.contents = bytes;
            copy.variables = globals;
        });
    }

    private MapSpec edited(Consumer<Copy> edit) {
        Copy copy = new Copy(this);
        edit.accept(copy);
        return copy.finish();
    }

    /** What the {@code with…} methods change, while they do. */
    private static final class Copy {
        private final MapSpec original;
        private MapType type;
        private int maxEntries;
        private int flags;
        private Pinning pinning;
        private @Nullable String pinPath;
        private @Nullable MapSpec inner;
        private List<InitialValue> initialValues;
        private @Nullable ByteView contents;
        private List<Variable> variables;

        Copy(MapSpec original) {
            this.original = original;
            type = original.type;
            maxEntries = original.maxEntries;
            flags = original.flags;
            pinning = original.pinning;
            pinPath = original.pinPath;
            inner = original.inner;
            initialValues = original.initialValues;
            contents = original.contents;
            variables = original.variables;
        }

        MapSpec finish() {
            return new MapSpec(
                    original.name,
                    original.origin,
                    type,
                    original.keySize,
                    original.valueSize,
                    maxEntries,
                    flags,
                    original.extra,
                    original.numaNode,
                    pinning,
                    pinPath,
                    original.keyType,
                    original.valueType,
                    inner,
                    initialValues,
                    contents,
                    variables);
        }
    }
}
