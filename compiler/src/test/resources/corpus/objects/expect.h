// SPDX-License-Identifier: Apache-2.0
// What verifiers say of the programs of an object stands in the object, as tags of their functions (see ObjectCorpusTest).
#pragma once
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define TAG(text) __attribute__((btf_decl_tag(text)))
/* Linux accepts the program, bpf4j accepts it. */
#define ACCEPT TAG("expect:accept") SEC("lwt_xmit") int
/* Both reject it with a message that contains the text. */
#define REJECT(text) TAG("expect:reject: " text) SEC("lwt_xmit") int
/* bpf4j says something else than Linux, for a reason. */
#define LINUX(text) TAG("linux:" text)
#define BECAUSE(text) TAG("because:" text)

/* Weak: clang must not learn from the body what a call does. */
#define GLOBAL __attribute__((noinline, weak))
#define STATIC static __attribute__((noinline))
#define OPAQUE(variable) asm volatile("" : "+r"(variable))

#define ARG_CTX TAG("arg:ctx")
#define ARG_NONNULL TAG("arg:nonnull")
#define ARG_NULLABLE TAG("arg:nullable")
#define ARG_TRUSTED TAG("arg:trusted")
#define ARG_UNTRUSTED TAG("arg:untrusted")
#define ARG_ARENA TAG("arg:arena")
