// SPDX-License-Identifier: Apache-2.0
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

SEC("lwt_in") __attribute__((naked)) int nothing(struct __sk_buff *skb)
{
	asm volatile("if r1 == 0 goto +0; exit;");
}

char _license[] SEC("license") = "GPL";
