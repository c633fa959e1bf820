// SPDX-License-Identifier: Apache-2.0
// Copyright 2026 The bpf4j Authors
//
// What the workloads need of linux/bpf.h when they are compiled for the machine itself: packet bounds are real addresses.

#pragma once
#include <linux/types.h>

struct __sk_buff {
	__u64 data;
	__u64 data_end;
};

enum { BPF_OK = 0, BPF_DROP = 2 };
