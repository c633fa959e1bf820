// SPDX-License-Identifier: Apache-2.0
// Copyright 2026 The bpf4j Authors
//
// The port-8080 dropper of the samples without its trace message, which no other yardstick has.

#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "GPL";

SEC("lwt_out")
int dropper(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data;
	void *data_end = (void *)(long)skb->data_end;

	struct iphdr *ip = data;
	if ((void *)(ip + 1) > data_end)
		return BPF_OK;
	if (ip->protocol != IPPROTO_TCP)
		return BPF_OK;

	struct tcphdr *tcp = data + ip->ihl * 4;
	if ((void *)(tcp + 1) > data_end)
		return BPF_OK;

	return bpf_ntohs(tcp->dest) == 8080 ? BPF_DROP : BPF_OK;
}
