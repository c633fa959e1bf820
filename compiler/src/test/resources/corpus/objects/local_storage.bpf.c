// SPDX-License-Identifier: Apache-2.0
#include "expect.h"

#define RELOCATED __attribute__((preserve_access_index))

/* Complete: Linux finds its own struct by the name of one, not by a declaration. */
struct cgroup {
	int any;
};
struct css_set {
	struct cgroup *dfl_cgrp;
} RELOCATED;
struct task_struct {
	struct css_set *cgroups;
} RELOCATED;
struct inode {
	int any;
};

extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;

struct account {
	__u64 packets;
	__u64 bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct account);
} accounts SEC(".maps");

struct guarded {
	struct bpf_spin_lock lock;
	__u32 number;
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct guarded);
} locked SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
	__type(key, int);
	__type(value, struct account);
} sockets SEC(".maps");

struct {
	__uint(type, 32); /* BPF_MAP_TYPE_CGRP_STORAGE, which older headers lack */
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct account);
} groups SEC(".maps");

char _license[] SEC("license") = "GPL";

static struct css_set *css_set(void) { return ((struct task_struct *)bpf_get_current_task_btf())->cgroups; }

static struct account *account(struct account *initial, __u64 flags)
{
	return bpf_task_storage_get(&accounts, bpf_get_current_task_btf(), initial, flags);
}

/* ---- run by LocalStorageObjectTest ---- */

/* Counts in the task's account, which begins with 1000 packets; returns their number. */
ACCEPT counted(struct __sk_buff *skb)
{
	struct account initial = { .packets = 1000 };
	struct account *mine = account(&initial, BPF_LOCAL_STORAGE_GET_F_CREATE);

	if (!mine)
		return -1;
	mine->bytes += skb->len;
	return __sync_fetch_and_add(&mine->packets, 1);
}

/* Returns the number of packets without creating an account. */
ACCEPT looked_up(struct __sk_buff *skb)
{
	struct account *mine = account(0, 0);

	return mine ? mine->packets : -1;
}

ACCEPT deleted(struct __sk_buff *skb)
{
	return bpf_task_storage_delete(&accounts, bpf_get_current_task_btf());
}

ACCEPT counted_under_lock(struct __sk_buff *skb)
{
	struct guarded *mine = bpf_task_storage_get(&locked, bpf_get_current_task_btf(), 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	int number;

	if (!mine)
		return -1;
	bpf_spin_lock(&mine->lock);
	number = ++mine->number;
	bpf_spin_unlock(&mine->lock);
	return number;
}

/* Counts in the account of the task's group, which begins with the packet's mark; returns the number of packets. */
ACCEPT counted_for_group(struct __sk_buff *skb)
{
	struct account initial = { .packets = skb->mark };
	struct account *ours = bpf_cgrp_storage_get(&groups, css_set()->dfl_cgrp, &initial, BPF_LOCAL_STORAGE_GET_F_CREATE);

	if (!ours)
		return -1;
	return __sync_fetch_and_add(&ours->packets, 1);
}

ACCEPT deleted_for_group(struct __sk_buff *skb) { return bpf_cgrp_storage_delete(&groups, css_set()->dfl_cgrp); }

/* ---- only judged ---- */

GLOBAL int forget(struct task_struct *task ARG_TRUSTED)
{
	return bpf_task_storage_delete(&accounts, task);
}

GLOBAL int forget_any(struct task_struct *task ARG_TRUSTED ARG_NULLABLE)
{
	return bpf_task_storage_delete(&accounts, task);
}

GLOBAL int forget_inode(struct inode *inode ARG_TRUSTED ARG_NULLABLE)
{
	return bpf_task_storage_delete(&accounts, (void *)inode);
}

GLOBAL int take_inode(struct inode *inode ARG_TRUSTED)
{
	return inode != 0;
}

ACCEPT task_handed_over(struct __sk_buff *skb) { return forget((void *)bpf_get_current_task_btf()); }

ACCEPT nothing_handed_over(struct __sk_buff *skb) { return forget_any(0); }

REJECT("R1 is of type task_struct but inode is expected") task_for_an_inode(struct __sk_buff *skb)
{
	return take_inode((void *)bpf_get_current_task_btf());
}

REJECT("R2 is of type inode but task_struct is expected") inode_for_a_task(struct __sk_buff *skb)
{
	return forget_inode(0);
}

REJECT("cannot pass map_type 24 into func bpf_task_storage_delete#157") sockets_for_tasks(struct __sk_buff *skb)
{
	return bpf_task_storage_delete(&sockets, bpf_get_current_task_btf());
}

STATIC int forget_group(struct cgroup *group)
{
	return group ? bpf_cgrp_storage_delete(&groups, group) : 1;
}

ACCEPT group_handed_over(struct __sk_buff *skb) { return forget_group(css_set()->dfl_cgrp); }

ACCEPT group_in_a_section(struct __sk_buff *skb)
{
	int result;

	bpf_rcu_read_lock();
	result = bpf_cgrp_storage_delete(&groups, css_set()->dfl_cgrp);
	bpf_rcu_read_unlock();
	return result;
}

REJECT("R2 type=untrusted_ptr_ expected=ptr_, trusted_ptr_, rcu_ptr_") group_behind_its_section(struct __sk_buff *skb)
{
	struct cgroup *group;

	bpf_rcu_read_lock();
	group = css_set()->dfl_cgrp;
	OPAQUE(group);
	bpf_rcu_read_unlock();
	return bpf_cgrp_storage_delete(&groups, group);
}

REJECT("R2 is of type css_set but cgroup is expected") css_set_for_a_group(struct __sk_buff *skb)
{
	return bpf_cgrp_storage_delete(&groups, (void *)css_set());
}

REJECT("R2 is of type task_struct but cgroup is expected") task_for_a_group(struct __sk_buff *skb)
{
	return bpf_cgrp_storage_delete(&groups, (void *)bpf_get_current_task_btf());
}

REJECT("R2 is of type cgroup but task_struct is expected") group_for_a_task(struct __sk_buff *skb)
{
	return bpf_task_storage_delete(&accounts, (void *)css_set()->dfl_cgrp);
}

REJECT("only read is supported") group_written(struct __sk_buff *skb)
{
	((volatile struct cgroup *)css_set()->dfl_cgrp)->any = 1;
	return 0;
}
