/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The types that the runtime provides to programs, as Linux 6.18 lays them out: what CO-RE relocations are resolved against. Read by
 * CDeclarations, a subset of C. Sources: the uapi headers linux/bpf.h, if_ether.h, ip.h, ipv6.h, tcp.h, udp.h, icmp.h, icmpv6.h, seg6.h.
 */
typedef signed char __s8;
typedef unsigned char __u8;
typedef short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef __u16 __le16;
typedef __u32 __le32;
typedef __u16 __sum16;
typedef __u32 __wsum;

/* ---- contexts and arguments of helpers ---- */

enum bpf_ret_code {
	BPF_OK = 0,
	BPF_DROP = 2,
	BPF_REDIRECT = 7,
	BPF_LWT_REROUTE = 128,
	BPF_FLOW_DISSECTOR_CONTINUE = 129
};
enum bpf_adj_room_mode { BPF_ADJ_ROOM_NET, BPF_ADJ_ROOM_MAC };
enum bpf_hdr_start_off { BPF_HDR_START_MAC, BPF_HDR_START_NET };
enum bpf_lwt_encap_mode { BPF_LWT_ENCAP_SEG6, BPF_LWT_ENCAP_SEG6_INLINE, BPF_LWT_ENCAP_IP };

struct bpf_sock {
	__u32 bound_dev_if;
	__u32 family;
	__u32 type;
	__u32 protocol;
	__u32 mark;
	__u32 priority;
	__u32 src_ip4;
	__u32 src_ip6[4];
	__u32 src_port;
	__be16 dst_port;
	__u16 : 16;
	__u32 dst_ip4;
	__u32 dst_ip6[4];
	__u32 state;
	__s32 rx_queue_mapping;
};

struct __sk_buff {
	__u32 len, pkt_type, mark, queue_mapping, protocol;
	__u32 vlan_present, vlan_tci, vlan_proto;
	__u32 priority, ingress_ifindex, ifindex, tc_index;
	__u32 cb[5];
	__u32 hash, tc_classid, data, data_end, napi_id;
	__u32 family, remote_ip4, local_ip4;
	__u32 remote_ip6[4];
	__u32 local_ip6[4];
	__u32 remote_port, local_port, data_meta;
	union { struct bpf_flow_keys *flow_keys; };
	__u64 tstamp;
	__u32 wire_len, gso_segs;
	union { struct bpf_sock *sk; };
	__u32 gso_size;
	__u8 tstamp_type;
	__u32 : 24;
	__u64 hwtstamp;
};

struct bpf_tunnel_key {
	__u32 tunnel_id;
	union { __u32 remote_ipv4; __u32 remote_ipv6[4]; };
	__u8 tunnel_tos, tunnel_ttl;
	union { __u16 tunnel_ext; __be16 tunnel_flags; };
	__u32 tunnel_label;
	union { __u32 local_ipv4; __u32 local_ipv6[4]; };
};
struct bpf_redir_neigh {
	__u32 nh_family;
	union { __be32 ipv4_nh; __u32 ipv6_nh[4]; };
};
struct bpf_fib_lookup {
	__u8 family, l4_protocol;
	__be16 sport, dport;
	union { __u16 tot_len; __u16 mtu_result; };
	__u32 ifindex;
	union { __u8 tos; __be32 flowinfo; __u32 rt_metric; };
	union { __be32 ipv4_src; __u32 ipv6_src[4]; };
	union { __be32 ipv4_dst; __u32 ipv6_dst[4]; };
	union { struct { __be16 h_vlan_proto, h_vlan_TCI; }; __u32 tbid; };
	union { struct { __u32 mark; }; struct { __u8 smac[6]; __u8 dmac[6]; }; };
};
struct bpf_perf_event_value { __u64 counter, enabled, running; };
struct btf_ptr { void *ptr; __u32 type_id, flags; };
struct bpf_spin_lock { __u32 val; };
struct bpf_res_spin_lock { u32 val; };
struct bpf_timer { __u64 __opaque[2]; };
struct bpf_wq { __u64 __opaque[2]; };
struct bpf_dynptr { __u64 __opaque[2]; };
struct bpf_iter_num { __u64 __opaque[1]; };
struct bpf_iter_bits { __u64 __opaque[2]; };

