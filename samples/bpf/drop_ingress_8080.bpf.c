// SPDX-License-Identifier: Apache-2.0
// Copyright 2026 The bpf4j Authors
//
// Drops received TCP segments from 10.0.0.3 whose destination port is 8080.
// Attach:  ip route replace table local local 10.0.0.2/32 encap bpf headroom 14 \
//              in obj drop_ingress_8080.o section lwt_in dev tun0
// Run:     bpf4j run drop_ingress_8080.o --in capture.pcap

#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define TARGET_IP 0x0A000003 // 10.0.0.3

char _license[] SEC("license") = "GPL";

SEC("lwt_in")
int drop_ingress_port_8080(struct __sk_buff *skb)
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

	if (ip->saddr != bpf_htonl(TARGET_IP) || bpf_ntohs(tcp->dest) != 8080)
		return BPF_OK;

	bpf_printk("Dropping ingress packet to port 8080 for IP 10.0.0.3\n");
	return BPF_DROP;
}
