/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import io.github.bpf4j.compiler.load.PinStore;
import io.github.bpf4j.runtime.map.PinDirectory;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where maps are pinned. */
final class PinOptions {
    @Option(
            names = "--pin-dir",
            paramLabel = "DIR",
            description =
                    "Directory of pinned maps, which processes share and which outlive them. Without it, nothing is"
                            + " pinned.")
    @Nullable
    Path directory;

    /** The place for the maps that an object wants pinned, or null if there is none. */
    @Nullable
    PinStore store() throws IOException {
        return directory == null ? null : PinDirectory.of(directory)::openOrCreate;
    }

    /** The directory, for a command that looks for pins in it. */
    PinDirectory required() throws IOException {
        if (directory == null) {
            throw CommandFailure.usage("which pins? Give --pin-dir DIR");
        }
        return PinDirectory.existing(directory);
    }
}
