/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class NumberedObjectsTest {
    @Test
    void objectsAreFoundByTheirNumbersWhileTheyLive() {
        NumberedObjects<Object> objects = new NumberedObjects<>();
        Object kept = new Object();
        objects.register(1, kept);
        for (int number = 2; number < 5000; number++) {
            objects.register(number, new Object());
        }
        GarbageCollection.until(() -> objects.find(4999) == null);
        assertNull(objects.find(4999), "it is not kept alive");
        assertSame(kept, objects.find(1));
        assertNull(objects.find(0));
        objects.register(0x2000, kept); // a number at which those that are gone are cleared away
        assertEquals(2, objects.size());
    }
}
