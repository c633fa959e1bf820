// SPDX-License-Identifier: Apache-2.0
// Copyright 2026 The bpf4j Authors
//
// Counts packets by the power of two below their length, per CPU, in a map that is pinned by its name. The section name says nothing
// about the program type: the caller chooses it.
// Attach:  ip route add 10.0.0.3/32 encap bpf xmit obj len_hist.o section len_hist dev tun0
// Run:     bpf4j run len_hist.o --section len_hist --type lwt_xmit --in capture.pcap --dump-maps

#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 1024);
	__type(key, u64);
	__type(value, u64);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} lwt_len_hist_map SEC(".maps");

// The index of the highest bit set, 0 for 0: five halvings of the range in which it lies.
static __always_inline u64 floor_log2(u32 v)
{
	u64 bit = 0;

#pragma unroll
	for (int half = 16; half > 0; half /= 2) {
		if (v >> half) {
			v >>= half;
			bit += half;
		}
	}
	return bit;
}

SEC("len_hist")
int do_len_hist(struct __sk_buff *skb)
{
	u64 key = floor_log2(skb->len);
	u64 *count = bpf_map_lookup_elem(&lwt_len_hist_map, &key);

	if (count) {
		__sync_fetch_and_add(count, 1);
	} else {
		u64 one = 1;

		bpf_map_update_elem(&lwt_len_hist_map, &key, &one, BPF_ANY);
	}
	return 0; // BPF_OK, a macro that vmlinux.h does not have
}
