/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

@RequiresNetworkNamespace
class TestNetworkNamespaceTest {
    @Test
    void twoNamespacesReachEachOther() {
        try (TestNetworkNamespace a = TestNetworkNamespace.create();
                TestNetworkNamespace b = TestNetworkNamespace.create()) {
            TestNetworkNamespace.connect(a, "va", b, "vb");
            a.ip("address add 10.9.0.1/24 dev va");
            b.ip("address add 10.9.0.2/24 dev vb");
            assertTrue(a.ip("route get 10.9.0.2").contains("dev va"));
            assertTrue(b.ip("-o link show vb").contains("vb@"));
        }
    }

    @Test
    void aFailingCommandNamesItself() {
        try (TestNetworkNamespace a = TestNetworkNamespace.create()) {
            IllegalStateException e = assertThrows(IllegalStateException.class, () -> a.ip("link set nowhere up"));
            assertTrue(String.valueOf(e.getMessage()).startsWith("ip link set nowhere up failed"), e::getMessage);
            assertEquals(1, a.exec("false").exit());
        }
    }
}
