/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read of a host, from texts as a host may have them. */
class HostKernelTest {
    private static final String CONFIGURATION = """
            # Linux/x86 6.18.44 Kernel Configuration
            CONFIG_HZ=250
            # CONFIG_EMBEDDED is not set
            CONFIG_NET=y
            CONFIG_TEXT="a=b"
            CONFIG_HZ=1000
            """;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"6.18.44-fc-v595, 0x06122c", "5.4, 0x050400", "4.9.337, 0x0409ff", "6.1.0-rc1+, 0x060100"})
    void aReleaseIsAVersion(String release, String version) throws IOException {
        assertEquals(Integer.decode(version), HostKernel.version(release));
    }

    @Test
    void otherReleasesAreRefused() {
        assertThrows(IOException.class, () -> HostKernel.version("unknown"));
    }

    @Test
    void aConfigurationIsReadPlainAndPacked() throws IOException {
        Map<String, String> expected = Map.of("CONFIG_HZ", "250", "CONFIG_NET", "y", "CONFIG_TEXT", "\"a=b\"");
        byte[] plain = CONFIGURATION.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        }
        assertEquals(expected, KconfigFile.read(Files.write(directory.resolve("config"), plain)));
        assertEquals(expected, KconfigFile.read(Files.write(directory.resolve("config.gz"), packed.toByteArray())));
    }

    @Test
    void aLineWithoutValueIsNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("config"), "CONFIG_NET=y\nCONFIG_HZ=\n");
        LoadException e = assertThrows(LoadException.class, () -> KconfigFile.read(file));
        assertEquals("line 2 has no value: CONFIG_HZ=", e.problem());
    }
}
