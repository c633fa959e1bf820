/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A TUN device whose kernel end lies in a network namespace of its own. */
@Tag("netns")
class TunDeviceTest {
    private static final String NAMESPACE =
            "bpf4j-tun-" + ProcessHandle.current().pid();

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(20, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }

    private static boolean ip(String arguments) throws IOException, InterruptedException {
        return run(("ip " + arguments).split(" ")) == 0;
    }

    @Test
    void kernelAnswersAPing() throws Exception {
        boolean made;
        try {
            made = ip("netns add " + NAMESPACE);
        } catch (IOException e) {
            made = false;
        }
        assumeTrue(made, "network namespaces cannot be made here");
        try (TunDevice device = open()) {
            assertTrue(ip("link set " + device.name() + " netns " + NAMESPACE));
            assertTrue(ip("-n " + NAMESPACE + " addr add 10.99.0.1/24 dev " + device.name()));
            assertTrue(ip("-n " + NAMESPACE + " link set " + device.name() + " up"));
            byte[] echo = HexFormat.of().parseHex("4500001c00010000400165c80a6300020a630001" + "0800f7fd00010001");
            fixChecksum(echo);
            assertTrue(device.write(MemorySegment.ofArray(echo), 0, echo.length));
            byte[] answer = new byte[TunDevice.MAX_PACKET];
            int length = -1;
            for (int tries = 0; tries < 100; tries++) {
                if (device.await(100) && (length = device.receive()) >= 0) {
                    device.copy(length, answer, 0);
                    if (length == 28 && answer[9] == 1 && answer[20] == 0) {
                        break; // an echo reply; the kernel sends IPv6 packets of its own, too
                    }
                }
            }
            assertEquals("0a6300010a630002" + "0000", HexFormat.of().formatHex(answer, 12, 22));
            assertEquals(28, length);
        } finally {
            ip("netns del " + NAMESPACE);
        }
    }

    private static TunDevice open() {
        try {
            TunDevice device = TunDevice.open("bpf4jt%d");
            assertFalse(device.name().contains("%"));
            return device;
        } catch (IOException e) {
            assumeTrue(false, "TUN devices cannot be made here: " + e.getMessage());
            throw new AssertionError(e);
        }
    }

    private static void fixChecksum(byte[] packet) {
        packet[10] = 0;
        packet[11] = 0;
        int sum = 0;
        for (int i = 0; i < 20; i += 2) {
            sum += (packet[i] & 0xff) << 8 | packet[i + 1] & 0xff;
        }
        sum = ~((sum & 0xffff) + (sum >>> 16)) & 0xffff;
        packet[10] = (byte) (sum >>> 8);
        packet[11] = (byte) sum;
    }

    @Test
    void closedDeviceIsRefused() {
        TunDevice device = open();
        device.close();
        device.close();
        assertThrows(IOException.class, device::receive);
    }

    @Test
    void namesAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> TunDevice.open(""));
        assertThrows(IllegalArgumentException.class, () -> TunDevice.open("a-name-of-sixteen"));
    }
}
