// SPDX-License-Identifier: Apache-2.0
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

SEC("lwt_out") int rewrite(struct __sk_buff *skb)
{
	__u8 ttl = 1;

	bpf_skb_store_bytes(skb, 8, &ttl, sizeof(ttl), 0);
	return BPF_OK;
}

char _license[] SEC("license") = "GPL";
