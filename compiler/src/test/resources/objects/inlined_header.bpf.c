// SPDX-License-Identifier: Apache-2.0
// Code of two files in one function: class files need a source map (JSR 45) for it.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "inlined_header.h"

SEC("lwt_out")
int reads(struct __sk_buff *skb)
{
	int sum = skb->mark;

	sum += byte_at(skb, 30);
	return sum;
}

char _license[] SEC("license") = "GPL";
