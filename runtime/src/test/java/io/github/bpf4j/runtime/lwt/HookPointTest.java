/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.lwt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HookPointTest {
    @ParameterizedTest
    @CsvSource({
        "0,   CONTINUE, CONTINUE, CONTINUE, CONTINUE",
        "2,   DROP,     DROP,     DROP,     DROP",
        "7,   CONTINUE, CONTINUE, REDIRECT, REDIRECT",
        "128, REROUTE,  CONTINUE, REROUTE,  ILLEGAL",
        "1,   ILLEGAL,  ILLEGAL,  ILLEGAL,  ILLEGAL",
        "3,   ILLEGAL,  ILLEGAL,  ILLEGAL,  ILLEGAL",
        "256, ILLEGAL,  ILLEGAL,  ILLEGAL,  ILLEGAL",
        "-1,  ILLEGAL,  ILLEGAL,  ILLEGAL,  ILLEGAL",
    })
    void returnCodesAsOnLinux(int verdict, HookAction in, HookAction out, HookAction xmit, HookAction seg6local) {
        assertEquals(in, HookPoint.IN.action(verdict));
        assertEquals(out, HookPoint.OUT.action(verdict));
        assertEquals(xmit, HookPoint.XMIT.action(verdict));
        assertEquals(seg6local, HookPoint.SEG6LOCAL.action(verdict));
    }
}
