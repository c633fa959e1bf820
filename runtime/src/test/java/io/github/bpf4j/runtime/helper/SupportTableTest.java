/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/**
 * {@code HELPERS.md} says what the tables say. After a change of the tables,
 * {@code mvn -pl runtime test -Dtest=SupportTableTest -Dbpf4j.tables.write=true} renews it.
 */
class SupportTableTest {
    @Test
    void helpersFileIsUpToDate() throws IOException {
        if (Boolean.getBoolean("bpf4j.tables.write")) {
            Files.writeString(SupportTable.FILE, SupportTable.markdown());
        }
        assertEquals(SupportTable.markdown(), Files.readString(SupportTable.FILE));
    }
}
