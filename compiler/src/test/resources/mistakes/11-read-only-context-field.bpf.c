// SPDX-License-Identifier: Apache-2.0
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

SEC("lwt_xmit") int shorten(struct __sk_buff *skb)
{
	skb->len = 20;
	return BPF_OK;
}

char _license[] SEC("license") = "GPL";
