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
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapException;
import io.github.bpf4j.runtime.map.MapFlags;
import io.github.bpf4j.runtime.map.PinDirectory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
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
                description = "Write JSON, as bpftool does.")
        boolean json;

        OnPins(Terminal terminal) {
            this.terminal = terminal;
        }
    }

    /** What the subcommands on one map take. */
    abstract static class OnMap extends OnPins {
        @Parameters(index = "0", paramLabel = "NAME", description = "The pin's name.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        String name;

        @Option(
                names = "--object",
                paramLabel = "FILE.o",
                description = "Object file that declares the map, for the types of its keys and values.")
        @Nullable
        Path object;

        OnMap(Terminal terminal) {
            super(terminal);
        }

        final BpfMap map() throws IOException, MapException {
            return pins.required().open(name);
        }

        final MapPrinter printer(BpfMap map) throws IOException {
            if (object == null) {
                return new MapPrinter(map, null, null);
            }
            ObjectSpec spec = ObjectSpec.read(Files.readAllBytes(object));
            MapSpec declared = spec.map(map.definition().name()).orElse(null);
            Btf btf = spec.btf();
            boolean same = declared != null
                    && declared.keySize() == map.definition().keySize()
                    && declared.valueSize() == map.definition().valueSize();
            return new MapPrinter(map, btf, same ? declared : null);
        }

        /** Fails if a map operation answers an error. */
        final void check(int result, String what) {
            if (result != 0) {
                throw CommandFailure.failed("map " + name + ": "
                        + (result == -Errno.ENOENT
                                ? "there is no such element"
                                : what + " fails with error " + -result));
            }
        }
    }

    /** Bytes for a key or value, as the user writes them. */
    static byte[] bytes(String text, int size, String what) {
        byte[] bytes;
        try {
            if (text.startsWith("hex:")) {
                bytes = HexFormat.of().parseHex(text.substring(4));
            } else {
                boolean hex = text.toLowerCase(Locale.ROOT).startsWith("0x");
                BigInteger number = hex ? new BigInteger(text.substring(2), 16) : new BigInteger(text);
                if (size != 1 && size != 2 && size != 4 && size != 8) {
                    throw CommandFailure.usage("the " + what + " has " + size + " bytes: give them as hex:…");
                }
                if (number.bitLength() > 8 * size) {
                    throw CommandFailure.usage(text + " does not fit the " + size + " bytes of the " + what);
                }
                bytes = new byte[size];
                for (int i = 0; i < size; i++) {
                    bytes[i] = number.shiftRight(8 * i).byteValue();
                }
            }
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("'" + text + "' is neither a number nor hex:… bytes");
        }
        if (bytes.length != size) {
            throw CommandFailure.usage("the " + what + " has " + size + " bytes, not " + bytes.length);
        }
        return bytes;
    }

    /** {@code bpf4j map list}. */
    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the pinned maps.")
    static final class ListPins extends OnPins {
        ListPins(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() throws IOException, MapException {
            PinDirectory directory = pins.required();
            JsonWriter writer = json ? new JsonWriter(terminal.out()).beginArray() : null;
            for (String pin : directory.names()) {
                MapDefinition map = directory.open(pin).definition();
                String type = map.type().name().toLowerCase(Locale.ROOT);
                if (writer != null) {
                    writer.beginObject()
                            .name("name")
                            .value(map.name())
                            .name("type")
                            .value(type);
                    writer.name("flags").value(map.flags()).name("bytes_key").value(map.keySize());
                    writer.name("bytes_value").value(map.valueSize());
                    writer.name("max_entries").value(Integer.toUnsignedLong(map.maxEntries()));
                    writer.name("pinned").value(pin).endObject();
                } else {
                    terminal.out()
                            .printf(
                                    "%s: %s  key %dB  value %dB  max_entries %s  flags 0x%x%n",
                                    pin,
                                    type,
                                    map.keySize(),
                                    map.valueSize(),
                                    Integer.toUnsignedString(map.maxEntries()),
                                    map.flags());
                }
            }
            if (writer != null) {
                writer.endArray();
                terminal.out().println();
            }
            return Main.FINE;
        }
    }

    /** {@code bpf4j map dump}. */
    @Command(name = "dump", mixinStandardHelpOptions = true, description = "Shows all elements of a map.")
    static final class Dump extends OnMap {
        Dump(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() throws IOException, MapException {
            MapPrinter printer = printer(map());
            if (!json) {
                printer.text(terminal.out());
            } else if (printer.isListable()) {
                printer.json(new JsonWriter(terminal.out()));
                terminal.out().println();
            } else {
                throw CommandFailure.failed("map " + name + ": its elements cannot be listed");
            }
            return Main.FINE;
        }
    }

    /** What the commands on one element have in common. */
    abstract static class OnElement extends OnMap {
        @Parameters(index = "1", paramLabel = "KEY")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String key;

        OnElement(Terminal terminal) {
            super(terminal);
        }

        final byte[] keyBytes(BpfMap map) {
            return bytes(key, map.definition().keySize(), "key");
        }
    }

    /** {@code bpf4j map lookup}. */
    @Command(name = "lookup", mixinStandardHelpOptions = true, description = "Shows one element of a map.")
    static final class Lookup extends OnElement {
        Lookup(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() throws IOException, MapException {
            BpfMap map = map();
            byte[] keyBytes = keyBytes(map);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment value = arena.allocate(map.userValueSize(), 8);
                check(map.lookupElement(copy(arena, keyBytes), 0, value, 0, 0), "the lookup");
                MapPrinter printer = printer(map);
                MapPrinter.Element element = new MapPrinter.Element(keyBytes, value.toArray(ValueLayout.JAVA_BYTE));
                if (json) {
                    printer.json(new JsonWriter(terminal.out()), element);
                    terminal.out().println();
                } else {
                    terminal.out().println(printer.text(element));
                }
            }
            return Main.FINE;
        }
    }

    /** {@code bpf4j map update}. */
    @Command(name = "update", mixinStandardHelpOptions = true, description = "Stores an element in a map.")
    static final class Update extends OnElement {
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

        @Parameters(index = "2", paramLabel = "VALUE")
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
        public Integer call() throws IOException, MapException {
            BpfMap map = map();
            byte[] keyBytes = keyBytes(map);
            byte[] valueBytes = bytes(value, map.definition().valueSize(), "value");
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment all = arena.allocate(map.userValueSize(), 8);
                long stride = MapPrinter.stride(map);
                for (long at = 0; at < all.byteSize(); at += stride) {
                    MemorySegment.copy(valueBytes, 0, all, ValueLayout.JAVA_BYTE, at, valueBytes.length);
                }
                check(map.updateElement(copy(arena, keyBytes), 0, all, 0, when.flags), "the update");
            }
            return Main.FINE;
        }
    }

    /** {@code bpf4j map delete}. */
    @Command(name = "delete", mixinStandardHelpOptions = true, description = "Removes an element from a map.")
    static final class Delete extends OnElement {
        Delete(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() throws IOException, MapException {
            BpfMap map = map();
            byte[] keyBytes = keyBytes(map);
            try (Arena arena = Arena.ofConfined()) {
                check(map.deleteElement(copy(arena, keyBytes), 0), "the deletion");
            }
            return Main.FINE;
        }
    }

    private static MemorySegment copy(Arena arena, byte[] bytes) {
        MemorySegment memory = arena.allocate(bytes.length, 8);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return memory;
    }
}
