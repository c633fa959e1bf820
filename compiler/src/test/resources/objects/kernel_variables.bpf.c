// SPDX-License-Identifier: Apache-2.0
// Variables of the kernel, per CPU and not: weak ones that are missing are NULL, others keep the program from loading.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern const int bpf_prog_active __ksym;
extern const int weak_per_cpu __ksym __weak;
extern const unsigned long weak_plain __ksym __weak;

SEC("lwt_out")
int weak(struct __sk_buff *skb)
{
	int found = 0;

	if (&weak_per_cpu) {
		const int *value = bpf_per_cpu_ptr(&weak_per_cpu, 0);

		found += value ? *value : 1;
	}
	if (&weak_plain)
		found += weak_plain;
	return 40 + found;
}

SEC("lwt_out")
int strong(struct __sk_buff *skb)
{
	const int *active = bpf_this_cpu_ptr(&bpf_prog_active);

	return *active;
}

char _license[] SEC("license") = "GPL";
