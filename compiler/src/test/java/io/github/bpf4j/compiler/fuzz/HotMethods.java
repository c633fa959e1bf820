/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingStream;

/** Watches which generated classes C2 compiles, as Flight Recorder reports it. Thread-safe. */
final class HotMethods implements AutoCloseable {
    private static final int C2 = 4;

    private final RecordingStream events = new RecordingStream();
    private final Set<String> classes = ConcurrentHashMap.newKeySet();

    HotMethods() {
        events.enable("jdk.Compilation").withThreshold(Duration.ZERO);
        events.onEvent("jdk.Compilation", this::compiled);
        events.startAsync();
    }

    private void compiled(RecordedEvent event) {
        RecordedMethod method = event.getValue("method");
        if (method != null && event.getInt("compileLevel") == C2 && event.getBoolean("succeded")) {
            classes.add(method.getType().getName());
        }
    }

    /** Stops watching; gives the number of programs with a name of some prefix that have a method which C2 compiled. */
    long programs(String prefix) {
        events.stop();
        return classes.stream()
                .map(name -> name.substring(name.lastIndexOf("generated.") + "generated.".length()))
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.replaceAll("[/+].*", ""))
                .distinct()
                .count();
    }

    @Override
    public void close() {
        events.close();
    }
}
