/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FormatCharactersTest {
    private static String ascii(IntPredicate in) {
        return IntStream.range(0, 128).filter(in).mapToObj(Character::toString).collect(Collectors.joining());
    }

    private static String latin1(IntPredicate in) {
        return IntStream.range(128, 256)
                .filter(in)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    @Test
    void classesOfAscii() {
        assertEquals("0123456789", ascii(FormatCharacters::isDigit));
        assertEquals(
                "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", ascii(FormatCharacters::isAlnum));
        assertEquals("\t\n\013\f\r ", ascii(FormatCharacters::isSpace));
        assertEquals("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", ascii(FormatCharacters::isPunct));
    }

    @Test
    void theUpperHalfIsLatin1() {
        assertEquals("", latin1(FormatCharacters::isForbidden));
        assertEquals("\u00a0", latin1(FormatCharacters::isSpace));
        assertEquals(
                "¡¢£¤¥¦§¨©ª«¬\u00ad®¯°±²³´µ¶·¸¹º»¼½¾¿×÷",
                latin1(FormatCharacters::isPunct),
                "but letters all the others");
    }
}
