/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class SupportTableTest {
    @Test
    void documentationIsUpToDate() throws IOException {
        assertEquals(
                SupportTable.markdown(), Files.readString(SupportTable.FILE), "run SupportTable.main in the module's directory");
    }
}
