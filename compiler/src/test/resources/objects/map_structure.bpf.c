// SPDX-License-Identifier: Apache-2.0
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* The kernel's structure, as far as this program knows it. */
struct bpf_map {
	__u32 max_entries;
	__u32 value_size;
	__u32 key_size;
	enum bpf_map_type map_type;
} __attribute__((preserve_access_index));

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 34);
	__type(key, __u64);
	__type(value, __u32);
} table SEC(".maps");

SEC("lwt_in") int described(struct __sk_buff *skb)
{
	struct bpf_map *map = (struct bpf_map *)&table;

	return map->map_type << 24 | map->key_size << 16 | map->value_size << 8 | map->max_entries;
}

char _license[] SEC("license") = "GPL";
