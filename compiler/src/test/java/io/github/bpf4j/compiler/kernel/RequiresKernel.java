/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** A test, or all tests of a class, that compare with the host kernel; skipped, with the reason, where bpf(2) is out of reach. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("kernel")
@ExtendWith(RequiresKernel.Condition.class)
public @interface RequiresKernel {
    /** Asks {@link KernelBpf#availability()}. */
    final class Condition extends AvailabilityCondition {
        Condition() {
            super(KernelBpf::availability);
        }
    }
}
