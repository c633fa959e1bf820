// SPDX-License-Identifier: Apache-2.0
// Copyright 2026 The bpf4j Authors
//
// Lets each IPv4 source send BURST packets at once and RATE packets a second after that; drops the rest.
// Attach:  ip route add 10.0.0.3/32 encap bpf out obj rate_limit.o section lwt_out dev tun0

#include <linux/bpf.h>
#include <linux/ip.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define NS_PER_SECOND 1000000000ULL

// May be set before the program is loaded.
const volatile __u64 rate = 100;
const volatile __u64 burst = 20;

struct bucket {
	struct bpf_spin_lock lock;
	__u32 dropped;
	__u64 tokens_ns; // credit in nanoseconds of sending time
	__u64 updated_ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, struct bucket);
} buckets SEC(".maps");

char _license[] SEC("license") = "GPL";

SEC("lwt_out")
int rate_limit(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data;
	void *data_end = (void *)(long)skb->data_end;
	struct iphdr *ip = data;

	if (skb->protocol != bpf_htons(0x0800) || (void *)(ip + 1) > data_end || rate == 0)
		return BPF_OK;

	__u32 source = ip->saddr;
	__u64 now = bpf_ktime_get_ns();
	__u64 cost = NS_PER_SECOND / rate;
	struct bucket *bucket = bpf_map_lookup_elem(&buckets, &source);

	if (!bucket) {
		struct bucket fresh = { .tokens_ns = burst * cost, .updated_ns = now };

		bpf_map_update_elem(&buckets, &source, &fresh, BPF_NOEXIST);
		bucket = bpf_map_lookup_elem(&buckets, &source);
		if (!bucket)
			return BPF_OK; // the table is full: sources that cannot be counted are not limited
	}

	int verdict = BPF_OK;

	bpf_spin_lock(&bucket->lock);
	if (now > bucket->updated_ns) {
		bucket->tokens_ns += now - bucket->updated_ns;
		bucket->updated_ns = now;
		if (bucket->tokens_ns > burst * cost)
			bucket->tokens_ns = burst * cost;
	}
	if (bucket->tokens_ns >= cost) {
		bucket->tokens_ns -= cost;
	} else {
		bucket->dropped++;
		verdict = BPF_DROP;
	}
	bpf_spin_unlock(&bucket->lock);
	return verdict;
}
