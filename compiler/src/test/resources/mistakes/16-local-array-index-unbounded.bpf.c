// SPDX-License-Identifier: Apache-2.0
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

SEC("lwt_in") int pick(struct __sk_buff *skb)
{
	volatile __u8 weights[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };

	return weights[skb->mark] > 4 ? BPF_DROP : BPF_OK;
}

char _license[] SEC("license") = "GPL";
