// SPDX-License-Identifier: Apache-2.0
#include "expect.h"

struct pair {
	__u32 a;
	__u32 b;
};
struct other_context {
	__u32 a;
};
struct unknown;
struct bpf_dynptr;
enum colour { RED, GREEN };
typedef __u64 number;
typedef const struct pair *pair_pointer;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, struct pair);
} pairs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

char _license[] SEC("license") = "GPL";

/* ---- numbers ---- */

GLOBAL int add(int a, number b) { return a + (int)b; }
ACCEPT numbers(struct __sk_buff *skb) { return add(skb->len, 5); }

GLOBAL int number_of_colour(enum colour c, _Bool b, char d) { return c + b + d; }
ACCEPT enums_and_small_numbers(struct __sk_buff *skb) { return number_of_colour(GREEN, 1, 'x'); }

ACCEPT result_is_any_number(struct __sk_buff *skb)
{
	int r = add(1, 2);

	return r == 7 ? 2 : 0;
}

GLOBAL int element(unsigned int i)
{
	volatile char local[8] = "1234567";

	return local[i];
}
REJECT("unbounded") number_of_the_caller_is_not_known(struct __sk_buff *skb) { return element(3); }

GLOBAL int element_checked(unsigned int i)
{
	volatile char local[8] = "1234567";

	return i < 8 ? local[i] : 0;
}
ACCEPT number_checked(struct __sk_buff *skb) { return element_checked(skb->len); }

GLOBAL int pointer_as_number(__u64 p) { return p != 0; }
REJECT("R1 is not a scalar") pointer_for_a_number(struct __sk_buff *skb) { return pointer_as_number((long)skb); }

GLOBAL enum colour next_colour(int c) { return c == RED ? GREEN : RED; }
ACCEPT result_is_an_enum(struct __sk_buff *skb) { return next_colour(skb->len); }

GLOBAL number big(int c) { return c * 3ULL; }
ACCEPT result_is_a_typedef(struct __sk_buff *skb) { return big(skb->len) > 7; }

GLOBAL void nothing(int c) { OPAQUE(c); }
REJECT("doesn't return scalar. Only those are supported.") result_is_void(struct __sk_buff *skb)
{
	nothing(skb->len);
	return 0;
}

GLOBAL void *pointer_result(int c) { return (void *)(long)c; }
REJECT("doesn't return scalar. Only those are supported.") result_is_a_pointer(struct __sk_buff *skb)
{
	return pointer_result(skb->len) != 0;
}

GLOBAL int by_value(struct pair p) { return p.a; }
REJECT("by_value() is not supported yet.") struct_by_value(struct __sk_buff *skb)
{
	struct pair p = { skb->len, skb->mark };

	return by_value(p);
}

/* ---- the context ---- */

GLOBAL int length(struct __sk_buff *skb) { return skb->len; }
ACCEPT context_by_type(struct __sk_buff *skb) { return length(skb); }

GLOBAL int length_tagged(void *skb ARG_CTX) { return ((struct __sk_buff *)skb)->len; }
ACCEPT context_by_tag(struct __sk_buff *skb) { return length_tagged(skb); }

GLOBAL int length_both(struct __sk_buff *skb ARG_CTX) { return skb->len; }
ACCEPT context_by_type_and_tag(struct __sk_buff *skb) { return length_both(skb); }

GLOBAL int length_other(struct other_context *skb ARG_CTX) { return skb->a; }
REJECT("arg#0 should be `struct __sk_buff *`") context_of_another_type(struct __sk_buff *skb) { return length_other((void *)skb); }

GLOBAL int length_number(__u64 skb ARG_CTX) { return skb; }
REJECT("arg#0 has pointer tag, but is not a pointer type") context_tag_on_a_number(struct __sk_buff *skb) { return length_number(0); }

GLOBAL int length_nonnull(void *skb ARG_CTX ARG_NONNULL) { return ((struct __sk_buff *)skb)->len; }
REJECT("arg#0 has invalid combination of tags") context_tag_with_another(struct __sk_buff *skb) { return length_nonnull(skb); }

REJECT("arg#0 expects pointer to ctx") stack_for_the_context(struct __sk_buff *skb)
{
	struct __sk_buff copy = {};

	return length(&copy);
}

REJECT("arg#0 expects pointer to ctx") null_for_the_context(struct __sk_buff *skb) { return length(0); }

REJECT("dereference of modified ctx ptr R1 off=8 disallowed") moved_context(struct __sk_buff *skb) { return length((void *)skb + 8); }

