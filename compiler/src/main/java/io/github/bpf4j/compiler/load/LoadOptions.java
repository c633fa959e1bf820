/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What loading an object depends on besides the object. Immutable.
 *
 * @param maps the machine that maps are created for
 * @param defaultType type of programs whose section name says none, or null to refuse them
 * @param target the types that CO-RE relocations are resolved against, or null for {@link TargetTypes#btf}
 * @param modules split BTF of kernel modules over {@code target}: searched for types whose name {@code target} does not have
 * @param kernelVersion value of the extern {@code LINUX_KERNEL_VERSION}, as {@code KERNEL_VERSION} computes it
 * @param kconfig values of {@code CONFIG_…} externs as they stand in a kernel's {@code .config}: {@code y}, {@code n}, {@code m}, a
 *     number or a quoted string
 * @param pins where pinned maps live, or null to create them unpinned
 * @param reused maps to use instead of creating those of the same name
 */
public record LoadOptions(
        MapEnvironment maps,
        @Nullable ProgramType defaultType,
        @Nullable Btf target,
        List<Btf> modules,
        int kernelVersion,
        Map<String, String> kconfig,
        @Nullable PinStore pins,
        Map<String, BpfMap> reused) {
    /** {@code KERNEL_VERSION(6, 18, 0)}: the Linux whose behaviour is reproduced. */
    public static final int DEFAULT_KERNEL_VERSION = 6 << 16 | 18 << 8;

    /** Copies the maps. */
    public LoadOptions {
        modules = List.copyOf(modules);
        kconfig = Map.copyOf(kconfig);
        reused = Map.copyOf(reused);
    }

    /**
     * Options for a machine of some CPUs, with everything else at its default.
     *
     * @param cpus number of workers
     * @return the options
     */
    public static LoadOptions of(int cpus) {
        return new LoadOptions(
                MapEnvironment.of(cpus), null, null, List.of(), DEFAULT_KERNEL_VERSION, Map.of(), null, Map.of());
    }

    /**
     * A copy for another machine.
     *
     * @param environment the machine
     * @return the copy
     */
    public LoadOptions withMaps(MapEnvironment environment) {
        return new LoadOptions(environment, defaultType, target, modules, kernelVersion, kconfig, pins, reused);
    }

    /**
     * A copy with a type for programs of custom sections.
     *
     * @param type the type, or null to refuse them
     * @return the copy
     */
    public LoadOptions withDefaultType(@Nullable ProgramType type) {
        return new LoadOptions(maps, type, target, modules, kernelVersion, kconfig, pins, reused);
    }

    /**
     * A copy with other target types.
     *
     * @param types the types, or null for the built-in ones
     * @return the copy, without modules
     */
    public LoadOptions withTarget(@Nullable Btf types) {
        return new LoadOptions(maps, defaultType, types, List.of(), kernelVersion, kconfig, pins, reused);
    }

    /**
     * A copy with the target types of a kernel and of modules loaded into it.
     *
     * @param kernel the kernel's types
     * @param modules split BTF, each over {@code kernel}
     * @return the copy
     * @throws IllegalArgumentException if a module's base is not {@code kernel}
     */
    public LoadOptions withTarget(Btf kernel, List<Btf> modules) {
        for (Btf module : modules) {
            if (module.base() != kernel) {
                throw new IllegalArgumentException("a module's types are over another base");
            }
        }
        return new LoadOptions(maps, defaultType, kernel, modules, kernelVersion, kconfig, pins, reused);
    }

    /**
     * A copy with kernel configuration values.
     *
     * @param version value of {@code LINUX_KERNEL_VERSION}
     * @param values values of {@code CONFIG_…}
     * @return the copy
     */
    public LoadOptions withKconfig(int version, Map<String, String> values) {
        return new LoadOptions(maps, defaultType, target, modules, version, values, pins, reused);
    }

    /**
     * A copy with a place for pinned maps.
     *
     * @param store the place, or null
     * @return the copy
     */
    public LoadOptions withPins(@Nullable PinStore store) {
        return new LoadOptions(maps, defaultType, target, modules, kernelVersion, kconfig, store, reused);
    }

    /**
     * A copy that uses existing maps.
     *
     * @param existing maps by the name they replace
     * @return the copy
     */
    public LoadOptions withReused(Map<String, BpfMap> existing) {
        return new LoadOptions(maps, defaultType, target, modules, kernelVersion, kconfig, pins, existing);
    }
}
