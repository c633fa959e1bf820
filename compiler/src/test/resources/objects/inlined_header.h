// SPDX-License-Identifier: Apache-2.0
// A function that is inlined where it is used.

static inline __attribute__((always_inline)) int byte_at(struct __sk_buff *skb, int offset)
{
	unsigned char *data = (void *)(long)skb->data;

	// no bounds check: only a run without the verifier gets here
	return data[offset];
}