GLOBAL int forbidden_field(struct __sk_buff *skb) { return skb->tc_classid; }
REJECT("invalid bpf_context access off=72 size=4") context_rules_hold_inside(struct __sk_buff *skb) { return forbidden_field(skb); }

GLOBAL int first_byte(struct __sk_buff *skb)
{
	unsigned char *data = (void *)(long)skb->data;

	return (void *)(data + 1) > (void *)(long)skb->data_end ? 0 : *data;
}
ACCEPT packet_inside(struct __sk_buff *skb) { return first_byte(skb); }

GLOBAL int mark_it(struct __sk_buff *skb, int mark) { skb->mark = mark; return 0; }
ACCEPT context_is_written(struct __sk_buff *skb) { return mark_it(skb, 7); }

/* ---- memory ---- */

GLOBAL int sum(struct pair *p) { return p ? p->a + p->b : 0; }
ACCEPT memory_on_the_stack(struct __sk_buff *skb)
{
	struct pair p = { 1, 2 };

	return sum(&p);
}

GLOBAL int sum_unchecked(struct pair *p) { return p->a + p->b; }
REJECT("R1 invalid mem access 'mem_or_null'") memory_not_checked(struct __sk_buff *skb)
{
	struct pair p = { 1, 2 };

	return sum_unchecked(&p);
}

GLOBAL int sum_nonnull(struct pair *p ARG_NONNULL) { return p->a + p->b; }
ACCEPT memory_not_null(struct __sk_buff *skb)
{
	struct pair p = { 1, 2 };

	return sum_nonnull(&p);
}

ACCEPT null_for_memory(struct __sk_buff *skb) { return sum(0); }
REJECT("R1 type=scalar expected=") number_for_memory(struct __sk_buff *skb) { return sum((void *)1); }
LINUX("accept") BECAUSE("Linux lets the function read address 0")
REJECT("arg#0 is expected to be non-NULL") null_for_nonnull(struct __sk_buff *skb) { return sum_nonnull(0); }

ACCEPT unchecked_value_for_memory(struct __sk_buff *skb)
{
	__u32 key = 0;

	return sum(bpf_map_lookup_elem(&pairs, &key));
}

REJECT("arg#0 is expected to be non-NULL") unchecked_value_for_nonnull(struct __sk_buff *skb)
{
	__u32 key = 0;

	return sum_nonnull(bpf_map_lookup_elem(&pairs, &key));
}

ACCEPT checked_value_for_nonnull(struct __sk_buff *skb)
{
	__u32 key = 0;
	struct pair *p = bpf_map_lookup_elem(&pairs, &key);

	return p ? sum_nonnull(p) : 0;
}

REJECT("invalid access to map value, value_size=8 off=4 size=8") too_little_of_a_value(struct __sk_buff *skb)
{
	__u32 key = 0;
	__u32 *p = bpf_map_lookup_elem(&pairs, &key);

	return p ? sum_nonnull((void *)(p + 1)) : 0;
}

REJECT("invalid read from stack R1 off=-4 size=8") too_little_stack(struct __sk_buff *skb)
{
	__u32 small = 1;

	return sum((void *)&small);
}

ACCEPT ring_record_for_memory(struct __sk_buff *skb)
{
	struct pair *p = bpf_ringbuf_reserve(&ring, sizeof(*p), 0);
	int r;

	if (!p)
		return 0;
	p->a = p->b = 1;
	r = sum_nonnull(p);
	bpf_ringbuf_submit(p, 0);
	return r;
}

ACCEPT packet_for_memory(struct __sk_buff *skb)
{
	struct pair *p = (void *)(long)skb->data;

	return (void *)(p + 1) > (void *)(long)skb->data_end ? 0 : sum(p);
}

REJECT("invalid access to packet") unchecked_packet_for_memory(struct __sk_buff *skb)
{
	return sum((void *)(long)skb->data);
}

static const volatile struct pair constant = { 3, 4 };
REJECT("write into map forbidden") constant_for_memory(struct __sk_buff *skb) { return sum((void *)&constant); }

static struct pair variable = { 3, 4 };
ACCEPT variable_for_memory(struct __sk_buff *skb)
{
	variable.a = skb->len;
	return sum(&variable);
}

REJECT("R1 type=ctx expected=") context_for_memory(struct __sk_buff *skb) { return sum((void *)skb); }

GLOBAL int set(struct pair *p ARG_NONNULL)
{
	p->a = 5;
	return 0;
}
ACCEPT memory_written(struct __sk_buff *skb)
{
	struct pair p;

	set(&p);
	return 0;
}

