// SPDX-License-Identifier: Apache-2.0
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, char[8]);
} words SEC(".maps");

/* Arguments that are pointers: to constants, to a map value, to the stack. */
SEC("lwt_in") int print_pointers(struct __sk_buff *skb)
{
	__u32 key = 0, address = 0x0100007f;
	char *word = bpf_map_lookup_elem(&words, &key);

	if (!word)
		return BPF_OK;
	bpf_printk("%s %s %pI4 %d", "constant", word, &address, skb->len);
	return BPF_OK;
}

/* The same into a buffer, whose contents go to the map. */
SEC("lwt_in/format") int format_pointers(struct __sk_buff *skb)
{
	static const char format[] = "%pI4 %d";
	__u32 key = 0, address = 0x0100007f;
	char *word = bpf_map_lookup_elem(&words, &key);
	__u64 arguments[2] = { (unsigned long)&address, 7 };
	char text[24] = {};

	if (!word)
		return BPF_OK;
	long length = bpf_snprintf(text, sizeof(text), format, arguments, sizeof(arguments));
	__builtin_memcpy(word, text, 8);
	return length;
}

char _license[] SEC("license") = "GPL";
