#!/bin/sh
# Rebuilds the test objects. Needs clang 16 and libbpf's headers; run it in this directory.
set -e
for include in /usr/include/*-linux-gnu; do set -- "$@" "-I$include"; done
compile() { output=$1; source=$2; shift 2; clang-16 -target bpfel -O2 -Wall -Wno-unused-variable -fdebug-prefix-map="$PWD"=. "$@" -c "$source" -o "$output"; }
compile plain_nobtf.o plain.bpf.c "$@"
compile plain.o plain.bpf.c -g "$@"
compile legacy.o legacy.bpf.c "$@"
compile legacy_btf.o legacy.bpf.c -g "$@"
compile legacy_iproute2.o legacy.bpf.c -DIPROUTE2 "$@"
compile printed_pointers.o printed_pointers.bpf.c -g -mcpu=v3 "$@"
compile map_structure.o map_structure.bpf.c -g -mcpu=v3 "$@"
compile ahead_of_time.o ahead_of_time.bpf.c -g -mcpu=v3 "$@"
compile arena.o arena.bpf.c -g -mcpu=v3 "$@"
compile map_values.o map_values.bpf.c -g -mcpu=v3 "$@"
compile inlined_header.o inlined_header.bpf.c -g -mcpu=v3 "$@"
compile kernel_variables.o kernel_variables.bpf.c -g -mcpu=v3 "$@"
for cpu in v1 v2 v3; do compile "rich_$cpu.o" rich.bpf.c -g "-mcpu=$cpu" "$@"; done
for object in *.o; do llvm-strip-16 --strip-debug "$object"; done
