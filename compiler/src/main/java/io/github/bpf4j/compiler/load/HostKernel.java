/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfFormatException;
import io.github.bpf4j.compiler.spec.ExternSpec;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a Linux host says of its kernel: types, version, configuration. Objects can be loaded as for that kernel. Thread-safe. */
public final class HostKernel {
    private static final Path RELEASE = Path.of("/proc/sys/kernel/osrelease");
    private static final Path PACKED_CONFIGURATION = Path.of("/proc/config.gz");
    private static final Pattern VERSION =
            Pattern.compile("(\\d{1,3})\\.(\\d{1,3})(?:\\.(\\d{1,5}))?.*", Pattern.DOTALL);

    private HostKernel() {}

    /**
     * Makes the host the target of CO-RE relocations and, if the object asks for it, the source of Kconfig values.
     *
     * @param options what else loading depends on; its own Kconfig values come before the host's
     * @param spec the object to load
     * @return the options with the host's types, those of its modules, its version and its configuration
     * @throws IOException if the host does not offer them: it is no Linux, or a kernel without BTF
     * @throws BtfFormatException if its types are damaged
     */
    public static LoadOptions asTarget(LoadOptions options, ObjectSpec spec) throws IOException {
        Btf kernel = TargetTypes.read(TargetTypes.HOST);
        Map<String, String> values = new HashMap<>();
        boolean isAsked = spec.externs().stream().anyMatch(e -> e.kind() == ExternSpec.Kind.KCONFIG);
        String release = Files.readString(RELEASE).strip();
        if (isAsked) {
            values.putAll(configuration(release));
        }
        values.putAll(options.kconfig());
        return options.withTarget(kernel, modules(kernel)).withKconfig(version(release), values);
    }

    private static List<Btf> modules(Btf kernel) throws IOException {
        List<Btf> modules = new ArrayList<>();
        try (Stream<Path> files = Files.list(TargetTypes.HOST.resolveSibling("."))) {
            for (Path file : files.sorted().toList()) {
                if (!file.getFileName().equals(TargetTypes.HOST.getFileName())) {
                    modules.add(TargetTypes.read(file, kernel));
                }
            }
        }
        return modules;
    }

    /** The configuration, as libbpf finds it; empty if the host keeps none. */
    private static Map<String, String> configuration(String release) throws IOException {
        for (Path file : List.of(Path.of("/boot", "config-" + release), PACKED_CONFIGURATION)) {
            if (Files.isReadable(file)) {
                return KconfigFile.read(file);
            }
        }
        return Map.of();
    }

    /**
     * A kernel's version as {@code KERNEL_VERSION} computes it.
     *
     * @param release as {@code uname -r} prints it
     * @return the number
     * @throws IOException if it does not start with a version
     */
    static int version(String release) throws IOException {
        Matcher matcher = VERSION.matcher(release);
        if (!matcher.matches()) {
            throw new IOException("kernel release '%s' is no version".formatted(release));
        }
        String patch = matcher.group(3);
        return Integer.parseInt(matcher.group(1)) << 16
                | Integer.parseInt(matcher.group(2)) << 8
                | (patch == null ? 0 : Math.min(255, Integer.parseInt(patch)));
    }
}
