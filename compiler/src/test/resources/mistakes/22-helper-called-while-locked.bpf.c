// SPDX-License-Identifier: Apache-2.0
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

struct account { struct bpf_spin_lock lock; __u64 last; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, struct account); } accounts SEC(".maps");

SEC("lwt_in") int touch(struct __sk_buff *skb)
{
	__u32 key = 0;
	struct account *account = bpf_map_lookup_elem(&accounts, &key);

	if (!account)
		return BPF_OK;
	bpf_spin_lock(&account->lock);
	account->last = bpf_ktime_get_ns();
	bpf_spin_unlock(&account->lock);
	return BPF_OK;
}

char _license[] SEC("license") = "GPL";
