// SPDX-License-Identifier: Apache-2.0
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

SEC("lwt_xmit") int clear(struct __sk_buff *skb)
{
	__u8 *data = (void *)(long)skb->data;
	__u8 *data_end = (void *)(long)skb->data_end;

	if (data + 20 > data_end)
		return BPF_OK;
	if (bpf_skb_pull_data(skb, 20))
		return BPF_DROP;
	return data[1] ? BPF_DROP : BPF_OK;
}

char _license[] SEC("license") = "GPL";
