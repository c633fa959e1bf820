/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.spec.MapSpec;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.ElementTypes;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapException;
import io.github.bpf4j.runtime.map.MapFlags;
import io.github.bpf4j.runtime.map.PinDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bpf4j map}: looks into pinned maps and changes them, also while programs use them. */
@Command(
        name = "map",
        mixinStandardHelpOptions = true,
        description = {
            "Lists, shows and changes pinned maps.",
            "Keys and values are numbers (of 1, 2, 4 or 8 bytes, decimal or 0x…) or bytes in memory order"
                    + " (hex:0a000003). What is written to a per-CPU map goes to all CPUs."
        },
        subcommands = {
            MapCommand.ListPins.class,
            MapCommand.Dump.class,
            MapCommand.Lookup.class,
            MapCommand.Update.class,
            MapCommand.Delete.class,
        })
final class MapCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "what about the maps? There are "
                        + String.join(", ", spec.subcommands().keySet()));
    }

    /** What all the subcommands take. */
    abstract static class OnPins implements Callable<Integer> {
        final Terminal terminal;

        @Mixin
        final PinOptions pins = new PinOptions();

        @Option(
                names = {"--json", "-j"},
                description = "Write JSON, as bpftool does; a failure too, besides the message on standard error.")
        private boolean json;

        OnPins(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public final Integer call() throws IOException, MapException {
            try {
                return json ? json(new JsonWriter(terminal.out())) : text(terminal.out());
            } catch (CommandFailure | MapException e) {
                if (json) {
                    new JsonWriter(terminal.out())
                            .beginObject()
                            .name("error")
                            .value(String.valueOf(e.getMessage()))
                            .endObject();
                }
                throw e;
            } finally {
                if (json) {
                    terminal.out().println();
                }
            }
        }

        /** Does it and tells people; returns the exit code. Fails before it writes anything. */
        abstract int text(PrintStream out) throws IOException, MapException;

        /** Does it and writes one JSON value; returns the exit code. Fails before it writes anything. */
        abstract int json(JsonWriter out) throws IOException, MapException;
    }

    /** What the subcommands on one map take. */
    abstract static class OnMap extends OnPins {
        @Parameters(index = "0", paramLabel = "NAME", description = "The pin's name.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        String name;

        @Option(
                names = "--object",
                paramLabel = "FILE.o",
                description =
                        "Object file that declares the map, for the types of its keys and values. Default: the types that"
                                + " the map was pinned with.")
        @Nullable
        Path object;

        OnMap(Terminal terminal) {
            super(terminal);
        }

        final BpfMap map() throws IOException, MapException {
            return pins.required().open(name);
        }

        final MapPrinter printer(BpfMap map) throws IOException, MapException {
            return object == null ? pinnedTypes(map) : declaredTypes(map, object);
        }

        private MapPrinter declaredTypes(BpfMap map, Path file) throws IOException {
            ObjectSpec spec = ObjectSpec.read(Files.readAllBytes(file));
            MapDefinition definition = map.definition();
            MapSpec declared = spec.map(definition.name())
                    .orElseThrow(() -> CommandFailure.failed(file + " declares no map " + definition.name()
                            + "; there are "
                            + String.join(
                                    ", ",
                                    spec.maps().stream().map(MapSpec::name).toList())));
            if (declared.keySize() != definition.keySize() || declared.valueSize() != definition.valueSize()) {
                throw CommandFailure.failed("map %s has keys of %d and values of %d bytes; %s declares %d and %d"
                        .formatted(
                                name,
                                definition.keySize(),
                                definition.valueSize(),
                                file,
                                declared.keySize(),
                                declared.valueSize()));
            }
            return new MapPrinter(map, spec.btf(), declared.keyType(), declared.valueType(), declared.variables());
        }

        private MapPrinter pinnedTypes(BpfMap map) throws IOException, MapException {
            ElementTypes types = pins.required().types(name).orElse(null);
            if (types == null) {
                return new MapPrinter(map, null, 0, 0, List.of());
            }
            Btf btf = Btf.parse(types.btf());
            MapDefinition definition = map.definition();
            return new MapPrinter(
                    map,
                    btf,
                    checked(btf, types.keyType(), definition.keySize()),
                    checked(btf, types.valueType(), definition.valueSize()),
                    List.of());
        }

        /** A type that a pin claims to be of a size, or 0 if it is not. */
        private static int checked(Btf btf, int type, int size) {
            return btf.contains(type) && btf.sizeOf(type) == size ? type : 0;
        }

        /** Fails if a map operation answers an error. */
        final void check(int result, String what) {
            if (result != 0) {
                throw CommandFailure.failed("map " + name + ": "
                        + switch (-result) {
                            case Errno.ENOENT -> "there is no such element (ENOENT)";
                            case Errno.EEXIST -> "the element exists already (EEXIST)";
                            case Errno.E2BIG -> "the map is full, or the index beyond its end (E2BIG)";
                            case Errno.EPERM -> "the map may not be changed or read from here (EPERM)";
                            case Errno.EINVAL, Errno.ENOTSUPP, Errno.EOPNOTSUPP ->
                                "its kind does not allow " + what + " (" + Errno.name(-result) + ")";
                            default -> what + " fails (" + Errno.name(-result) + ")";
                        });
            }
        }
    }

    /** {@code bpf4j map list}. */
    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the pinned maps.")
    static final class ListPins extends OnPins {
        ListPins(Terminal terminal) {
            super(terminal);
        }

        /** A pin and what it is, or why it cannot be opened. */
        private record Pin(
                String name, @Nullable BpfMap map, @Nullable MapException problem) {}

        private static List<Pin> pins(PinDirectory directory) throws IOException {
            List<Pin> found = new ArrayList<>();
            for (String name : directory.names()) {
                try {
                    found.add(new Pin(name, directory.open(name), null));
                } catch (MapException e) {
                    if (e.errno() != Errno.ENOENT) { // somebody has just removed it
                        found.add(new Pin(name, null, e));
                    }
                }
            }
            return found;
        }

        private static String type(MapDefinition map) {
            return map.type().name().toLowerCase(Locale.ROOT);
        }

        /** Tells what is wrong with the pins that cannot be opened; fails if there are any. */
        private int complain(List<Pin> all) {
            int code = Main.FINE;
            for (Pin pin : all) {
                if (pin.problem != null) {
                    terminal.err().println("bpf4j: " + pin.problem.getMessage());
                    code = Main.FAILED;
                }
            }
            return code;
        }

        @Override
        int text(PrintStream out) throws IOException {
            List<Pin> all = pins(pins.required());
            for (Pin pin : all) {
                if (pin.map != null) {
                    MapDefinition map = pin.map.definition();
                    out.printf(
                            "%s: %s  key %dB  value %dB  max_entries %s  flags 0x%x%s%n",
                            pin.name,
                            type(map),
                            map.keySize(),
                            map.valueSize(),
                            Integer.toUnsignedString(map.maxEntries()),
                            map.flags(),
                            pin.map.isFrozen() ? "  frozen" : "");
                }
            }
            return complain(all);
        }

        @Override
        int json(JsonWriter out) throws IOException {
            PinDirectory directory = pins.required();
            List<Pin> all = pins(directory);
            out.beginArray();
            for (Pin pin : all) {
                if (pin.map != null) {
                    MapDefinition map = pin.map.definition();
                    out.beginObject().name("type").value(type(map));
                    out.name("name").value(map.name()).name("flags").value(map.flags());
                    out.name("bytes_key").value(map.keySize());
                    out.name("bytes_value").value(map.valueSize());
                    out.name("max_entries").value(Integer.toUnsignedLong(map.maxEntries()));
                    out.name("frozen").value(pin.map.isFrozen() ? 1 : 0);
                    out.name("pinned").beginArray();
                    out.value(directory.path(pin.name).toString()).endArray().endObject();
                }
            }
            out.endArray();
            return complain(all);
        }
    }

    /** {@code bpf4j map dump}. */
    @Command(name = "dump", mixinStandardHelpOptions = true, description = "Shows all elements of a map.")
    static final class Dump extends OnMap {
        Dump(Terminal terminal) {
            super(terminal);
        }

        @Override
        int text(PrintStream out) throws IOException, MapException {
            printer(map()).text(out);
            return Main.FINE;
        }

        @Override
        int json(JsonWriter out) throws IOException, MapException {
            MapPrinter printer = printer(map());
            if (!printer.isListable()) {
                throw CommandFailure.failed("map " + name + ": its elements cannot be listed");
            }
            printer.json(out);
            return Main.FINE;
        }
    }

    /** What the commands on one element have in common. */
    abstract static class OnElement extends OnMap {
        @Parameters(
                index = "1",
                paramLabel = "KEY",
                description = "A number, or hex:… bytes; hex: for a map without keys.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String key;

        OnElement(Terminal terminal) {
            super(terminal);
        }

        final byte[] keyBytes(BpfMap map) {
            return ElementBytes.parse(key, map.definition().keySize(), "key");
        }
    }

    /** {@code bpf4j map lookup}. */
    @Command(name = "lookup", mixinStandardHelpOptions = true, description = "Shows one element of a map.")
    static final class Lookup extends OnElement {
        Lookup(Terminal terminal) {
            super(terminal);
        }

        @Override
        int text(PrintStream out) throws IOException, MapException {
            BpfMap map = map();
            MapPrinter printer = printer(map);
            MapPrinter.Element found = find(map);
            if (found == null) {
                check(-Errno.ENOENT, "lookups");
            } else {
                out.println(printer.text(found));
            }
            return Main.FINE;
        }

        @Override
        int json(JsonWriter out) throws IOException, MapException {
            BpfMap map = map();
            MapPrinter printer = printer(map);
            MapPrinter.Element found = find(map);
            if (found == null) {
                out.nullValue();
                return Main.FAILED;
            }
            printer.json(out, found);
            return Main.FINE;
        }

        /** The element, or null if there is none. */
        private MapPrinter.@Nullable Element find(BpfMap map) {
            byte[] keyBytes = keyBytes(map);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment value = arena.allocate(map.userValueSize(), 8);
                int result = map.lookupElement(copy(arena, keyBytes), 0, value, 0, 0);
                if (result == -Errno.ENOENT) {
                    return null;
                }
                check(result, "lookups");
                return MapPrinter.element(map, keyBytes, value);
            }
        }
    }

    /** What the commands that change one element have in common: they tell nothing but that it is done. */
    abstract static class Change extends OnElement {
        Change(Terminal terminal) {
            super(terminal);
        }

        @Override
        final int text(PrintStream out) throws IOException, MapException {
            change(map());
            return Main.FINE;
        }

        @Override
        final int json(JsonWriter out) throws IOException, MapException {
            change(map());
            out.nullValue();
            return Main.FINE;
        }

        abstract void change(BpfMap map);
    }

    /** {@code bpf4j map update}. */
    @Command(name = "update", mixinStandardHelpOptions = true, description = "Stores an element in a map.")
    static final class Update extends Change {
        /** The flags of {@code BPF_MAP_UPDATE_ELEM}. */
        enum When {
            /** Create or replace. */
            ANY(MapFlags.BPF_ANY),
            /** Create only. */
            NOEXIST(MapFlags.BPF_NOEXIST),
            /** Replace only. */
            EXIST(MapFlags.BPF_EXIST);

            private final long flags;

            When(long flags) {
                this.flags = flags;
            }
        }

        @Parameters(index = "2", paramLabel = "VALUE", description = "A number, or hex:… bytes.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String value;

        @Option(
                names = "--when",
                paramLabel = "any|noexist|exist",
                description = "Whether the element may or must exist already (default: any).")
        private When when = When.ANY;

        Update(Terminal terminal) {
            super(terminal);
        }

        @Override
        void change(BpfMap map) {
            byte[] keyBytes = keyBytes(map);
            byte[] valueBytes = ElementBytes.parse(value, map.definition().valueSize(), "value");
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment all = arena.allocate(map.userValueSize(), 8);
                long stride = MapPrinter.stride(map);
                for (long at = 0; at < all.byteSize(); at += stride) {
                    MemorySegment.copy(valueBytes, 0, all, ValueLayout.JAVA_BYTE, at, valueBytes.length);
                }
                check(map.updateElement(copy(arena, keyBytes), 0, all, 0, when.flags), "updates");
            }
        }
    }

    /** {@code bpf4j map delete}. */
    @Command(name = "delete", mixinStandardHelpOptions = true, description = "Removes an element from a map.")
    static final class Delete extends Change {
        Delete(Terminal terminal) {
            super(terminal);
        }

        @Override
        void change(BpfMap map) {
            byte[] keyBytes = keyBytes(map);
            try (Arena arena = Arena.ofConfined()) {
                check(map.deleteElement(copy(arena, keyBytes), 0), "deletions");
            }
        }
    }

    private static MemorySegment copy(Arena arena, byte[] bytes) {
        MemorySegment memory = arena.allocate(bytes.length, 8);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return memory;
    }
}
