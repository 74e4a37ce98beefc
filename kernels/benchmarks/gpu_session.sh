#!/usr/bin/env bash
# Everything that needs a GPU, in one go: tests and benchmark, then compute-sanitizer on one pass of each kernel;
# with TUNE=1 also the block shapes of every large kernel (tune.py).
# Usage, from the root: OUT=folder bash kernels/benchmarks/gpu_session.sh [options of run.py]
set -u
OUT=${OUT:-kernels/benchmarks/results}
export PYTHONPATH=.:kernels PYTHONUNBUFFERED=1
python3 kernels/benchmarks/run.py --out "$OUT" "$@" 2>&1
PYTORCH_NO_CUDA_MEMORY_CACHING=1 timeout 90 compute-sanitizer --tool memcheck python3 tests/kernels/sanitize.py > "$OUT/sanitizer.txt" 2>&1
tail -n 4 "$OUT/sanitizer.txt"
[ -z "${TUNE:-}" ] || timeout 400 python3 kernels/benchmarks/tune.py 2>&1 | tee "$OUT/tune.txt"
