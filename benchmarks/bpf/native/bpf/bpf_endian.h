// SPDX-License-Identifier: Apache-2.0
// Copyright 2026 The bpf4j Authors
#pragma once
#define bpf_ntohs(x) __builtin_bswap16(x)
