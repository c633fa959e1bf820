// SPDX-License-Identifier: Apache-2.0
// Everything the loader knows at once: maps of all declarations, globals, externs, subprograms,
// callbacks, CO-RE, several programs per section.
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

#define CORE __attribute__((preserve_access_index))
#define __kconf __attribute__((section(".kconfig")))

struct pair { __u32 a; __u64 b; };

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u64);
	__type(value, struct pair);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 8);
	__uint(max_entries, 4);
} counters SEC(".maps");

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 8);
} inner_a SEC(".maps"), inner_b SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct inner);
} outer SEC(".maps") = { .values = { [1] = &inner_a, [3] = &inner_b } };

int tail_target(struct __sk_buff *skb);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 2);
	__uint(key_size, 4);
	__array(values, int (void *));
} jumps SEC(".maps") = { .values = { [1] = (void *)&tail_target } };

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

const volatile __u16 port = 8080;
const volatile struct { __u32 low, high; } limits = { 7, 9 };
__u64 seen;
__u32 generation = 3;
static __u8 flags[5];
__u64 custom SEC(".data.custom") = 0x1122334455667788;
static const char names[2][8] = { "even", "odd" };

extern unsigned long CONFIG_HZ __kconf;
extern int LINUX_KERNEL_VERSION __kconf;
extern _Bool CONFIG_NOT_THERE __kconf __weak;
extern const void missing_symbol __ksym __weak;
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;
extern int bpf_no_such_kfunc(int value) __ksym __weak;

enum sample { SAMPLE_A = 2, SAMPLE_B = 5, SAMPLE_GONE = 9 };
struct other { int gone; __u32 len; } CORE;
struct __sk_buff___local { __u32 mark; __u32 len; __u32 absent; } CORE;
struct iphdr___mine { __u8 ihl : 4, version : 4; __u8 tos; __u8 ttl; } CORE;

static __attribute__((noinline)) __u64 leaf(__u64 x)
{
	return x * 31 + generation;
}

__attribute__((noinline)) int shared(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&seen, 1);
	return leaf(skb->len) & 1;
}

static long on_step(__u32 index, void *ctx)
{
	*(__u64 *)ctx += leaf(index);
	return 0;
}

SEC("lwt_xmit/first")
int first(struct __sk_buff *skb)
{
	__u64 key = skb->len, sum = 0;
	struct pair init = { 1, 2 }, *value = bpf_map_lookup_elem(&flows, &key);

	if (value)
		__sync_fetch_and_add(&value->b, port);
	else
		bpf_map_update_elem(&flows, &key, &init, BPF_ANY);
	bpf_loop(4, on_step, &sum, 0);
	flags[key & 3] = 1;
	custom += sum + limits.high + flags[(key >> 2) & 3];
	bpf_printk("%s", names[key & 1]);
	if (shared(skb))
		bpf_tail_call(skb, &jumps, 1);
	return BPF_OK;
}

SEC("lwt_xmit/first")
int second(struct __sk_buff *skb)
{
	__u32 zero = 1;
	void *map = bpf_map_lookup_elem(&outer, &zero);
	__u64 *count = bpf_map_lookup_elem(&counters, &zero);

	if (map && bpf_map_lookup_elem(map, &zero) && count)
		*count += CONFIG_HZ + (CONFIG_NOT_THERE ? 1 : 0) + LINUX_KERNEL_VERSION;
	return shared(skb);
}

SEC("lwt_xmit/tail")
int tail_target(struct __sk_buff *skb)
{
	bpf_ringbuf_output(&events, &generation, sizeof(generation), 0);
	return BPF_DROP;
}

SEC("?lwt_in/core")
int core(struct __sk_buff *ctx)
{
	struct __sk_buff___local *skb = (void *)ctx;
	__u64 result = skb->mark;

	if (__builtin_preserve_field_info(skb->absent, 2))
		result += skb->absent;
	result += __builtin_preserve_type_info(*(struct other *)0, 0);
	result += __builtin_preserve_type_info(*(struct __sk_buff___local *)0, 1);
	result += __builtin_preserve_enum_value(*(enum sample *)SAMPLE_B, 0) ? 1 : 0;
	result += __builtin_preserve_field_info(((struct iphdr___mine *)0)->version, 4);
	result += __builtin_preserve_field_info(((struct iphdr___mine *)0)->version, 5);
	result += __builtin_preserve_field_info(((struct iphdr___mine *)0)->ttl, 0);
	result += __builtin_btf_type_id(*(struct iphdr___mine *)0, 0);
	return result;
}

SEC("lwt_out")
int externs(struct __sk_buff *skb)
{
	int result = 0;

	bpf_rcu_read_lock();
	if (&missing_symbol)
		result = 1;
	bpf_rcu_read_unlock();
	if (bpf_no_such_kfunc)
		result += bpf_no_such_kfunc(skb->len);
	return result;
}

char _license[] SEC("license") = "GPL";
