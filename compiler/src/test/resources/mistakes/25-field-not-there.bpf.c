// SPDX-License-Identifier: Apache-2.0
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

struct __sk_buff { __u32 len; __u32 colour; } __attribute__((preserve_access_index));

SEC("lwt_in") int paint(struct __sk_buff *skb)
{
	return skb->colour == 7 ? 2 : 0;
}

char _license[] SEC("license") = "GPL";
