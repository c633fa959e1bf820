// SPDX-License-Identifier: Apache-2.0
// Copyright 2026 The bpf4j Authors
//
// 1,000 rounds of a 32-bit linear congruential generator (Numerical Recipes' constants), seeded from the packet.

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "GPL";

SEC("lwt_out")
int lcg(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data;
	void *data_end = (void *)(long)skb->data_end;
	if (data + 4 > data_end)
		return 0;
	__u32 x = *(__u32 *)data;
#pragma clang loop unroll(disable)
	for (int i = 0; i < 1000; i++)
		x = x * 1664525 + 1013904223;
	return x;
}
