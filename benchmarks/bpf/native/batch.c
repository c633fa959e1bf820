// SPDX-License-Identifier: Apache-2.0
// Copyright 2026 The bpf4j Authors
//
// Calls a workload once per packet for a whole batch: one downcall from Java stands for many packets, as in a real data path.
// Compiled with -DWORKLOAD=name -DSOURCE="name.bpf.c".

#include SOURCE

__attribute__((noinline)) static int call(struct __sk_buff *skb)
{
	return WORKLOAD(skb);
}

void batch(const unsigned char *memory, const int *offsets, const int *lengths, int *verdicts, int count)
{
	for (int i = 0; i < count; i++) {
		struct __sk_buff skb = {
			.data = (__u64)(memory + offsets[i]),
			.data_end = (__u64)(memory + offsets[i] + lengths[i]),
		};
		verdicts[i] = call(&skb);
	}
}
