// SPDX-License-Identifier: Apache-2.0
// Copyright 2026 The bpf4j Authors
//
// Sends TCP segments for 10.0.0.3:8080 to 10.0.0.4:80 instead, and keeps both checksums right.
// Attach:  ip route add 10.0.0.3/32 encap bpf xmit obj dnat.o section lwt_xmit dev tun0

#include <stddef.h>
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define OLD_ADDRESS bpf_htonl(0x0A000003) // 10.0.0.3
#define NEW_ADDRESS bpf_htonl(0x0A000004) // 10.0.0.4
#define OLD_PORT bpf_htons(8080)
#define NEW_PORT bpf_htons(80)

char _license[] SEC("license") = "GPL";

SEC("lwt_xmit")
int dnat(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data;
	void *data_end = (void *)(long)skb->data_end;
	struct iphdr *ip = data;

	if (skb->protocol != bpf_htons(0x0800) || (void *)(ip + 1) > data_end)
		return BPF_OK;
	if (ip->protocol != IPPROTO_TCP || ip->daddr != OLD_ADDRESS)
		return BPF_OK;
	if (ip->frag_off & bpf_htons(0x1fff)) // a later fragment has no TCP header
		return BPF_OK;

	__u32 header = ip->ihl * 4;
	struct tcphdr *tcp = data + header;

	if ((void *)(tcp + 1) > data_end || tcp->dest != OLD_PORT)
		return BPF_OK;

	__u32 old_address = OLD_ADDRESS, new_address = NEW_ADDRESS;
	__u32 l4_check = header + offsetof(struct tcphdr, check);

	// From the first helper on, the packet pointers above are invalid.
	if (bpf_l4_csum_replace(skb, l4_check, old_address, new_address, BPF_F_PSEUDO_HDR | 4) ||
	    bpf_l4_csum_replace(skb, l4_check, OLD_PORT, NEW_PORT, 2) ||
	    bpf_l3_csum_replace(skb, offsetof(struct iphdr, check), old_address, new_address, 4))
		return BPF_DROP;

	__u16 port = NEW_PORT;

	if (bpf_skb_store_bytes(skb, offsetof(struct iphdr, daddr), &new_address, 4, 0) ||
	    bpf_skb_store_bytes(skb, header + offsetof(struct tcphdr, dest), &port, 2, 0))
		return BPF_DROP;
	return BPF_OK;
}
