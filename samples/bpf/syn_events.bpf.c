// SPDX-License-Identifier: Apache-2.0
// Copyright 2026 The bpf4j Authors
//
// Reports every TCP connection attempt through a ring buffer. Lets all packets pass.
// Attach:  ip route add 10.0.0.3/32 encap bpf in obj syn_events.o section lwt_in dev tun0

#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct event {
	__u64 time_ns;
	__be32 saddr;
	__be32 daddr;
	__be16 sport;
	__be16 dport;
	__u32 length;
};

// Something has to use the type, or the object does not tell its readers what an event looks like.
const struct event *unused_event __attribute__((unused));

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 18);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} lost SEC(".maps");

char _license[] SEC("license") = "GPL";

SEC("lwt_in")
int syn_events(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data;
	void *data_end = (void *)(long)skb->data_end;
	struct iphdr *ip = data;

	if (skb->protocol != bpf_htons(0x0800) || (void *)(ip + 1) > data_end || ip->protocol != IPPROTO_TCP)
		return BPF_OK;

	struct tcphdr *tcp = data + ip->ihl * 4;

	if ((void *)(tcp + 1) > data_end || !tcp->syn || tcp->ack)
		return BPF_OK;

	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event) {
		__u32 zero = 0;
		__u64 *count = bpf_map_lookup_elem(&lost, &zero);

		if (count)
			__sync_fetch_and_add(count, 1);
		return BPF_OK;
	}
	event->time_ns = bpf_ktime_get_ns();
	event->saddr = ip->saddr;
	event->daddr = ip->daddr;
	event->sport = tcp->source;
	event->dport = tcp->dest;
	event->length = skb->len;
	bpf_ringbuf_submit(event, 0);
	return BPF_OK;
}
