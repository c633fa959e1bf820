/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.TestObjects;
import io.github.bpf4j.compiler.elf.ElfFile;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BtfExtTest {
    private final ElfFile file = ElfFile.parse(TestObjects.read("rich_v3.o"));
    private final Btf btf = Btf.parse(file.section(".BTF").orElseThrow().data());
    private final BtfExt ext =
            BtfExt.parse(file.section(".BTF.ext").orElseThrow().data(), btf);

    @Test
    void functionsAreNamedBySectionAndOffset() {
        assertEquals(
                Set.of(".text", "lwt_xmit/first", "lwt_xmit/tail", "?lwt_in/core", "lwt_out"),
                ext.functions().keySet());
        assertEquals(
                Set.of("on_step", "shared", "leaf"),
                Set.copyOf(ext.functions().get(".text").stream()
                        .map(f -> btf.name(f.type()))
                        .toList()));
    }

    @Test
    void linesCarryTheSourceText() {
        BtfExt.LineInfo first = ext.lines().get("lwt_out").get(0);
        assertEquals(0, first.offset());
        assertTrue(btf.string(first.file()).endsWith("rich.bpf.c"));
        assertTrue(ext.lines().get("lwt_out").stream()
                .anyMatch(l -> btf.string(l.text()).contains("bpf_rcu_read_lock();")));
    }

    @Test
    void relocationsCarryKindTypeAndAccess() {
        List<BtfExt.CoreInfo> core = ext.relocations().get("?lwt_in/core");
        assertEquals(
                Set.of(
                        CoreKind.FIELD_BYTE_OFFSET,
                        CoreKind.FIELD_EXISTS,
                        CoreKind.TYPE_EXISTS,
                        CoreKind.TYPE_SIZE,
                        CoreKind.ENUMVAL_EXISTS,
                        CoreKind.FIELD_LSHIFT_U64,
                        CoreKind.FIELD_RSHIFT_U64,
                        CoreKind.TYPE_ID_LOCAL),
                Set.copyOf(core.stream().map(BtfExt.CoreInfo::kind).toList()));
        BtfExt.CoreInfo mark = core.get(0);
        assertEquals("__sk_buff___local", btf.name(mark.type()));
        assertEquals("0:0", mark.access());
    }
}
