#!/bin/sh
# Compiles every NAME.bpf.c here to NAME.o. Needs clang, libbpf's headers and, for programs that include vmlinux.h, bpftool on a kernel
# with BTF. Usage: build.sh [NAME…]; the compiler is $CLANG, clang-16 if not set.
set -eu
cd "$(dirname "$0")"
clang=${CLANG:-clang-16}
includes="-I."
multiarch=/usr/include/$(uname -m)-linux-gnu # where Debian keeps asm/types.h
[ -d "$multiarch" ] && includes="$includes -I$multiarch"

if [ ! -e vmlinux.h ]; then
	bpftool btf dump file /sys/kernel/btf/vmlinux format c > vmlinux.h.new
	mv vmlinux.h.new vmlinux.h
fi

[ $# -gt 0 ] || set -- *.bpf.c
for source in "$@"; do
	name=${source%.bpf.c}
	"$clang" -O2 -g -target bpf -mcpu=v3 -Wall -Werror -fdebug-compilation-dir=. $includes -c "$name.bpf.c" -o "$name.o"
done
