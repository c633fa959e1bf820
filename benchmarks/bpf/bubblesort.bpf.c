// SPDX-License-Identifier: Apache-2.0
// Copyright 2026 The bpf4j Authors
//
// Bubble sort of 64 32-bit words on the stack, copied from the packet; the result mixes all positions.

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "GPL";

#define WORDS 64
#define opaque(variable) asm volatile("" : "+r"(variable))

SEC("lwt_out")
int bubblesort(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data;
	void *data_end = (void *)(long)skb->data_end;
	__u32 a[WORDS];
	if (data + sizeof(a) > data_end)
		return 0;
#pragma clang loop unroll(disable)
	for (__u64 i = 0; i < WORDS; i++) {
		a[i] = ((__u32 *)data)[i];
		opaque(i); // or it becomes an unrolled memcpy
	}
#pragma clang loop unroll(disable)
	for (int end = WORDS - 1; end > 0; end--) {
#pragma clang loop unroll(disable)
		for (int i = 0; i < end; i++) {
			__u32 x = a[i], y = a[i + 1];
			// What keeps the verifier's work linear: the difference tells it nothing about x and y,
			// and both outcomes store the same two slots.
			__s64 difference = (__s64)x - y;
			opaque(difference);
			__u32 low = difference > 0 ? y : x;
			__u32 high = difference > 0 ? x : y;
			a[i] = low;
			a[i + 1] = high;
		}
	}
	__u32 result = 0;
#pragma clang loop unroll(disable)
	for (int i = 0; i < WORDS; i++)
		result = result * 31 + a[i];
	return result;
}
