// SPDX-License-Identifier: Apache-2.0
// Maps of the "maps" section, as iproute2 and old libbpf read them.
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

#ifdef IPROUTE2
struct bpf_elf_map {
	__u32 type, size_key, size_value, max_elem, flags, id, pinning, inner_id, inner_idx;
};
struct bpf_elf_map SEC("maps") hits = {
	.type = BPF_MAP_TYPE_HASH, .size_key = 4, .size_value = 8, .max_elem = 16, .pinning = 2,
};
#else
struct bpf_map_def {
	__u32 type, key_size, value_size, max_entries, map_flags;
};
struct bpf_map_def SEC("maps") hits = {
	.type = BPF_MAP_TYPE_HASH, .key_size = 4, .value_size = 8, .max_entries = 16,
};
#endif

SEC("count_all")
int count(struct __sk_buff *skb)
{
	__u32 key = skb->protocol;
	__u64 one = 1, *value = bpf_map_lookup_elem(&hits, &key);

	if (value)
		__sync_fetch_and_add(value, 1);
	else
		bpf_map_update_elem(&hits, &key, &one, BPF_ANY);
	return BPF_OK;
}

char _license[] SEC("license") = "GPL";
