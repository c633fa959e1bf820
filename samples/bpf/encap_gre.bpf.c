// SPDX-License-Identifier: Apache-2.0
// Copyright 2026 The bpf4j Authors
//
// Puts an IPv4 header and a GRE header in front of every packet and has it routed again, by its new destination.
// Attach:  ip route add 10.0.0.0/24 encap bpf xmit obj encap_gre.o section lwt_xmit dev tun0

#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct gre_header {
	__be16 flags;
	__be16 protocol;
};

struct outer {
	struct iphdr ip;
	struct gre_header gre;
};

char _license[] SEC("license") = "GPL";

SEC("lwt_xmit")
int encap_gre(struct __sk_buff *skb)
{
	struct outer outer = {
		.ip = {
			.version = 4,
			.ihl = 5,
			.tot_len = bpf_htons(skb->len + sizeof(outer)),
			.ttl = 64,
			.protocol = IPPROTO_GRE,
			.saddr = bpf_htonl(0xAC100001), // 172.16.0.1
			.daddr = bpf_htonl(0xAC100002), // 172.16.0.2
		},
		.gre = { .protocol = skb->protocol },
	};

	// The kernel fills in nothing but the checksum, and that only because it is 0 here.
	if (bpf_lwt_push_encap(skb, BPF_LWT_ENCAP_IP, &outer, sizeof(outer)))
		return BPF_DROP;
	return BPF_LWT_REROUTE;
}
