// SPDX-License-Identifier: Apache-2.0
// Copyright 2026 The bpf4j Authors
//
// Drops locally sent and forwarded TCP segments whose destination port is 8080.
// Attach:  ip route add 10.0.0.3/32 encap bpf out obj drop_egress_8080.o section lwt_out dev tun0
// Run:     bpf4j run drop_egress_8080.o --in capture.pcap

#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "GPL";

SEC("lwt_out")
int drop_egress_port_8080(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data;
	void *data_end = (void *)(long)skb->data_end;

	// The packet begins at the IP header: at this hook there is no link header yet.
	struct iphdr *ip = data;
	if ((void *)(ip + 1) > data_end)
		return BPF_OK;
	if (ip->protocol != IPPROTO_TCP)
		return BPF_OK;

	// ihl counts 32-bit words: options move the TCP header by up to 40 bytes.
	struct tcphdr *tcp = data + ip->ihl * 4;
	if ((void *)(tcp + 1) > data_end)
		return BPF_OK;

	if (bpf_ntohs(tcp->dest) == 8080) {
		bpf_printk("Dropping egress packet to port 8080\n");
		return BPF_DROP;
	}
	return BPF_OK;
}
