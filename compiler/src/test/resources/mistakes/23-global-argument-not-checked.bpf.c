// SPDX-License-Identifier: Apache-2.0
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct limits { __u32 low, high; };

__attribute__((noinline)) int inside(struct limits *limits, __u32 value)
{
	asm volatile("" : "+r"(value));
	return value >= limits->low && value <= limits->high;
}

SEC("lwt_in") int check(struct __sk_buff *skb)
{
	struct limits limits = { 64, 1500 };

	return inside(&limits, skb->len) ? BPF_OK : BPF_DROP;
}

char _license[] SEC("license") = "GPL";
