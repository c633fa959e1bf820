/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class JsonWriterTest {
    private final StringBuilder text = new StringBuilder();
    private final JsonWriter json = new JsonWriter(text);

    @Test
    void nesting() {
        json.beginObject()
                .name("a")
                .value(1)
                .name("b")
                .beginArray()
                .value("x")
                .value(true)
                .nullValue()
                .beginObject()
                .endObject()
                .beginArray()
                .endArray()
                .value(1.5)
                .unsigned(-1)
                .endArray()
                .name("c")
                .beginObject()
                .name("d")
                .value(-2)
                .endObject()
                .endObject();
        assertEquals(
                "{\"a\":1,\"b\":[\"x\",true,null,{},[],1.5,18446744073709551615],\"c\":{\"d\":-2}}", text.toString());
    }

    @Test
    void stringsAreEscaped() {
        json.value("quote \" back \\ line \n tab \t nul \0 del \u007f é \ud83d\ude00 lone \ud83d");
        assertEquals(
                "\"quote \\\" back \\\\ line \\n tab \\t nul \\u0000 del \\u007f é \ud83d\ude00 lone \\ud83d\"",
                text.toString());
    }

    @Test
    void whatIsNotJsonIsRefused() {
        assertThrows(IllegalStateException.class, () -> json.name("a"));
        json.beginObject();
        assertThrows(IllegalStateException.class, () -> json.value(1));
        assertThrows(IllegalStateException.class, json::endArray);
        json.name("a");
        assertThrows(IllegalStateException.class, () -> json.name("b"));
        assertThrows(IllegalStateException.class, json::endObject);
        json.value(1).endObject();
        assertThrows(IllegalStateException.class, () -> json.value(2));
        assertThrows(IllegalArgumentException.class, () -> new JsonWriter(text).value(Double.NaN));
    }
}
