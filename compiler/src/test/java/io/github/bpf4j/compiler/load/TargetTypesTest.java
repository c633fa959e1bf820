/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfType.Composite;
import io.github.bpf4j.compiler.btf.BtfType.EnumType;
import io.github.bpf4j.compiler.btf.BtfType.Enumerator;
import io.github.bpf4j.compiler.btf.BtfType.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TargetTypesTest {
    private final Btf btf = TargetTypes.btf();

    @Test
    void headersHaveTheSizesOfTheirStandards() {
        assertEquals(192, size("__sk_buff"));
        assertEquals(14, size("ethhdr"));
        assertEquals(20, size("iphdr"));
        assertEquals(40, size("ipv6hdr"));
        assertEquals(20, size("tcphdr"));
        assertEquals(8, size("udphdr"));
        assertEquals(8, size("ipv6_sr_hdr"));
        assertEquals(44, size("bpf_tunnel_key"));
        assertEquals(64, size("bpf_fib_lookup"));
    }

    private long size(String struct) {
        Composite type = btf.find(struct, Composite.class);
        assertNotNull(type, struct);
        return type.size();
    }

    @Test
    void helperNumbersComeFromTheHelperTable() {
        EnumType helpers = btf.find("bpf_func_id", EnumType.class);
        assertNotNull(helpers);
        assertEquals(
                List.of(new Enumerator("BPF_FUNC_lwt_push_encap", 73)),
                helpers.values().stream().filter(v -> v.value() == 73).toList());
    }

    @Test
    void kernelFieldsAreWhereRelocationsLead() {
        for (KernelField field : KernelField.values()) {
            Composite struct = btf.find(field.struct(), Composite.class);
            assertNotNull(struct, field.struct());
            Member member = struct.members().getLast();
            assertEquals(field.name().toLowerCase(Locale.ROOT), member.name());
            assertEquals(field, KernelField.at(member.bitOffset() / Byte.SIZE));
            assertEquals(KernelField.BYTES, btf.sizeOf(member.type()));
        }
        assertNull(KernelField.at(0), "what is not relocated meets no field");
    }

    @Test
    @Tag("kernel")
    void everyStructIsLaidOutAsInTheKernel() throws IOException {
        assumeTrue(Files.isReadable(TargetTypes.HOST), "no kernel BTF on this machine");
        Btf kernel = TargetTypes.read(TargetTypes.HOST);
        int compared = 0;
        for (int id = 1; id < btf.size(); id++) {
            // Maps and tasks here have none of the kernel's own fields.
            if (btf.type(id) instanceof Composite ours
                    && !Set.of("", "bpf_map", "task_struct", "css_set").contains(ours.name())) {
                Composite theirs = kernel.find(ours.name(), Composite.class);
                if (theirs != null) {
                    assertEquals(fields(kernel, theirs), fields(btf, ours), ours.name());
                    compared++;
                }
            }
            if (btf.type(id) instanceof EnumType ours) {
                EnumType theirs = kernel.find(ours.name(), EnumType.class);
                assertNotNull(theirs, ours.name());
                for (Enumerator value : ours.values()) {
                    // Deprecated aliases apart, every number has its kernel's name.
                    assertEquals(
                            theirs.values().stream().anyMatch(v -> v.value() == value.value()),
                            theirs.values().contains(value)
                                    || theirs.values().stream()
                                            .anyMatch(v -> v.value() == value.value()
                                                    && v.name().startsWith(value.name())),
                            value.toString());
                }
            }
        }
        assertEquals(true, compared > 30, "compared " + compared);
    }

    private static List<String> fields(Btf btf, Composite struct) {
        List<String> fields = new ArrayList<>();
        fields.add("size " + struct.size());
        for (Member member : struct.members()) {
            fields.add("%s at %d:%d, %d bytes, %s"
                    .formatted(
                            member.name(),
                            member.bitOffset(),
                            member.bitfieldSize(),
                            btf.sizeOf(member.type()),
                            btf.resolve(member.type()).kind()));
            if (member.name().isEmpty() && btf.resolve(member.type()) instanceof Composite inner) {
                fields.addAll(fields(btf, inner));
            }
        }
        return fields;
    }
}
