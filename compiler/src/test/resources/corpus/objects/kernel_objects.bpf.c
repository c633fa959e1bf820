// SPDX-License-Identifier: Apache-2.0
#include "expect.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 12);
	__type(key, __u32);
	__type(value, __u64);
} numbers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 34);
	__type(key, __u64);
	__type(value, __u32);
} table SEC(".maps");

struct task_struct;
struct sk_buff;

extern void *bpf_cast_to_kern_ctx(void *obj) __ksym;
extern void *bpf_rdonly_cast(const void *obj, __u32 btf_id) __ksym;

char _license[] SEC("license") = "GPL";

/* ---- struct bpf_map ---- */

REJECT("only read from bpf_array is supported") map_written(struct __sk_buff *skb)
{
	*(volatile __u32 *)&numbers = 1;
	return 0;
}

REJECT("is bpf_array invalid negative access: off=-8") before_the_map(struct __sk_buff *skb)
{
	return ((volatile __u32 *)&numbers)[-2];
}

/* ---- the kernel's view of the context ---- */

ACCEPT context_cast(struct __sk_buff *skb) { return bpf_cast_to_kern_ctx(skb) != 0; }

REJECT("arg#0 expected pointer to ctx, but got fp") stack_cast(struct __sk_buff *skb)
{
	char buffer[16] = {};

	return bpf_cast_to_kern_ctx(buffer) != 0;
}

ACCEPT context_cast_read(struct __sk_buff *skb)
{
	volatile __u64 *kernel = bpf_cast_to_kern_ctx(skb);

	return *kernel != 0;
}

REJECT("only read is supported") context_cast_written(struct __sk_buff *skb)
{
	volatile __u64 *kernel = bpf_cast_to_kern_ctx(skb);

	*kernel = 0;
	return 0;
}

/* ---- tasks ---- */

ACCEPT task_read(struct __sk_buff *skb)
{
	volatile __u64 *task = (void *)bpf_get_current_task_btf();

	return *task != 0;
}

REJECT("only read is supported") task_written(struct __sk_buff *skb)
{
	volatile __u64 *task = (void *)bpf_get_current_task_btf();

	*task = 0;
	return 0;
}
