// SPDX-License-Identifier: Apache-2.0
// Copyright 2026 The bpf4j Authors
//
// Bob Jenkins' lookup3 hash over the 5-tuple of an IPv4 packet without options: addresses, ports, protocol.

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "GPL";

#define ROL(x, n) ((x) << (n) | (x) >> (32 - (n)))

SEC("lwt_out")
int jhash(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data;
	void *data_end = (void *)(long)skb->data_end;
	if (data + 24 > data_end)
		return 0;
	__u32 a = 0xdeadbeef + (4 << 2), b = a, c = a;
	a += *(__u32 *)(data + 12);
	b += *(__u32 *)(data + 16);
	c += *(__u32 *)(data + 20);

	// mix
	a -= c; a ^= ROL(c, 4); c += b;
	b -= a; b ^= ROL(a, 6); a += c;
	c -= b; c ^= ROL(b, 8); b += a;
	a -= c; a ^= ROL(c, 16); c += b;
	b -= a; b ^= ROL(a, 19); a += c;
	c -= b; c ^= ROL(b, 4); b += a;

	a += *(__u8 *)(data + 9);

	// final
	c ^= b; c -= ROL(b, 14);
	a ^= c; a -= ROL(c, 11);
	b ^= a; b -= ROL(a, 25);
	c ^= b; c -= ROL(b, 16);
	a ^= c; a -= ROL(c, 4);
	b ^= a; b -= ROL(a, 14);
	c ^= b; c -= ROL(b, 24);
	return c;
}
