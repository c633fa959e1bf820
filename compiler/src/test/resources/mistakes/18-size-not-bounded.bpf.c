// SPDX-License-Identifier: Apache-2.0
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

SEC("lwt_in") int peek(struct __sk_buff *skb)
{
	char buffer[64];

	if (bpf_skb_load_bytes(skb, 0, buffer, skb->len))
		return BPF_OK;
	return buffer[0] == 0x45 ? BPF_DROP : BPF_OK;
}

char _license[] SEC("license") = "GPL";
