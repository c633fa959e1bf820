// SPDX-License-Identifier: Apache-2.0
// What a jar has to take along: global variables, subprograms, program arrays, maps in maps, callbacks.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

const volatile int step = 5;
int total = 100;
int zeroed;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, int);
	__type(value, long);
} seen SEC(".maps");

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, long);
} first SEC(".maps"), second SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 3);
	__type(key, int);
	__array(values, struct inner);
} outer SEC(".maps") = {.values = {[0] = &first, [2] = &second}};

int tail(struct __sk_buff *skb);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 2);
	__uint(key_size, sizeof(int));
	__array(values, int(struct __sk_buff *));
} programs SEC(".maps") = {.values = {[1] = (void *)&tail}};

static __attribute__((noinline)) long count(int key)
{
	long one = 1, *value = bpf_map_lookup_elem(&seen, &key);

	if (value)
		return ++*value;
	bpf_map_update_elem(&seen, &key, &one, BPF_ANY);
	return one;
}

static long add(unsigned int index, void *sum)
{
	*(long *)sum += index;
	return 0;
}

// 100 + 5 more with each run, the number of runs, and 0 + 1 + 2 + 3
SEC("lwt_out")
int globals(struct __sk_buff *skb)
{
	long sum = 0;

	total += step;
	zeroed++;
	bpf_loop(4, add, &sum, 0);
	return total * 10000 + zeroed * 1000 + count(7) * 100 + sum;
}

// 1 for the maps that are there, 0 for the one that is not
SEC("lwt_out")
int maps(struct __sk_buff *skb)
{
	int found = 0;

	for (int key = 0; key < 3; key++) {
		int zero = 0, at = key;
		void *map = bpf_map_lookup_elem(&outer, &at);
		long *value = map ? bpf_map_lookup_elem(map, &zero) : 0;

		if (value) {
			*value += key + 1;
			found = found * 10 + *value;
		} else {
			found = found * 10;
		}
	}
	return found;
}

SEC("lwt_out")
int jump(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &programs, 0); // empty
	bpf_tail_call(skb, &programs, 1);
	return -1;
}

SEC("lwt_out")
int tail(struct __sk_buff *skb)
{
	return 4000 + skb->len;
}

char _license[] SEC("license") = "GPL";
