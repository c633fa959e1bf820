/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import io.github.bpf4j.compiler.FormatException;
import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.load.HostKernel;
import io.github.bpf4j.compiler.load.LoadOptions;
import io.github.bpf4j.compiler.load.LoadedObject;
import io.github.bpf4j.compiler.load.ObjectLoader;
import io.github.bpf4j.compiler.load.TargetTypes;
import io.github.bpf4j.compiler.spec.InitialValue;
import io.github.bpf4j.compiler.spec.MapSpec;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.spec.ProgramSpec;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.program.ProgramType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which programs of which object a command is about. */
final class ObjectOptions {
    /** No object is larger; a file that is, is none. */
    private static final long LARGEST_FILE = 64L << 20;

    @Parameters(paramLabel = "FILE.o", description = "Object file of clang -target bpf.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    Path file;

    @Option(names = "--program", paramLabel = "NAME", description = "The program with this function name.")
    @Nullable
    String program;

    @Option(names = "--section", paramLabel = "SECTION", description = "The program in this ELF section.")
    @Nullable
    String section;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description =
                    "Program type: lwt_in, lwt_out, lwt_xmit, lwt_seg6local or raw. Needed if the section name does"
                            + " not say it.")
    @Nullable
    ProgramType type;

    @Option(
            names = "--set",
            paramLabel = "VARIABLE=NUMBER",
            description = "Value of a global variable, such as a const volatile setting, before the program is loaded.")
    Map<String, String> variables = new LinkedHashMap<>();

    @Option(
            names = "--kconfig",
            paramLabel = "CONFIG_NAME=VALUE",
            description = "Value of a __kconfig extern: y, n, m, a number or a quoted string.")
    Map<String, String> kconfig = new LinkedHashMap<>();

    @Option(
            names = "--btf",
            paramLabel = "FILE",
            description =
                    "Types that CO-RE relocations are resolved against: raw BTF data, or an ELF file such as vmlinux or"
                            + " MODULE.ko; host: those of this machine's kernel and its modules, and its"
                            + " configuration for __kconfig externs.")
    @Nullable
    String btf;

    @Option(
            names = "--btf-base",
            paramLabel = "FILE",
            description =
                    "The kernel's types, if --btf has those of a module, such as /sys/kernel/btf/MODULE. A module that"
                            + " was built on its own (.BTF.base) finds its types in any kernel that has them.")
    @Nullable
    Path btfBase;

    @Mixin
    PinOptions pins = new PinOptions();

    ObjectSpec read() throws IOException {
        long size = Files.size(file);
        if (size > LARGEST_FILE) {
            throw CommandFailure.failed(
                    file + " has " + size + " bytes; an object file has " + LARGEST_FILE + " at most");
        }
        ObjectSpec spec = ObjectSpec.read(Files.readAllBytes(file));
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            try {
                spec = spec.withVariable(variable.getKey(), Long.decode(variable.getValue()));
            } catch (NumberFormatException e) {
                throw CommandFailure.usage(
                        "--set " + variable.getKey() + ": '" + variable.getValue() + "' is not a number");
            } catch (IllegalArgumentException e) {
                throw CommandFailure.usage("--set: " + e.getMessage());
            }
        }
        return spec;
    }

    /** The programs that the options choose, all of the object without any; never none. */
    List<ProgramSpec> chosen(ObjectSpec spec) {
        List<ProgramSpec> found = new ArrayList<>(section == null ? spec.programs() : spec.programsInSection(section));
        if (program != null) {
            found.removeIf(p -> !p.name().equals(program));
        }
        if (program == null && section == null) {
            found.removeIf(ProgramSpec::isStructOps);
        }
        if (found.isEmpty()) {
            throw CommandFailure.usage(
                    spec.programs().isEmpty()
                            ? file + " holds no program"
                            : file + " holds no such program; it holds " + names(spec.programs()));
        }
        return found.stream().map(this::typed).toList();
    }

    /** The one program that the options choose. */
    ProgramSpec theProgram(ObjectSpec spec) {
        List<ProgramSpec> found = chosen(spec);
        if (found.size() > 1) {
            throw CommandFailure.usage(
                    file + " holds several programs: " + names(found) + "; choose by --program or --section");
        }
        return found.get(0);
    }

    private ProgramSpec typed(ProgramSpec found) {
        if (found.isStructOps()) {
            throw CommandFailure.usage("program " + found.name()
                    + " implements a function of Linux itself (struct_ops), which a JVM does not have");
        }
        ProgramType wanted = type != null ? type : found.type();
        if (wanted == null) {
            throw CommandFailure.usage("section " + found.section() + " of program " + found.name()
                    + " does not say its type: give it by --type lwt_in, lwt_out, lwt_xmit or lwt_seg6local");
        }
        return found.withType(wanted);
    }

    /**
     * Creates the maps of an object and links the chosen programs; the others stay out, so that what is wrong with them is no hindrance.
     *
     * @param cpus how many workers will use the maps
     */
    LoadedObject load(ObjectSpec spec, List<ProgramSpec> chosen, int cpus) throws IOException {
        Map<String, ProgramSpec> wanted = new LinkedHashMap<>();
        chosen.forEach(p -> wanted.put(p.name(), p));
        addTailCalled(spec, chosen, wanted);
        ObjectSpec edited = spec;
        for (ProgramSpec each : spec.programs()) {
            UnaryOperator<ProgramSpec> edit = p -> wanted.containsKey(p.name())
                    ? Objects.requireNonNull(wanted.get(p.name())).withAutoload(true)
                    : p.withAutoload(false);
            edited = edited.withProgram(each.name(), edit);
        }
        return ObjectLoader.load(edited, target(LoadOptions.of(cpus).withPins(pins.store()), spec));
    }

    private LoadOptions target(LoadOptions options, ObjectSpec spec) throws IOException {
        LoadOptions valued = options.withKconfig(options.kernelVersion(), kconfig);
        if (btf == null || btf.equals("host")) {
            if (btfBase != null) {
                throw CommandFailure.usage("--btf-base needs --btf FILE with the types of a module");
            }
            return btf == null ? valued : HostKernel.asTarget(valued, spec);
        }
        Path file = Path.of(btf);
        if (btfBase == null) {
            return valued.withTarget(types(file, () -> TargetTypes.read(file)));
        }
        Path base = btfBase;
        Btf kernel = types(base, () -> TargetTypes.read(base));
        return valued.withTarget(kernel, List.of(types(file, () -> TargetTypes.read(file, kernel))));
    }

    @FunctionalInterface
    private interface TypeReader {
        Btf read() throws IOException;
    }

    /** Types of a file, which an error names: the object has types, too. */
    private static Btf types(Path file, TypeReader reader) throws IOException {
        try {
            return reader.read();
        } catch (FormatException e) {
            throw CommandFailure.failed(file + ": " + e.getMessage());
        }
    }

    /** Adds the programs that the object puts into program arrays: the chosen ones may call them, and are of their type. */
    private static void addTailCalled(ObjectSpec spec, List<ProgramSpec> chosen, Map<String, ProgramSpec> wanted) {
        ProgramType callersType = Objects.requireNonNull(chosen.get(0).type());
        for (MapSpec map : spec.maps()) {
            if (map.type() == MapType.PROG_ARRAY) {
                for (InitialValue value : map.initialValues()) {
                    spec.program(value.target()).ifPresent(p -> wanted.putIfAbsent(p.name(), p.withType(callersType)));
                }
            }
        }
    }

    private static String names(List<ProgramSpec> programs) {
        return String.join(
                ", ",
                programs.stream().map(p -> p.name() + " (" + p.section() + ")").toList());
    }
}