ACCEPT memory_written_then_read(struct __sk_buff *skb)
{
	struct pair p = { 0, 0 };

	set(&p);
	return p.a == 5;
}

GLOBAL int beyond(struct pair *p ARG_NONNULL) { return (&p->b)[1]; }
REJECT("invalid access to memory, mem_size=8 off=8 size=4") beyond_memory(struct __sk_buff *skb)
{
	struct pair p = { 1, 2 };

	return beyond(&p);
}

GLOBAL int indexed(int (*numbers)[4] ARG_NONNULL, unsigned int i) { return (*numbers)[i & 3]; }
ACCEPT pointer_to_array(struct __sk_buff *skb)
{
	int numbers[4] = { skb->len, 2, 3, 4 };

	return indexed(&numbers, skb->len);
}

GLOBAL int one_int(int *p) { return p ? *p : 0; }
ACCEPT pointer_to_int(struct __sk_buff *skb)
{
	int i = skb->len;

	return one_int(&i);
}

GLOBAL int one_colour(const enum colour *p) { return p ? *p : 0; }
ACCEPT pointer_to_enum(struct __sk_buff *skb)
{
	enum colour c = skb->len ? RED : GREEN;

	return one_colour(&c);
}

GLOBAL int typedef_sum(pair_pointer p) { return p ? p->a : 0; }
ACCEPT typedef_of_a_pointer(struct __sk_buff *skb)
{
	struct pair p = { 1, 2 };

	return typedef_sum(&p);
}

GLOBAL int two_levels(struct pair **p) { return p ? *p != 0 : 0; }
ACCEPT pointer_to_pointer(struct __sk_buff *skb)
{
	struct pair *none = 0;

	OPAQUE(none);
	return two_levels(&none);
}

GLOBAL int from_void(void *p) { return p != 0; }
REJECT("size cannot be determined") pointer_to_void(struct __sk_buff *skb) { return from_void(0); }

GLOBAL int from_unknown(struct unknown *p) { return p != 0; }
REJECT("size cannot be determined") pointer_to_incomplete(struct __sk_buff *skb) { return from_unknown(0); }

GLOBAL int from_function(int (*p)(int)) { return p != 0; }
REJECT("size cannot be determined") pointer_to_function(struct __sk_buff *skb) { return from_function(0); }

GLOBAL int tagged_nullable(struct pair *p ARG_NULLABLE) { return p ? p->a : 0; }
REJECT("arg#0 has invalid combination of tags") nullable_alone(struct __sk_buff *skb) { return tagged_nullable(0); }

GLOBAL int tagged_unknown(struct pair *p TAG("arg:whatever")) { return p ? p->a : 0; }
REJECT("arg#0 has unsupported set of tags") unknown_tag(struct __sk_buff *skb) { return tagged_unknown(0); }

GLOBAL int tagged_number(int i ARG_NONNULL) { return i; }
REJECT("arg#0 has pointer tag, but is not a pointer type") nonnull_number(struct __sk_buff *skb) { return tagged_number(0); }

/* ---- dynptrs ---- */

GLOBAL int read_dynptr(struct bpf_dynptr *d)
{
	char byte = 0;

	bpf_dynptr_read(&byte, 1, d, 0, 0);
	return byte;
}
ACCEPT dynptr(struct __sk_buff *skb)
{
	struct bpf_dynptr d;
	int r;

	bpf_ringbuf_reserve_dynptr(&ring, 8, 0, &d);
	r = read_dynptr(&d);
	bpf_ringbuf_discard_dynptr(&d, 0);
	return r;
}

GLOBAL int write_dynptr(struct bpf_dynptr *d)
{
	char byte = 1;

	return bpf_dynptr_write(d, 0, &byte, 1, 0);
}
ACCEPT dynptr_written(struct __sk_buff *skb)
{
	struct bpf_dynptr d;

	bpf_ringbuf_reserve_dynptr(&ring, 8, 0, &d);
	write_dynptr(&d);
	bpf_ringbuf_discard_dynptr(&d, 0);
	return 0;
}

GLOBAL int submit_dynptr(struct bpf_dynptr *d)
{
	bpf_ringbuf_submit_dynptr(d, 0);
	return 0;
}
REJECT("Unreleased reference") dynptr_released_inside(struct __sk_buff *skb)
{
	struct bpf_dynptr d;

	bpf_ringbuf_reserve_dynptr(&ring, 8, 0, &d);
	submit_dynptr(&d);
	return 0;
}

