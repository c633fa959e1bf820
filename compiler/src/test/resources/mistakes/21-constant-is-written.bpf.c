// SPDX-License-Identifier: Apache-2.0
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

const volatile __u32 limit = 1000;

SEC("lwt_in") int adapt(struct __sk_buff *skb)
{
	if (skb->len > limit)
		*(volatile __u32 *)&limit = skb->len;
	return BPF_OK;
}

char _license[] SEC("license") = "GPL";
