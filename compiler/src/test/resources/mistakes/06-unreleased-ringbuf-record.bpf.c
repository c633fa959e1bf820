// SPDX-License-Identifier: Apache-2.0
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } events SEC(".maps");

SEC("lwt_in") int report(struct __sk_buff *skb)
{
	__u32 *record = bpf_ringbuf_reserve(&events, sizeof(*record), 0);

	if (!record)
		return BPF_OK;
	*record = skb->len;
	if (skb->len > 1000)
		return BPF_OK;
	bpf_ringbuf_submit(record, 0);
	return BPF_OK;
}

char _license[] SEC("license") = "GPL";
