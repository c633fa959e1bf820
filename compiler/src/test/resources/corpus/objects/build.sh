#!/usr/bin/env bash
# Rebuilds the objects beside the sources: clang 16, as Debian packages it, with libbpf's headers.
set -euo pipefail
cd "$(dirname "$0")"
for source in *.bpf.c; do
  clang-16 -O2 -g -target bpfel -mcpu=v3 -I"/usr/include/$(gcc -print-multiarch)" -Wall -Wno-unused-variable \
    -ffile-prefix-map="$PWD"=. -fdebug-compilation-dir=. -c "$source" -o "${source%.bpf.c}.o"
  llvm-strip-16 --strip-debug "${source%.bpf.c}.o"
done
