/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapException;

/** Where maps live that outlast the process: the loader asks it for every map that is declared as pinned. */
@FunctionalInterface
public interface PinStore {
    /**
     * Opens the map pinned at a path, or creates and pins it.
     *
     * @param path the map's pin path; a bare name stands for a file in the store's directory
     * @param definition what the map must be
     * @param environment the machine the map is for
     * @return the map
     * @throws MapException if there is a pin of another definition, or it is damaged, or it cannot be created; the message names the
     *     difference
     */
    BpfMap open(String path, MapDefinition definition, MapEnvironment environment) throws MapException;
}
