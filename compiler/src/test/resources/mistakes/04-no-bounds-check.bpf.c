// SPDX-License-Identifier: Apache-2.0
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

SEC("lwt_out") int drop(struct __sk_buff *skb)
{
	struct iphdr *iph = (void *)(long)skb->data;

	return iph->protocol == IPPROTO_UDP ? BPF_DROP : BPF_OK;
}

char _license[] SEC("license") = "GPL";
