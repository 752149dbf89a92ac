#!/bin/sh
# A short run of libFuzzer from the samples and the kept corpus, with a fixed seed, as TAP.  `make fuzz` is the long one.
here="$(dirname "$0")"
fuzzer="$here/../../trace/fuzz_reader"
echo 1..1
if [ ! -x "$fuzzer" ]; then
    echo "ok 1 - libFuzzer finds no fault # SKIP clang or its fuzzer runtime is missing"
    exit 0
fi
corpus="$(mktemp -d)" || exit 1
trap 'rm -rf "$corpus"' EXIT
"$here/fuzz_mutations" "$corpus" || exit 1
if "$fuzzer" -seed=1 -runs=100000 -max_len=4096 -artifact_prefix="$here/" "$corpus" tests/trace/corpus >"$0.log" 2>&1; then
    echo "ok 1 - libFuzzer finds no fault"
else
    tail -n 40 "$0.log" | sed 's/^/# /'
    echo "not ok 1 - libFuzzer finds no fault"
    exit 1
fi
