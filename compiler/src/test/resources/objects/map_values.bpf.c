// Maps whose keys and values have every kind of C type that BTF describes, and a program that fills them.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

enum colour { RED, GREEN = 5, BLUE = -3 };
enum size { SMALL = 1, LARGE = 0x123456789abcdefULL };

struct inner {
	u16 port;
	char letter;
	signed char small;
	u8 bytes[3];
};

struct rich {
	u64 count;
	int negative;
	char name[8];
	u32 low : 3, high : 7;
	int signed_bits : 5;
	_Bool flag;
	enum colour colour;
	enum colour no_colour;
	enum size size;
	struct inner in;
	struct inner several[2];
	union {
		u32 word;
		u8 parts[4];
	};
	union {
		u32 number;
		u16 half;
	} either;
	void *pointer;
	__int128 wide;
	unsigned __int128 unsigned_wide;
	u32 matrix[2][3];
	char letters[3];
	char empty[4];
	u64 many_bits : 33;
};

struct key {
	u32 address;
	u16 port;
	u8 protocol;
};

struct prefix {
	u32 length;
	u8 address[4];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, struct key);
	__type(value, struct rich);
} structs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 16);
	__type(key, u32);
	__type(value, struct inner);
} per_cpu_hash SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, u32);
	__type(value, u64);
} per_cpu_array SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 3);
	__type(key, u32);
	__type(value, u64);
} numbers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__uint(key_size, 4);
	__uint(value_size, 12);
} untyped SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 4);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix);
	__type(value, enum colour);
} prefixes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("lwt_out")
int fill(struct __sk_buff *skb)
{
	static struct rich value;
	struct key key = { 0x0100000a, 8080, 6 };
	struct prefix prefix = { 24, { 10, 0, 1, 0 } };
	struct inner in = { 3, 'c', -2, { 1, 2, 3 } };
	enum colour colour = GREEN;
	char bytes[12] = "hello world";
	u32 one = 1;
	u64 *number;

	value.count = 46;
	value.negative = -5;
	__builtin_memcpy(value.name, "eth0", 5);
	value.low = 5;
	value.high = 99;
	value.signed_bits = -7;
	value.flag = 1;
	value.colour = BLUE;
	value.no_colour = 77;
	value.size = LARGE;
	value.in.port = 7;
	value.in.letter = 'x';
	value.in.small = -1;
	value.in.bytes[1] = 200;
	value.several[1].port = 9;
	value.several[1].letter = '\n';
	value.word = 0x01020304;
	value.either.number = 0xfffffffe;
	value.pointer = (void *)0xffff888012345678;
	value.wide = -2;
	value.unsigned_wide = (unsigned __int128)5 << 64 | 6;
	value.matrix[1][2] = 6;
	value.letters[0] = 'a';
	value.letters[1] = 'b';
	value.letters[2] = 'c';
	value.many_bits = 0x1ffffffffULL;
	bpf_map_update_elem(&structs, &key, &value, BPF_ANY);
	bpf_map_update_elem(&per_cpu_hash, &one, &in, BPF_ANY);
	bpf_map_update_elem(&untyped, &one, bytes, BPF_ANY);
	bpf_map_update_elem(&prefixes, &prefix, &colour, BPF_ANY);
	number = bpf_map_lookup_elem(&numbers, &one);
	if (number)
		*number = -1ULL;
	number = bpf_map_lookup_elem(&per_cpu_array, &one);
	if (number)
		*number = 42;
	bpf_ringbuf_output(&events, &in, sizeof(in), 0);
	return BPF_OK;
}

char _license[] SEC("license") = "GPL";
