// SPDX-License-Identifier: Apache-2.0
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

SEC("lwt_in") int spin(struct __sk_buff *skb)
{
	volatile __u32 turns = 0;

	while (turns != 7)
		asm volatile("" ::: "memory");
	return BPF_OK;
}

char _license[] SEC("license") = "GPL";