/* ---- packet headers ---- */

struct ethhdr {
	unsigned char h_dest[6];
	unsigned char h_source[6];
	__be16 h_proto;
};
struct vlan_hdr { __be16 h_vlan_TCI, h_vlan_encapsulated_proto; };
struct vlan_ethhdr {
	union {
		struct { unsigned char h_dest[6]; unsigned char h_source[6]; };
		struct { unsigned char h_dest[6]; unsigned char h_source[6]; } addrs;
	};
	__be16 h_vlan_proto, h_vlan_TCI, h_vlan_encapsulated_proto;
};
struct arphdr {
	__be16 ar_hrd, ar_pro;
	unsigned char ar_hln, ar_pln;
	__be16 ar_op;
};
struct iphdr {
	__u8 ihl : 4, version : 4;
	__u8 tos;
	__be16 tot_len, id, frag_off;
	__u8 ttl, protocol;
	__sum16 check;
	union {
		struct { __be32 saddr, daddr; };
		struct { __be32 saddr, daddr; } addrs;
	};
};
struct in6_addr {
	union {
		__u8 u6_addr8[16];
		__be16 u6_addr16[8];
		__be32 u6_addr32[4];
	} in6_u;
};
struct ipv6hdr {
	__u8 priority : 4, version : 4;
	__u8 flow_lbl[3];
	__be16 payload_len;
	__u8 nexthdr, hop_limit;
	union {
		struct { struct in6_addr saddr, daddr; };
		struct { struct in6_addr saddr, daddr; } addrs;
	};
};
struct ipv6_opt_hdr { __u8 nexthdr, hdrlen; };
struct ipv6_rt_hdr { __u8 nexthdr, hdrlen, type, segments_left; };
struct frag_hdr { __u8 nexthdr, reserved; __be16 frag_off; __be32 identification; };
struct ipv6_sr_hdr {
	__u8 nexthdr, hdrlen, type, segments_left, first_segment, flags;
	__u16 tag;
	struct in6_addr segments[0];
};
struct sr6_tlv { __u8 type, len; __u8 data[0]; };
struct tcphdr {
	__be16 source, dest;
	__be32 seq, ack_seq;
	__u16 ae : 1, res1 : 3, doff : 4, fin : 1, syn : 1, rst : 1, psh : 1, ack : 1, urg : 1, ece : 1, cwr : 1;
	__be16 window;
	__sum16 check;
	__be16 urg_ptr;
};
struct udphdr { __be16 source, dest, len; __sum16 check; };
struct icmphdr {
	__u8 type, code;
	__sum16 checksum;
	union {
		struct { __be16 id, sequence; } echo;
		__be32 gateway;
		struct { __be16 __unused, mtu; } frag;
		__u8 reserved[4];
	} un;
};
struct icmpv6_echo { __be16 identifier, sequence; };
struct icmpv6_nd_advt {
	__u32 reserved : 5, override : 1, solicited : 1, router : 1, reserved2 : 24;
};
struct icmpv6_nd_ra {
	__u8 hop_limit;
	__u8 reserved : 3, router_pref : 2, home_agent : 1, other : 1, managed : 1;
	__be16 rt_lifetime;
};
struct icmp6hdr {
	__u8 icmp6_type, icmp6_code;
	__sum16 icmp6_cksum;
	union {
		__be32 un_data32[1];
		__be16 un_data16[2];
		__u8 un_data8[4];
		struct icmpv6_echo u_echo;
		struct icmpv6_nd_advt u_nd_advt;
		struct icmpv6_nd_ra u_nd_ra;
	} icmp6_dataun;
};
struct gre_base_hdr { __be16 flags, protocol; };
