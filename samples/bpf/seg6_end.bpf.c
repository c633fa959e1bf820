// SPDX-License-Identifier: Apache-2.0
// Copyright 2026 The bpf4j Authors
//
// An SRv6 endpoint (End.BPF): writes a tag into the segment routing header and forwards to the next segment.
// Attach:  ip -6 route add fdb0::/64 encap seg6local action End.BPF endpoint obj seg6_end.o section lwt_seg6local dev tun0

#include <stddef.h>
#include <linux/bpf.h>
#include <linux/ipv6.h>
#include <linux/seg6.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define TAG 0x0bf4

char _license[] SEC("license") = "GPL";

SEC("lwt_seg6local")
int seg6_tag(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data;
	void *data_end = (void *)(long)skb->data_end;
	struct ipv6hdr *ip = data;
	struct ipv6_sr_hdr *srh = (void *)(ip + 1);

	if ((void *)(srh + 1) > data_end || ip->nexthdr != 43 || srh->type != 4)
		return BPF_DROP;

	__be16 tag = bpf_htons(TAG);

	if (bpf_lwt_seg6_store_bytes(skb, sizeof(*ip) + offsetof(struct ipv6_sr_hdr, tag), &tag, sizeof(tag)))
		return BPF_DROP;
	return BPF_OK;
}
