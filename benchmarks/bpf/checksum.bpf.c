// SPDX-License-Identifier: Apache-2.0
// Copyright 2026 The bpf4j Authors
//
// The Internet checksum (RFC 1071) over the whole packet, 20 to 1,500 bytes.

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "GPL";

SEC("lwt_out")
int checksum(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data;
	void *data_end = (void *)(long)skb->data_end;
	__u64 sum = 0;
#pragma clang loop unroll(disable)
	for (int i = 0; i < 750; i++) {
		if (data + 2 > data_end)
			break;
		sum += *(__u16 *)data;
		data += 2;
	}
	if (data + 1 <= data_end)
		sum += *(__u8 *)data;
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}
