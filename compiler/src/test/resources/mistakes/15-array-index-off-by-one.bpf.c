// SPDX-License-Identifier: Apache-2.0
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

struct table { __u32 slot[8]; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, struct table); } tables SEC(".maps");

SEC("lwt_in") int lookup(struct __sk_buff *skb)
{
	__u32 key = 0, index = skb->mark;
	struct table *table = bpf_map_lookup_elem(&tables, &key);

	if (!table || index > 8)
		return BPF_OK;
	return table->slot[index] ? BPF_DROP : BPF_OK;
}

char _license[] SEC("license") = "GPL";
