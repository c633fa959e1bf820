/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.TestObjects;
import io.github.bpf4j.compiler.btf.BtfType.Member;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.runtime.map.IpPrefix;
import io.github.bpf4j.runtime.map.MapCodec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BtfCodecTest {
    private static final Btf BTF = Objects.requireNonNull(
            ObjectSpec.read(TestObjects.read("map_values.o")).btf());

    /** {@code enum colour}. */
    public enum Colour {
        RED,
        GREEN,
        BLUE
    }

    /** {@code struct inner}. */
    public record Inner(short port, byte letter, byte small, byte[] bytes) {}

    /** {@code struct key}, its address as the {@code __be32} it is. */
    public record Key(InetAddress address, int port, byte protocol) {}

    /** A part of {@code struct rich}, in another order and by Java's names. */
    public record Part(
            int signedBits,
            long count,
            String name,
            boolean flag,
            Colour colour,
            String size,
            long noColour,
            Inner in,
            Inner[] several,
            int[][] matrix,
            long pointer,
            BigInteger unsignedWide,
            byte[] parts,
            long manyBits,
            Map<String, Object> either) {}

    private static byte[] encode(MapCodec<?> codec, Object value) {
        byte[] bytes = new byte[codec.size()];
        raw(codec).encode(value, MemorySegment.ofArray(bytes), 0);
        return bytes;
    }

    @SuppressWarnings("unchecked") // the tests give values of the right class, or want to see what happens otherwise
    private static MapCodec<Object> raw(MapCodec<?> codec) {
        return (MapCodec<Object>) codec;
    }

    private static <T> T decode(MapCodec<T> codec, byte[] bytes) {
        return codec.decode(MemorySegment.ofArray(bytes), 0);
    }

    private static Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("count", 46);
        values.put("name", "eth0");
        values.put("signed_bits", -7);
        values.put("flag", true);
        values.put("colour", Colour.BLUE);
        values.put("no_colour", 77);
        values.put("size", "LARGE");
        values.put("in", Map.of("port", 0xfffe, "bytes", new byte[] {1, 2, 3}));
        values.put("several", List.of(Map.of(), Map.of("letter", (byte) 'x')));
        values.put("word", 0x01020304L);
        values.put("either", Map.of("half", 9));
        values.put("pointer", -1L);
        values.put("unsigned_wide", BigInteger.ONE.shiftLeft(127));
        values.put("matrix", new int[][] {{1, 2, 3}, {4, 5, -6}});
        values.put("letters", "abc");
        values.put("many_bits", 0x1_ffff_ffffL);
        return values;
    }

    @Test
    void recordsMirrorStructsByName() {
        byte[] bytes = encode(BtfCodec.of(BTF, "struct rich", Map.class), values());
        Part part = decode(BtfCodec.of(BTF, "struct rich", Part.class), bytes);
        assertEquals(-7, part.signedBits);
        assertEquals(46, part.count);
        assertEquals("eth0", part.name);
        assertEquals(true, part.flag);
        assertEquals(Colour.BLUE, part.colour);
        assertEquals("LARGE", part.size);
        assertEquals(77, part.noColour);
        assertEquals((short) 0xfffe, part.in.port);
        assertArrayEquals(new byte[] {1, 2, 3}, part.in.bytes);
        assertEquals('x', part.several[1].letter);
        assertArrayEquals(new int[] {4, 5, -6}, part.matrix[1]);
        assertEquals(-1, part.pointer);
        assertEquals(BigInteger.ONE.shiftLeft(127), part.unsignedWide);
        assertArrayEquals(new byte[] {4, 3, 2, 1}, part.parts);
        assertEquals(0x1_ffff_ffffL, part.manyBits);
        assertEquals(BigInteger.valueOf(9), part.either.get("number"));
    }

    @Test
    void namesLeadToValues() {
        byte[] bytes = encode(BtfCodec.of(BTF, "struct rich", Map.class), values());
        Map<?, ?> decoded = decode(BtfCodec.of(BTF, "struct rich", Map.class), bytes);
        assertEquals(
                "{count=46, negative=0, name=eth0, low=0, high=0, signed_bits=-7, flag=true, colour=BLUE, no_colour=77,"
                        + " size=LARGE, in={port=65534, letter=0, small=0, bytes=[1, 2, 3]}, several=[{port=0, letter=0,"
                        + " small=0, bytes=[0, 0, 0]}, {port=0, letter=120, small=0, bytes=[0, 0, 0]}], word=16909060,"
                        + " parts=[4, 3, 2, 1], either={number=9, half=9}, pointer=18446744073709551615, wide=0,"
                        + " unsigned_wide=170141183460469231731687303715884105728, matrix=[[1, 2, 3], [4, 5, 4294967290]],"
                        + " letters=abc, empty=, many_bits=8589934591}",
                decoded.toString());
    }

    @Test
    void whatIsDecodedCanBeEncodedAgain() {
        long seed = 17;
        Random random = new Random(seed);
        for (String type : List.of("struct rich", "struct inner", "struct key", "struct prefix", "enum colour")) {
            BtfCodec<Object> codec = BtfCodec.of(BTF, type, Object.class);
            for (int i = 0; i < 200; i++) {
                byte[] bytes = new byte[codec.size()];
                random.nextBytes(bytes);
                Object decoded = decode(codec, bytes);
                assertEquals(decoded, decode(codec, encode(codec, decoded)), "seed " + seed);
            }
        }
    }

    @Test
    void recordsAreWrittenIfTheyAreWhole() throws Exception {
        BtfCodec<Key> keys = BtfCodec.of(BTF, "struct key", Key.class);
        Key key = new Key(InetAddress.getByName("10.0.0.1"), 8080, (byte) 6);
        byte[] bytes = encode(keys, key);
        assertArrayEquals(new byte[] {10, 0, 0, 1, (byte) 0x90, 0x1f, 6, 0}, bytes);
        assertEquals(key, decode(keys, bytes));
        assertEquals(4, keys.alignment());
        BtfCodec<Part> parts = BtfCodec.of(BTF, "struct rich", Part.class);
        Part part = decode(parts, new byte[parts.size()]);
        assertEquals(
                "Part cannot be written: it leaves out [negative, low, high, word, wide, letters, empty]",
                assertThrows(UnsupportedOperationException.class, () -> encode(parts, part))
                        .getMessage());
    }

    @Test
    void triesHavePrefixesAsKeys() {
        BtfCodec<IpPrefix> codec = BtfCodec.of(BTF, "struct prefix", IpPrefix.class);
        byte[] bytes = encode(codec, IpPrefix.parse("10.0.1.0/24"));
        assertArrayEquals(new byte[] {24, 0, 0, 0, 10, 0, 1, 0}, bytes);
        assertEquals("10.0.1.0/24", decode(codec, bytes).toString());
        assertEquals(
                "IpPrefix is IpPrefix in Java, which takes a length of 4 bytes and an address of 4 or 16, not enum"
                        + " colour of 4 bytes",
                assertThrows(IllegalArgumentException.class, () -> BtfCodec.of(BTF, "enum colour", IpPrefix.class))
                        .getMessage());
    }

    /** Has no member. */
    public record Unknown(int nothing) {}

    /** Is too narrow. */
    public record Narrow(int count) {}

    /** Is something else. */
    public record Other(String negative) {}

    @Test
    void recordsThatDoNotFitAreRefused() {
        assertEquals(
                "Narrow.count is int in Java, which cannot hold int unsigned long long of 8 bytes",
                refused(Narrow.class));
        assertEquals("Other.negative is String in Java, which cannot hold int int of 4 bytes", refused(Other.class));
        String message = refused(Unknown.class);
        assertEquals(
                "Unknown.nothing has no member in struct rich; there are [count, negative, name,",
                message.substring(0, 79));
        assertEquals(
                "the object has no type struct nope; clang keeps only types that something uses: declare a variable,"
                        + " const struct nope *unused __attribute__((unused));",
                assertThrows(IllegalArgumentException.class, () -> BtfCodec.of(BTF, "struct nope", Map.class))
                        .getMessage());
    }

    private static String refused(Class<?> type) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> BtfCodec.of(BTF, "struct rich", type))
                .getMessage());
    }

    @Test
    void valuesThatDoNotFitAreRefused() {
        BtfCodec<?> codec = BtfCodec.of(BTF, "struct rich", Map.class);
        Map<Map<String, Object>, String> wrong = Map.ofEntries(
                Map.entry(Map.of("low", 8), "low: 8 does not fit 3 bits"),
                Map.entry(Map.of("signed_bits", -17), "signed_bits: -17 does not fit 5 bits"),
                Map.entry(Map.of("in", Map.of("port", 65536)), "in.port: 65536 does not fit 16 bits"),
                Map.entry(Map.of("colour", "PINK"), "colour: enum colour has no enumerator PINK"),
                Map.entry(Map.of("name", "eth012345"), "name: 9 bytes of text for an array of 8"),
                Map.entry(
                        Map.of("several", List.of(Map.of(), Map.of("small", "x"))),
                        "several[1].small: x (String) is no integer"),
                Map.entry(Map.of("matrix", new int[][] {{1}, {2}, {3}}), "matrix: 3 elements for an array of 2"),
                Map.entry(Map.of("count", 1.5), "count: 1.5 (Double) is no integer"),
                Map.entry(Map.of("in", 7), "in: 7 (Integer) is not of its type"),
                Map.entry(Map.of("nothing", 1), "struct rich has no member [nothing]"),
                Map.entry(
                        Map.of("word", 1, "parts", List.of(2)),
                        "parts[0]: members of a union contradict each other: give one of them"));
        wrong.forEach((value, message) -> assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> encode(codec, value))
                        .getMessage()));
    }

    /** Structs that claim far more values than they have bytes: time and memory stay small. */
    @Test
    void craftedTypesCostLittle() {
        BtfBuilder builder = new BtfBuilder();
        int number = builder.addInt("int", 4, 0);
        int type = builder.addUnion("", 4, List.of(new Member("a", number, 0, 0), new Member("b", number, 0, 0)));
        for (int i = 0; i < 40; i++) {
            type = builder.addUnion("", 4, List.of(new Member("", type, 0, 0), new Member("", type, 0, 0)));
        }
        int unnamed = builder.addStruct("unnamed", 4, List.of(new Member("", type, 0, 0)));
        int named = number;
        for (int i = 0; i < 40; i++) {
            named = builder.addUnion("u", 4, List.of(new Member("a", named, 0, 0), new Member("b", named, 0, 0)));
        }
        int empty = builder.addStruct("empty", 0, List.of());
        int many = builder.addArray(empty, number, 0xffff_ffffL);
        Btf btf = builder.build();
        assertEquals(
                Map.of("a", BigInteger.ONE, "b", BigInteger.ONE),
                new BtfDecoder(btf, ValueForm.JAVA).decode(unnamed, new byte[] {1, 0, 0, 0}, 0));
        assertEquals(List.of(), decode(BtfCodec.of(btf, many, Object.class), new byte[0]));
        String text = decode(BtfCodec.of(btf, named, Object.class), new byte[4]).toString();
        assertTrue(text.length() < 1_000_000, () -> text.length() + " characters");
    }

    @Test
    void memoryIsReadAtAnyOffset() {
        BtfCodec<Key> codec = BtfCodec.of(BTF, "struct key", Key.class);
        byte[] bytes = new byte[19];
        bytes[11] = 127;
        bytes[14] = 1;
        bytes[17] = 17;
        Key key = codec.decode(MemorySegment.ofArray(bytes), 11);
        assertEquals("127.0.0.1", key.address.getHostAddress());
        assertEquals(17, key.protocol);
        MemorySegment other = MemorySegment.ofArray(new byte[19]);
        codec.encode(key, other, 11);
        assertArrayEquals(bytes, other.toArray(ValueLayout.JAVA_BYTE));
    }
}
