#!/usr/bin/env bash
# Rebuilds the objects beside the sources: clang 16, as Debian packages it.
set -euo pipefail
cd "$(dirname "$0")"
for source in *.bpf.c; do
  clang-16 -O2 -g -target bpf -mcpu=v3 -I"/usr/include/$(gcc -print-multiarch 2>/dev/null || uname -m)" \
    -ffile-prefix-map="$PWD"=. -fdebug-compilation-dir=. -Wno-uninitialized -c "$source" -o "${source%.bpf.c}.o"
done
