// SPDX-License-Identifier: Apache-2.0
// Pointers in map values that Linux looks after. What LWT programs get from them is NULL unless they have stored something, or user space has.
#include "expect.h"

#define KPTR __attribute__((btf_type_tag("kptr")))
#define KPTR_UNTRUSTED __attribute__((btf_type_tag("kptr_untrusted")))
#define UPTR __attribute__((btf_type_tag("uptr")))

struct task_struct {
	int pid;
};

/* The object's own, as bpf_obj_new allocates it in programs of other types. */
struct own {
	__u64 a;
};

struct user_data {
	__u64 a;
	__u64 b;
};

/* Only structs that are known make pointers special: clang leaves out those that nothing else needs. */
struct {
	struct task_struct task;
	struct own own;
	struct user_data user;
} known;

struct pointers {
	__u64 number;
	struct task_struct KPTR *task;
	struct task_struct KPTR_UNTRUSTED *untrusted;
	struct own KPTR *own;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct pointers);
} pointers SEC(".maps");

struct with_user_data {
	__u64 number;
	struct user_data UPTR *data;
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct with_user_data);
} user SEC(".maps");

char _license[] SEC("license") = "GPL";

static __always_inline struct pointers *value(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&pointers, &zero);
}

static __always_inline struct with_user_data *storage(void)
{
	return bpf_task_storage_get(&user, (void *)bpf_get_current_task_btf(), 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
}

#define VALUE                                                                                                          \
	struct pointers *v = value();                                                                                  \
	if (!v)                                                                                                        \
		return 1
#define STORAGE                                                                                                        \
	struct with_user_data *v = storage();                                                                          \
	if (!v)                                                                                                        \
		return 1

/* ---- pointers to kernel objects ---- */

ACCEPT beside_pointers(struct __sk_buff *skb)
{
	VALUE;
	v->number++;
	return 0;
}

ACCEPT task_compared(struct __sk_buff *skb)
{
	VALUE;
	return v->task != 0;
}

ACCEPT untrusted_compared(struct __sk_buff *skb)
{
	VALUE;
	return v->untrusted != 0;
}

ACCEPT task_read(struct __sk_buff *skb)
{
	VALUE;
	struct task_struct *task = v->task;
	return task ? *(volatile int *)task : 0;
}

REJECT("R1 invalid mem access 'rcu_ptr_or_null_") task_read_unchecked(struct __sk_buff *skb)
{
	VALUE;
	struct task_struct *task = v->task;
	return *(volatile int *)task;
}

REJECT("R1 invalid mem access 'untrusted_ptr_or_null_") untrusted_read_unchecked(struct __sk_buff *skb)
{
	VALUE;
	struct task_struct *task = v->untrusted;
	return *(volatile int *)task;
}

ACCEPT own_read(struct __sk_buff *skb)
{
	VALUE;
	struct own *own = v->own;
	return own ? *(volatile __u64 *)own : 0;
}

REJECT("only read is supported") LINUX("accept") BECAUSE("LWT programs cannot allocate what they could write")
own_written(struct __sk_buff *skb)
{
	VALUE;
	struct own *own = v->own;
	if (own)
		own->a = 1;
	return 0;
}

ACCEPT untrusted_cleared(struct __sk_buff *skb)
{
	VALUE;
	v->untrusted = 0;
	return 0;
}

REJECT("invalid kptr access, R1 type=scalar expected=ptr_task_struct or untrusted_ptr_task_struct")
untrusted_number(struct __sk_buff *skb)
{
	VALUE;
	volatile __u64 one = 1;
	*(volatile __u64 *)&v->untrusted = one;
	return 0;
}

REJECT("BPF_ST imm must be 0 when storing to kptr at off=16") untrusted_immediate(struct __sk_buff *skb)
{
	VALUE;
	asm volatile(".byte 0x7a, 0, 16, 0, 1, 0, 0, 0" ::"r"(v));
	return 0;
}

ACCEPT untrusted_stored(struct __sk_buff *skb)
{
	VALUE;
	v->untrusted = (void *)bpf_get_current_task_btf();
	return 0;
}

REJECT("store to referenced kptr disallowed") task_cleared(struct __sk_buff *skb)
{
	VALUE;
	*(volatile __u64 *)&v->task = 0;
	return 0;
}

REJECT("kptr access size must be BPF_DW") half_a_pointer(struct __sk_buff *skb)
{
	VALUE;
	return *(volatile __u32 *)&v->task;
}

REJECT("kptr access misaligned expected=8 off=4") across_fields(struct __sk_buff *skb)
{
	VALUE;
	return *(volatile __u64 *)((char *)v + 4);
}

REJECT("kptr access cannot have variable offset") variable_offset(struct __sk_buff *skb)
{
	VALUE;
	__u64 at = skb->len & 8;
	return *(volatile __u64 *)((char *)v + at) != 0;
}

REJECT("kptr in map can only be accessed using BPF_MEM instruction mode") added_to(struct __sk_buff *skb)
{
	VALUE;
	__sync_fetch_and_add((__u64 *)&v->untrusted, 1);
	return 0;
}

REJECT("kptr cannot be accessed indirectly by helper") filled_by_a_helper(struct __sk_buff *skb)
{
	VALUE;
	return bpf_skb_load_bytes(skb, 0, v, 16);
}

REJECT("Unreleased reference") exchanged(struct __sk_buff *skb)
{
	VALUE;
	bpf_kptr_xchg(&v->task, 0);
	return 0;
}

REJECT("Unreleased reference") put_back(struct __sk_buff *skb)
{
	VALUE;
	void *task = bpf_kptr_xchg(&v->task, 0);
	if (task)
		bpf_kptr_xchg(&v->task, task);
	return 0;
}

REJECT("off=16 kptr isn't referenced kptr") untrusted_exchanged(struct __sk_buff *skb)
{
	VALUE;
	bpf_kptr_xchg(&v->untrusted, 0);
	return 0;
}

REJECT("off=0 doesn't point to kptr") number_exchanged(struct __sk_buff *skb)
{
	VALUE;
	bpf_kptr_xchg(v, 0);
	return 0;
}

/* ---- pointers to user memory ---- */

ACCEPT beside_user_pointer(struct __sk_buff *skb)
{
	STORAGE;
	v->number++;
	return 0;
}

ACCEPT user_memory(struct __sk_buff *skb)
{
	STORAGE;
	struct user_data *data = v->data;
	if (!data)
		return 0;
	data->b += data->a;
	return bpf_skb_load_bytes(skb, 0, data, sizeof(*data));
}

REJECT("R1 invalid mem access 'mem_or_null'") user_memory_unchecked(struct __sk_buff *skb)
{
	STORAGE;
	struct user_data *data = v->data;
	return *(volatile __u64 *)data;
}

REJECT("invalid access to memory, mem_size=16 off=16 size=8") beyond_user_memory(struct __sk_buff *skb)
{
	STORAGE;
	struct user_data *data = v->data;
	return data ? *(volatile __u64 *)((char *)data + 16) : 0;
}

REJECT("store to uptr disallowed") user_pointer_stored(struct __sk_buff *skb)
{
	STORAGE;
	*(volatile __u64 *)&v->data = 0;
	return 0;
}

REJECT("uptr access size must be BPF_DW") half_a_user_pointer(struct __sk_buff *skb)
{
	STORAGE;
	return *(volatile __u32 *)&v->data;
}

REJECT("has no valid kptr") user_pointer_exchanged(struct __sk_buff *skb)
{
	STORAGE;
	bpf_kptr_xchg(&v->data, 0);
	return 0;
}
