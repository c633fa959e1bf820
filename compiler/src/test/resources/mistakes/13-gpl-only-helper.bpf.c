// SPDX-License-Identifier: Apache-2.0
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

SEC("lwt_in") int trace(struct __sk_buff *skb)
{
	bpf_printk("packet of %d bytes", skb->len);
	return BPF_OK;
}

char _license[] SEC("license") = "Apache-2.0";
