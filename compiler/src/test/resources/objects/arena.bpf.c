// SPDX-License-Identifier: Apache-2.0
/* A list in an arena: user space builds it, programs walk it. Clang 16 knows no address spaces of eBPF, so casts are bytes. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define BPF_MAP_TYPE_ARENA 33
#define __ulong(name, val) enum { name##_value = val } name

struct {
	__uint(type, BPF_MAP_TYPE_ARENA);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1000);
	__ulong(map_extra, 1ull << 44);
} arena SEC(".maps");

struct node {
	struct node *next;
	__u32 value;
	__u32 visits;
};

/* Variables of the arena, at its start. */
struct node *head SEC(".addr_space.1") = 0;
__u64 sum SEC(".addr_space.1") = 0;
__u64 factor SEC(".addr_space.1") = 3;
struct node *largest SEC(".addr_space.1") = 0;

static __always_inline void *to_kernel(void *pointer)
{
	register void *r asm("r1") = pointer;
	asm volatile(".byte 0xbf, 0x11, 1, 0, 1, 0, 0, 0" : "+r"(r));
	return r;
}

static __always_inline void *to_user(void *pointer)
{
	register void *r asm("r1") = pointer;
	asm volatile(".byte 0xbf, 0x11, 1, 0, 0, 0, 1, 0" : "+r"(r));
	return r;
}

#define in_arena(variable) (*(typeof(variable) *)to_kernel(&(variable)))

SEC("lwt_xmit")
int walk(struct __sk_buff *skb)
{
	struct node *node = to_kernel(in_arena(head));
	struct node *best = 0;
	__u64 total = 0;

	for (int i = 0; i < 64 && node; i++) {
		total += (__u64)node->value * in_arena(factor);
		__sync_fetch_and_add(&node->visits, 1);
		if (!best || node->value > best->value)
			best = node;
		node = to_kernel(node->next);
	}
	in_arena(sum) = total;
	in_arena(largest) = to_user(best);
	return total;
}

char LICENSE[] SEC("license") = "GPL";
