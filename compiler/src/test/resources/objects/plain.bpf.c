// SPDX-License-Identifier: Apache-2.0
// The smallest useful object: one program, a format string in .rodata.str1.1, no map.
#include <linux/bpf.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

SEC("lwt_xmit")
int drop_8080(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data;
	void *end = (void *)(long)skb->data_end;
	struct iphdr *ip = data;

	if ((void *)(ip + 1) > end || ip->version != 4 || ip->protocol != 6)
		return BPF_OK;
	struct tcphdr *tcp = data + ip->ihl * 4;
	if ((void *)(tcp + 1) > end)
		return BPF_OK;
	if (tcp->dest == bpf_htons(8080)) {
		bpf_trace_printk("Dropping packet to port 8080\n", 30);
		return BPF_DROP;
	}
	return BPF_OK;
}

char _license[] SEC("license") = "GPL";