REJECT("cannot release unowned const bpf_dynptr") dynptr_released_twice(struct __sk_buff *skb)
{
	struct bpf_dynptr d;

	bpf_ringbuf_reserve_dynptr(&ring, 8, 0, &d);
	submit_dynptr(&d);
	bpf_ringbuf_discard_dynptr(&d, 0);
	return 0;
}

GLOBAL int make_dynptr(struct bpf_dynptr *d)
{
	return bpf_ringbuf_reserve_dynptr(&ring, 8, 0, d);
}
REJECT("Dynptr has to be an uninitialized dynptr") dynptr_made_inside(struct __sk_buff *skb)
{
	struct bpf_dynptr d;

	bpf_ringbuf_reserve_dynptr(&ring, 8, 0, &d);
	make_dynptr(&d);
	bpf_ringbuf_discard_dynptr(&d, 0);
	return 0;
}

REJECT("Expected an initialized dynptr as") uninitialised_dynptr(struct __sk_buff *skb)
{
	__u64 d[2] = { 1, 2 };

	return read_dynptr((void *)d);
}

REJECT("expected pointer to stack or const struct bpf_dynptr") context_for_dynptr(struct __sk_buff *skb)
{
	return read_dynptr((void *)skb);
}

GLOBAL int tagged_dynptr(struct bpf_dynptr *d ARG_NONNULL) { return 0; }
REJECT("arg#0 has invalid combination of tags") dynptr_with_tag(struct __sk_buff *skb)
{
	struct bpf_dynptr d;

	bpf_ringbuf_reserve_dynptr(&ring, 8, 0, &d);
	tagged_dynptr(&d);
	bpf_ringbuf_discard_dynptr(&d, 0);
	return 0;
}

/* ---- untrusted memory, arenas ---- */

GLOBAL int read_untrusted(int *p ARG_UNTRUSTED) { return p[3]; }
ACCEPT untrusted_memory(struct __sk_buff *skb)
{
	int i = 5;

	return read_untrusted(&i);
}

ACCEPT number_for_untrusted(struct __sk_buff *skb) { return read_untrusted((void *)7); }

GLOBAL int write_untrusted(int *p ARG_UNTRUSTED)
{
	*p = 3;
	return 0;
}
REJECT("R1 cannot write into") untrusted_memory_written(struct __sk_buff *skb)
{
	int i = 5;

	return write_untrusted(&i);
}

GLOBAL int untrusted_nonnull(int *p ARG_UNTRUSTED ARG_NONNULL) { return *p; }
REJECT("arg#0 untrusted cannot be combined with any other tags") untrusted_with_tag(struct __sk_buff *skb)
{
	return untrusted_nonnull(0);
}

GLOBAL int from_arena(int *p ARG_ARENA) { return p != 0; }
ACCEPT number_for_arena(struct __sk_buff *skb) { return from_arena((void *)(long)skb->len); }
REJECT("R1 is not a pointer to arena or scalar.") stack_for_arena(struct __sk_buff *skb)
{
	int i = 1;

	return from_arena(&i);
}

GLOBAL int arena_nonnull(int *p ARG_ARENA ARG_NONNULL) { return p != 0; }
REJECT("arg#0 arena cannot be combined with any other tags") arena_with_tag(struct __sk_buff *skb) { return arena_nonnull(0); }

/* ---- kernel objects ---- */

struct task_struct {
	unsigned long first;
};

GLOBAL int from_task(struct task_struct *t ARG_TRUSTED) { return t != 0; }
ACCEPT trusted_task(struct __sk_buff *skb) { return from_task(bpf_get_current_task_btf()); }
REJECT("R1 type=scalar expected=") number_for_trusted(struct __sk_buff *skb) { return from_task((void *)7); }
REJECT("R1 type=scalar expected=") null_for_trusted(struct __sk_buff *skb) { return from_task(0); }

REJECT("R1 type=fp expected=") stack_for_trusted(struct __sk_buff *skb)
{
	char task[64] = {};

	return from_task((void *)task);
}

GLOBAL int from_nullable_task(struct task_struct *t ARG_TRUSTED ARG_NULLABLE) { return t != 0; }
ACCEPT null_for_nullable_task(struct __sk_buff *skb) { return from_nullable_task(0); }

GLOBAL int from_nonnull_task(struct task_struct *t ARG_TRUSTED ARG_NONNULL) { return t != 0; }
REJECT("arg#0 has invalid combination of tags") trusted_with_nonnull(struct __sk_buff *skb)
{
	return from_nonnull_task(bpf_get_current_task_btf());
}

