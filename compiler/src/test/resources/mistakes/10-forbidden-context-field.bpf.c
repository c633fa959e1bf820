// SPDX-License-Identifier: Apache-2.0
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

SEC("lwt_in") int classify(struct __sk_buff *skb)
{
	return skb->tc_classid ? BPF_DROP : BPF_OK;
}

char _license[] SEC("license") = "GPL";
