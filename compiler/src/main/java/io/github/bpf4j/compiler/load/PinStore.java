/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.ElementTypes;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapException;
import org.jspecify.annotations.Nullable;

/** Where maps live that outlast the process: the loader asks it for every map that is declared as pinned. */
@FunctionalInterface
public interface PinStore {
    /**
     * Opens the map pinned at a path, or creates and pins it.
     *
     * @param path the map's pin path; a bare name stands for a file in the store's directory
     * @param definition what the map must be
     * @param types types of the map's keys and values, to keep with a new pin; null if the object does not tell them
     * @param environment the machine the map is for
     * @return the map
     * @throws MapException if there is a pin of another definition, or it is damaged, or it cannot be created; the message names the
     *     difference
     */
    BpfMap open(String path, MapDefinition definition, @Nullable ElementTypes types, MapEnvironment environment)
            throws MapException;
}
