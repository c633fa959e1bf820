// SPDX-License-Identifier: Apache-2.0
// Copyright 2026 The bpf4j Authors
#pragma once
#define SEC(name)
