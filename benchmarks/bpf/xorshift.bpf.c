// SPDX-License-Identifier: Apache-2.0
// Copyright 2026 The bpf4j Authors
//
// 1,000 rounds of Marsaglia's 64-bit xorshift, seeded from the packet's first eight bytes.

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "GPL";

SEC("lwt_out")
int xorshift(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data;
	void *data_end = (void *)(long)skb->data_end;
	if (data + 8 > data_end)
		return 0;
	__u64 x = *(__u64 *)data | 1;
#pragma clang loop unroll(disable)
	for (int i = 0; i < 1000; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
	}
	return x ^ x >> 32;
}
