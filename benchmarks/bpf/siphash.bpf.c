// SPDX-License-Identifier: Apache-2.0
// Copyright 2026 The bpf4j Authors
//
// SipHash-2-4 (Aumasson and Bernstein) of the packet's first 40 bytes under a fixed key.

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "GPL";

#define ROL(x, n) ((x) << (n) | (x) >> (64 - (n)))
#define ROUND() do { \
	v0 += v1; v1 = ROL(v1, 13); v1 ^= v0; v0 = ROL(v0, 32); \
	v2 += v3; v3 = ROL(v3, 16); v3 ^= v2; \
	v0 += v3; v3 = ROL(v3, 21); v3 ^= v0; \
	v2 += v1; v1 = ROL(v1, 17); v1 ^= v2; v2 = ROL(v2, 32); \
} while (0)

SEC("lwt_out")
int siphash(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data;
	void *data_end = (void *)(long)skb->data_end;
	if (data + 40 > data_end)
		return 0;
	const __u64 k0 = 0x0706050403020100ull, k1 = 0x0f0e0d0c0b0a0908ull;
	__u64 v0 = k0 ^ 0x736f6d6570736575ull;
	__u64 v1 = k1 ^ 0x646f72616e646f6dull;
	__u64 v2 = k0 ^ 0x6c7967656e657261ull;
	__u64 v3 = k1 ^ 0x7465646279746573ull;
#pragma clang loop unroll(disable)
	for (int i = 0; i < 40; i += 8) {
		__u64 m = *(__u64 *)(data + i);
		v3 ^= m;
		ROUND();
		ROUND();
		v0 ^= m;
	}
	__u64 last = 40ull << 56;
	v3 ^= last;
	ROUND();
	ROUND();
	v0 ^= last;
	v2 ^= 0xff;
	ROUND();
	ROUND();
	ROUND();
	ROUND();
	__u64 hash = v0 ^ v1 ^ v2 ^ v3;
	return hash ^ hash >> 32;
}
