/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.btf.BtfBuilder;
import io.github.bpf4j.compiler.btf.BtfType.Enumerator;
import io.github.bpf4j.compiler.btf.BtfType.Int;
import io.github.bpf4j.compiler.btf.BtfType.Linkage;
import io.github.bpf4j.compiler.btf.BtfType.SectionVar;
import io.github.bpf4j.compiler.elf.Elf;
import io.github.bpf4j.compiler.elf.ElfSymbol;
import io.github.bpf4j.compiler.elf.ElfWriter;
import io.github.bpf4j.compiler.kernel.LibBpf;
import io.github.bpf4j.compiler.kernel.RequiresLibBpf;
import io.github.bpf4j.compiler.spec.MapSpec;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of {@code __kconfig} externs against libbpf's. */
@RequiresLibBpf
class KconfigComparisonTest {
    private static final List<String> TYPES = List.of(
            "char",
            "unsigned char",
            "_Bool",
            "short",
            "unsigned short",
            "int",
            "unsigned int",
            "long",
            "unsigned long",
            "tristate",
            "text",
            "other enum");

    /** An object with externs by name, of types by the names above. */
    private static byte[] object(Map<String, String> externs, ElfSymbol.Binding binding) {
        BtfBuilder btf = new BtfBuilder();
        List<SectionVar> variables = new ArrayList<>();
        ElfWriter elf = new ElfWriter();
        int character = btf.addInt("char", 1, Int.SIGNED);
        externs.forEach((name, type) -> {
            int id = switch (type) {
                case "char" -> character;
                case "unsigned char" -> btf.addInt(type, 1, 0);
                case "_Bool" -> btf.addInt(type, 1, Int.BOOL);
                case "short" -> btf.addInt(type, 2, Int.SIGNED);
                case "unsigned short" -> btf.addInt(type, 2, 0);
                case "int" -> btf.addInt(type, 4, Int.SIGNED);
                case "unsigned int" -> btf.addInt(type, 4, 0);
                case "long" -> btf.addInt(type, 8, Int.SIGNED);
                case "unsigned long" -> btf.addInt(type, 8, 0);
                case "text" -> btf.addArray(character, character, 6);
                case "tristate" -> btf.addEnum("libbpf_tristate", 4, false, List.of(new Enumerator("TRI_NO", 0)));
                default -> btf.addEnum("other", 4, false, List.of(new Enumerator("ZERO", 0)));
            };
            variables.add(new SectionVar(btf.addVariable(name, id, Linkage.EXTERN), 0, 0));
            elf.symbol(name, ElfSymbol.Type.NOTYPE, binding, 0, 0, 0);
        });
        btf.addDataSection(".kconfig", 0, variables);
        int code = elf.code("socket", HexFormat.of().parseHex("b7000000000000009500000000000000"));
        elf.section("license", Elf.SHF_ALLOC, "GPL\0".getBytes(StandardCharsets.UTF_8));
        elf.section(".BTF", 0, btf.toByteArray());
        elf.function("program", code, 0, 16);
        return elf.write();
    }

    private static byte[] ours(byte[] object, LoadOptions options) {
        ObjectSpec spec = ObjectSpec.read(object);
        MapSpec map = spec.map(".kconfig").orElseThrow();
        return new KconfigValues(spec, options).contents(map);
    }

    // Not a single quotation mark: libbpf 1.1 takes it for the end of the string, too, and copies what stands behind
    // it. Here it is refused.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "y",
                "n",
                "m",
                "yes",
                "0",
                "1",
                "-1",
                "127",
                "128",
                "255",
                "256",
                "-128",
                "-129",
                "32767",
                "65535",
                "65536",
                "0x7fffffff",
                "0x80000000",
                "0xffffffff",
                "4294967296",
                "-2147483648",
                "-2147483649",
                "010",
                "08",
                "0x",
                "9223372036854775807",
                "18446744073709551615",
                "18446744073709551616",
                "-18446744073709551615",
                "12a",
                "x",
                "\"ab\"",
                "\"abcde\"",
                "\"abcdefgh\"",
                "\"\"",
                "\"ab",
                "--1",
                "+1"
            })
    void everyValueIsTakenOrRefusedAsByLibbpf(String value) {
        for (String type : TYPES) {
            byte[] object = object(Map.of("CONFIG_TEST", type), ElfSymbol.Binding.GLOBAL);
            LibBpf.Outcome theirs = LibBpf.load(object, null, "CONFIG_TEST=" + value + "\n");
            String ours;
            try {
                LoadOptions options = LoadOptions.of(1).withKconfig(0, Map.of("CONFIG_TEST", value));
                ours = HexFormat.of().formatHex(ours(object, options));
            } catch (LoadException _) {
                ours = "refused";
            }
            byte[] values = theirs.kconfig();
            String expected = theirs.error() != 0 || values == null
                    ? "refused"
                    : HexFormat.of().formatHex(values);
            assertEquals(expected, ours, () -> type + " = " + value + ": " + theirs.warnings());
        }
    }

    @Test
    void theHostsValuesAreFound() throws IOException {
        Map<String, String> externs = new TreeMap<>(Map.of(
                "CONFIG_HZ", "int",
                "CONFIG_NR_CPUS", "unsigned long",
                "CONFIG_64BIT", "_Bool",
                "CONFIG_BPF_SYSCALL", "tristate",
                "CONFIG_NET", "char",
                "CONFIG_CC_VERSION_TEXT", "text",
                "CONFIG_NOBODY_HAS_THIS", "int",
                "LINUX_KERNEL_VERSION", "unsigned int",
                "LINUX_HAS_BPF_COOKIE", "_Bool",
                "LINUX_UNKNOWN", "long"));
        byte[] object = object(externs, ElfSymbol.Binding.WEAK);
        byte[] theirs = LibBpf.load(object, null, "CONFIG_HZ=12\n").kconfig();
        assertNotNull(theirs);
        LoadOptions given = LoadOptions.of(1).withKconfig(0, Map.of("CONFIG_HZ", "12"));
        LoadOptions options = HostKernel.asTarget(given, ObjectSpec.read(object));
        assertTrue(options.kconfig().size() > 1, "this host keeps no configuration");
        assertArrayEquals(theirs, ours(object, options));
    }
}
