/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class HelperTableTest {
    @Test
    void offersAsManyHelpersPerTypeAsLinux() {
        assertEquals(90, count(ProgramType.LWT_IN));
        assertEquals(89, count(ProgramType.LWT_OUT));
        assertEquals(104, count(ProgramType.LWT_XMIT));
        assertEquals(92, count(ProgramType.LWT_SEG6LOCAL));
        assertEquals(0, count(ProgramType.RAW));
    }

    private static long count(ProgramType type) {
        return HelperTable.rows().stream()
                .filter(row -> row.programTypes().contains(type))
                .count();
    }

    @Test
    void findsRowsByNumberTypeAndName() {
        Helper load = Objects.requireNonNull(HelperTable.byId(26));
        assertEquals("bpf_skb_load_bytes", load.name());
        assertEquals(load, HelperTable.byName("bpf_skb_load_bytes"));
        assertNull(HelperTable.byId(9, ProgramType.LWT_IN));
        assertNotNull(HelperTable.byId(9, ProgramType.LWT_XMIT));
        assertNull(HelperTable.byName("bpf_skb_vlan_push"));
        assertNull(HelperTable.byId(-1));
        assertNull(HelperTable.byId(212));
    }

    @Test
    void namesHelpersOfOtherTypes() {
        assertEquals("bpf_unspec", HelperTable.nameOf(0));
        assertEquals("bpf_sk_release", HelperTable.nameOf(86));
        assertEquals("bpf_cgrp_storage_delete", HelperTable.nameOf(211));
        assertNull(HelperTable.nameOf(212));
        assertNull(HelperTable.nameOf(-1));
    }

    @Test
    void numbersKfuncsFromOne() {
        assertNull(KfuncTable.byId(0));
        assertEquals(85, KfuncTable.rows().size());
        for (Kfunc row : KfuncTable.rows()) {
            assertEquals(row, KfuncTable.byId(row.id()));
            assertEquals(row, KfuncTable.byName(row.name()));
        }
        assertTrue(KfuncTable.isOfOtherTypes("bpf_obj_new_impl"));
    }

    @Test
    void namesIteratorsOfKfuncs() {
        assertEquals(
                "num",
                Objects.requireNonNull(KfuncTable.byName("bpf_iter_num_next")).iterator());
        assertEquals(
                "css_task",
                Objects.requireNonNull(KfuncTable.byName("bpf_iter_css_task_new"))
                        .iterator());
        assertNull(Objects.requireNonNull(KfuncTable.byName("bpf_dynptr_size")).iterator());
    }

    @Test
    void rejectionsSayWhy() {
        Stream.<KernelFunction>concat(HelperTable.rows().stream(), KfuncTable.rows().stream())
                .forEach(row -> assertEquals(
                        row.support() == Support.SAME_AS_LINUX, row.note().isEmpty(), row.name()));
    }

    @TestFactory
    Stream<DynamicTest> methodsHaveTheParametersThatTheRowPrescribes() {
        return Stream.<KernelFunction>concat(HelperTable.rows().stream(), KfuncTable.rows().stream())
                .filter(row -> row.implementation() != null)
                .map(row -> DynamicTest.dynamicTest(
                        row.name(),
                        () -> checkMethod(
                                row.name(), Objects.requireNonNull(row.implementation()), row.args(), row.returns())));
    }

    private static void checkMethod(
            String name, Implementation implementation, List<ArgType> args, ReturnType returns) {
        List<Method> methods = Arrays.stream(implementation.owner().getDeclaredMethods())
                .filter(m -> m.getName().equals(implementation.method()))
                .toList();
        assertEquals(1, methods.size(), name + " needs exactly one method " + implementation);
        Method method = methods.getFirst();
        assertTrue(Modifier.isPublic(implementation.owner().getModifiers()), name + ": class must be public");
        assertTrue(Modifier.isPublic(method.getModifiers()) && Modifier.isStatic(method.getModifiers()), name);
        List<Class<?>> expected = new ArrayList<>();
        expected.add(ExecutionContext.class);
        for (ArgType arg : args) {
            expected.addAll(arg.kind().passing().parameters());
        }
        assertEquals(expected, List.of(method.getParameterTypes()), name);
        assertEquals(returns == ReturnType.VOID ? void.class : long.class, method.getReturnType(), name);
    }
}
