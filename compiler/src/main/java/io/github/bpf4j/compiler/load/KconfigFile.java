/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** Reads a kernel's configuration: lines such as {@code CONFIG_HZ=250}, plain or packed by gzip. */
final class KconfigFile {
    private static final String PREFIX = "CONFIG_";

    /** The largest configuration of any distribution has less than a tenth of it. */
    private static final int MAX_LINES = 100_000;

    private static final int MAX_LINE = 65_536;

    private KconfigFile() {}

    /**
     * Reads a file.
     *
     * @param file the file; packed if its name ends in {@code .gz}
     * @return values by name; options that are not set have none
     * @throws IOException if it cannot be read
     * @throws LoadException if a line has no value
     */
    static Map<String, String> read(Path file) throws IOException {
        boolean isPacked = file.toString().endsWith(".gz");
        try (InputStream in = Files.newInputStream(file);
                InputStream plain = isPacked ? new GZIPInputStream(in) : in;
                BufferedReader lines = new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
            return read(file.toString(), lines);
        }
    }

    private static Map<String, String> read(String file, BufferedReader lines) throws IOException {
        Map<String, String> values = new HashMap<>();
        int number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (++number > MAX_LINES || line.length() > MAX_LINE) {
                throw new LoadException(file, "is no kernel configuration");
            }
            if (!line.startsWith(PREFIX)) {
                continue;
            }
            int separator = line.indexOf('=');
            if (separator < 0 || separator == line.length() - 1) {
                throw new LoadException(file, "line %d has no value: %s".formatted(number, line));
            }
            values.putIfAbsent(line.substring(0, separator), line.substring(separator + 1));
        }
        return values;
    }
}
