/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import io.github.bpf4j.compiler.kernel.KernelBpf.Availability;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a test, with the reason, where the host lacks what it needs. */
abstract class AvailabilityCondition implements ExecutionCondition {
    private final Supplier<Availability> availability;

    AvailabilityCondition(Supplier<Availability> availability) {
        this.availability = availability;
    }

    @Override
    public final ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Availability found = availability.get();
        return found.available()
                ? ConditionEvaluationResult.enabled(found.reason())
                : ConditionEvaluationResult.disabled(found.reason());
    }
}
