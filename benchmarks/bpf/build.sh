#!/bin/sh
# Compiles every NAME.bpf.c here to NAME.o, as samples/bpf/build.sh does.
set -eu
cd "$(dirname "$0")"
includes=
multiarch=/usr/include/$(uname -m)-linux-gnu # where Debian keeps asm/types.h
[ -d "$multiarch" ] && includes=-I$multiarch
for source in *.bpf.c; do
	"${CLANG:-clang-16}" -O2 -g -target bpf -mcpu=v3 -Wall -Werror -fdebug-compilation-dir=. $includes -c "$source" -o "${source%.bpf.c}.o"
done
