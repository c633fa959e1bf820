/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bpf4j.compiler.BpfObject;
import io.github.bpf4j.compiler.TestObjects;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.ExecutionContext;
import org.junit.jupiter.api.Test;

/** Typed {@code __ksym} variables: Linux's data, which a JVM does not have. */
class KernelVariableTest {
    private static final ObjectSpec SPEC = ObjectSpec.read(TestObjects.read("kernel_variables.o"));

    @Test
    void weakOnesAreNull() throws Exception {
        ObjectSpec spec = SPEC.withProgram("strong", program -> program.withAutoload(false));
        BpfObject object = BpfObject.load(spec, LoadOptions.of(1));
        assertEquals(40, object.program("weak").run(new ExecutionContext(0), new SkBuff(new byte[40], 0, 40)));
    }

    @Test
    void othersAreRefusedByName() {
        LoadException refused = assertThrows(LoadException.class, () -> BpfObject.load(SPEC, LoadOptions.of(1)));
        assertEquals(
                "program 'strong', function 'strong', instruction 0: kernel variable 'bpf_prog_active' is Linux's own data, which does not"
                        + " exist in a JVM; declare it __weak and test its address",
                refused.getMessage());
    }
}