GLOBAL int from_pair(struct pair *p ARG_TRUSTED) { return p != 0; }
LINUX("reject: arg#0 reference type('STRUCT pair') has no matches") BECAUSE("the kernel's types are not known here")
REJECT("R1 type=fp expected=trusted_ptr_") trusted_of_no_kernel_type(struct __sk_buff *skb)
{
	struct pair p = { 1, 2 };

	return from_pair(&p);
}

GLOBAL int from_untrusted_task(struct task_struct *t ARG_UNTRUSTED) { return t != 0; }
ACCEPT number_for_untrusted_task(struct __sk_buff *skb) { return from_untrusted_task((void *)7); }

GLOBAL int flags_of(struct task_struct *t ARG_TRUSTED) { return t->first; }
ACCEPT field_of_a_trusted_task(struct __sk_buff *skb) { return flags_of(bpf_get_current_task_btf()); }

/* ---- calls ---- */

GLOBAL int inner(int i) { return i + 1; }
GLOBAL int outer(int i) { return inner(i) * 2; }
ACCEPT global_calls_global(struct __sk_buff *skb) { return outer(skb->len); }

STATIC int helper(struct __sk_buff *skb) { return skb->len + skb->mark; }
GLOBAL int with_helper(struct __sk_buff *skb) { return helper(skb); }
ACCEPT global_calls_static(struct __sk_buff *skb) { return with_helper(skb); }

STATIC int calls_global(int i) { return inner(i) + inner(i + 1); }
ACCEPT static_calls_global(struct __sk_buff *skb) { return calls_global(skb->len); }

GLOBAL int recursive(int i) { return i > 0 ? recursive(i - 1) * 3 + 1 : 0; }
REJECT("frames is too deep") global_calls_itself(struct __sk_buff *skb) { return recursive(skb->len); }

GLOBAL int pong(int i);
GLOBAL int ping(int i) { return i > 0 ? pong(i - 1) + 1 : 0; }
GLOBAL int pong(int i) { return i > 0 ? ping(i - 1) + 2 : 0; }
REJECT("frames is too deep") globals_call_each_other(struct __sk_buff *skb) { return ping(skb->len); }

GLOBAL int endless(int i)
{
	while (i)
		asm volatile("" ::: "memory");
	return i;
}
REJECT("infinite loop detected") endless_global(struct __sk_buff *skb) { return endless(1); }

GLOBAL int deep(int i)
{
	volatile char a[300];

	a[i & 255] = i;
	return a[0];
}
REJECT("combined stack size of 2 calls is") stacks_add_up(struct __sk_buff *skb)
{
	volatile char a[300];

	a[skb->len & 255] = 1;
	return deep(a[0]);
}

GLOBAL int grow(struct __sk_buff *skb) { return bpf_skb_change_tail(skb, 100, 0); }
REJECT("R6 invalid mem access 'scalar'") stale_packet_after_global(struct __sk_buff *skb)
{
	unsigned char *data = (void *)(long)skb->data;

	if ((void *)(data + 1) > (void *)(long)skb->data_end)
		return 0;
	grow(skb);
	return *data;
}

ACCEPT packet_after_harmless_global(struct __sk_buff *skb)
{
	unsigned char *data = (void *)(long)skb->data;

	if ((void *)(data + 1) > (void *)(long)skb->data_end)
		return 0;
	length(skb);
	return *data;
}

GLOBAL int leaks(struct __sk_buff *skb)
{
	struct pair *p = bpf_ringbuf_reserve(&ring, sizeof(*p), 0);

	return p != 0;
}
REJECT("Unreleased reference") global_leaks(struct __sk_buff *skb) { return leaks(skb); }

GLOBAL int not_set(void)
{
	int r;

	asm volatile("%0 = r9" : "=r"(r));
	return r;
}
REJECT("R9 !read_ok") registers_of_the_caller(struct __sk_buff *skb) { return not_set(); }

__attribute__((noinline)) int strong_function(int i) { OPAQUE(i); return i; }
ACCEPT not_weak(struct __sk_buff *skb) { return strong_function(skb->len); }

__attribute__((visibility("hidden"))) GLOBAL int hidden_element(unsigned int i)
{
	volatile char local[8] = "1234567";

	return local[i];
}
ACCEPT hidden_is_verified_in_its_callers(struct __sk_buff *skb) { return hidden_element(3); }

STATIC int static_tag(struct pair *p ARG_NONNULL) { return p->a; }
ACCEPT tags_of_static_functions_say_nothing(struct __sk_buff *skb)
{
	struct pair p = { 1, 2 };

	return static_tag(&p);
}
