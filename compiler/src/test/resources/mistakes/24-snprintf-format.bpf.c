// SPDX-License-Identifier: Apache-2.0
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("lwt_in") int describe(struct __sk_buff *skb)
{
	static const char format[] = "mark %d of %d";
	__u64 values[] = { skb->mark };
	char text[32];

	return bpf_snprintf(text, sizeof(text), format, values, sizeof(values)) > 0 ? BPF_OK : BPF_DROP;
}

char _license[] SEC("license") = "GPL";
