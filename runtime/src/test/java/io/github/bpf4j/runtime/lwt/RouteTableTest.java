/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.lwt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {
    private final RouteTable table = new RouteTable();

    private Route put(String prefix) {
        Route route = Route.to(IpPrefix.parse(prefix), 1).build();
        table.put(route);
        return route;
    }

    private @Nullable Route lookup(String address) {
        IpPrefix prefix = IpPrefix.parse(address);
        return prefix.ipv6()
                ? table.lookupIpv6(prefix.high(), prefix.low())
                : table.lookupIpv4((int) (prefix.high() >>> 32));
    }

    @Test
    void longestPrefixWins() {
        Route any = put("0.0.0.0/0");
        Route ten = put("10.0.0.0/8");
        Route host = put("10.0.0.3/32");
        Route net = put("10.0.0.0/24");
        assertSame(host, lookup("10.0.0.3"));
        assertSame(net, lookup("10.0.0.2"));
        assertSame(ten, lookup("10.1.0.3"));
        assertSame(any, lookup("192.168.0.1"));
        assertNull(lookup("fd00::1"), "families do not mix");
        table.remove(IpPrefix.parse("10.0.0.0/24"));
        assertSame(ten, lookup("10.0.0.2"));
        assertSame(host, lookup("10.0.0.3"));
        Route replaced = put("10.0.0.3/32");
        assertSame(replaced, lookup("10.0.0.3"));
    }

    @Test
    void ipv6() {
        Route net = put("fd00:0:0:1::/64");
        Route half = put("fd00:0:0:1:8000::/65");
        Route host = put("fd00:0:0:1::5");
        assertSame(host, lookup("fd00:0:0:1::5"));
        assertSame(half, lookup("fd00:0:0:1:ffff::5"));
        assertSame(net, lookup("fd00:0:0:1::6"));
        assertNull(lookup("fd00:0:0:2::"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void behavesLikeAScanOfAllPrefixes(boolean ipv6) {
        long seed = 11;
        Random random = new Random(seed);
        Map<IpPrefix, Route> model = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            int length = random.nextInt(ipv6 ? 129 : 33);
            IpPrefix prefix = new IpPrefix(ipv6, dense(random, ipv6), ipv6 ? random.nextInt(8) : 0, length);
            if (random.nextInt(3) == 0) {
                assertEquals(
                        model.remove(prefix) != null,
                        table.remove(prefix),
                        "seed " + seed + " step " + step + " removes " + prefix);
            } else {
                Route route = Route.to(prefix, 1).build();
                model.put(prefix, route);
                table.put(route);
            }
            long high = dense(random, ipv6);
            long low = ipv6 ? random.nextInt(8) : 0;
            Route found = ipv6 ? table.lookupIpv6(high, low) : table.lookupIpv4((int) (high >>> 32));
            assertSame(scan(model, ipv6, high, low), found, "seed " + seed + " step " + step);
        }
    }

    /** Few distinct addresses, so that prefixes nest. */
    private static long dense(Random random, boolean ipv6) {
        long value = 0;
        for (int i = 0; i < 3; i++) {
            value |= 1L << 32 + random.nextInt(32) | (ipv6 ? 1L << random.nextInt(32) : 0);
        }
        return value;
    }

    private static @Nullable Route scan(Map<IpPrefix, Route> model, boolean ipv6, long high, long low) {
        for (int length = ipv6 ? 128 : 32; length >= 0; length--) {
            Route route = model.get(new IpPrefix(ipv6, high, low, length));
            if (route != null) {
                return route;
            }
        }
        return null;
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.3, 10.0.0.3/32",
        "10.1.2.3/8, 10.0.0.0/8",
        "::/0, 0:0:0:0:0:0:0:0/0",
        "fd00::1/64, fd00:0:0:0:0:0:0:0/64"
    })
    void prefixText(String text, String canonical) {
        assertEquals(canonical, IpPrefix.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10",
                "10.0.0",
                "example",
                "10.0.0.1/33",
                "10.0.0.1/-1",
                "10.0.0.1/x",
                "fd00::/129",
                "1.2.3.400",
                ":::",
                "/8",
                "face"
            })
    void noPrefix(String text) {
        assertThrows(IllegalArgumentException.class, () -> IpPrefix.parse(text));
    }
}
