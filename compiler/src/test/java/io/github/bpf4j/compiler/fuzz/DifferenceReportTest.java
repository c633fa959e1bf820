/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DifferenceReportTest {
    @Test
    void numbersDoNotMakeAClass() {
        assertEquals(
                "invalid access to packet, off=N size=N, R#(id=N,off=N,r=N)",
                DifferenceReport.normalised("invalid access to packet, off=15 size=1, R5(id=2,off=-15,r=0)"));
        assertEquals("var_off=(N; N)", DifferenceReport.normalised("var_off=(0x0; 0x1f)"));
    }

    @Test
    void classesAreCountedExplainedAndShown() {
        DifferenceReport report = new DifferenceReport();
        report.rejectedThere("R1 !read_ok", "long program");
        report.rejectedThere("R2 !read_ok", "program");
        report.rejectedThere("R3 !read_ok", "short");
        report.rejectedHere("NotDereferenceable", "R1 invalid mem access 'map_ptr'", "r1 = map[values]");
        assertEquals(4, report.total());
        String text = report.text();
        assertTrue(text.contains("| 3 | bpf4j accepts, Linux rejects: R# !read_ok | not explained yet |\n"), text);
        assertTrue(
                text.contains(
                        "| 1 | Linux accepts, bpf4j rejects (NotDereferenceable): R# invalid mem access 'map_ptr' |"
                                + " most fields of struct bpf_map exist inside Linux only |\n"),
                text);
        assertTrue(text.contains("R3 !read_ok\nshort\n") && !text.contains("long program"), text);
    }
}
