/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bpf4j.compiler.TestObjects;
import io.github.bpf4j.compiler.btf.BtfType.*;
import io.github.bpf4j.compiler.kernel.LibBpf;
import io.github.bpf4j.compiler.kernel.RequiresLibBpf;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random modules over random kernels, relocated here and by libbpf. What libbpf is known to do differently does not come up: other types with the
 * name of a struct or union, declarations of unions, and embedded structs in the last types of a module.
 */
@RequiresLibBpf
class DistilledBaseComparisonTest {
    private final Random random = new Random(TestObjects.seed());

    /** Types of few names and sizes, so that many are missing or ambiguous. */
    private void add(BtfBuilder b, boolean isDistilled) {
        int size = 4 << random.nextInt(2);
        List<Enumerator> values = isDistilled ? List.of() : List.of(new Enumerator("A", 1));
        String name = String.valueOf((char) ('a' + random.nextInt(isDistilled ? 3 : 6)));
        switch (random.nextInt(7)) {
            case 0 -> b.addInt("i" + name, size, random.nextInt(2));
            case 1 -> b.addFloat("f" + name, size);
            case 2 -> b.addEnum("e" + name, size, false, values);
            case 3 -> b.addStruct("s" + name, size, List.of());
            case 4 -> b.addUnion("u" + name, size, List.of());
            case 5 -> b.addForward("d" + name, false);
            default -> {
                if (isDistilled) {
                    b.addStruct("s" + name, size, List.of());
                } else if (random.nextBoolean()) {
                    b.addStruct("d" + name, size, List.of());
                } else {
                    b.addEnum64("e" + name, size, false, values);
                }
            }
        }
    }

    private Btf types(int count, boolean isDistilled) {
        BtfBuilder b = new BtfBuilder();
        for (int i = 0; i < count; i++) {
            add(b, isDistilled);
        }
        return b.build();
    }

    private byte[] module(Btf distilled) {
        BtfBuilder b = new BtfBuilder(distilled);
        for (int id = 1; id < distilled.size(); id++) {
            int reference = b.addPointer(id);
            if (distilled.type(id) instanceof Composite && random.nextInt(3) == 0) {
                reference = switch (random.nextInt(3)) {
                    case 0 -> id;
                    case 1 -> b.addQualifier(BtfKind.CONST, id);
                    default -> b.addArray(b.addTypedef("t", id), 0, 1);
                };
            }
            b.addStruct("own" + id, 8, List.of(new Member("m", reference, 0, 0)));
        }
        for (int id = 0; id < distilled.size(); id++) {
            b.addFloat("last", 8);
        }
        return b.toByteArray();
    }

    private static @Nullable Btf ours(byte[] module, Btf distilled, Btf kernel) {
        try {
            return Btf.parse(module, distilled.toByteArray(), kernel);
        } catch (BtfFormatException refusal) {
            return null;
        }
    }

    @Test
    void modulesAreRelocatedAsByLibbpf() {
        assumeTrue(LibBpf.canRelocate(), "this libbpf is older than 1.5, which brought btf__relocate");
        int refused = 0;
        int relocated = 0;
        for (int i = 0; i < TestObjects.corruptions() / 4; i++) {
            Btf distilled = types(1 + random.nextInt(3), true);
            Btf kernel = types(random.nextInt(60), false);
            byte[] module = module(distilled);
            Btf ours = ours(module, distilled, kernel);
            byte[] raw = LibBpf.relocate(module, distilled.toByteArray(), kernel.toByteArray());
            String place = "seed %d, case %d".formatted(TestObjects.seed(), i);
            assertEquals(raw == null, ours == null, place);
            if (raw == null || ours == null) {
                refused++;
                continue;
            }
            relocated++;
            Btf theirs = Btf.parse(raw, kernel);
            assertEquals(theirs.size(), ours.size(), place);
            for (int id = kernel.size(); id < theirs.size(); id++) {
                assertEquals(theirs.type(id), ours.type(id), place);
            }
        }
        assertTrue(refused > relocated / 20 && relocated > refused / 20, relocated + " and " + refused);
    }
}
