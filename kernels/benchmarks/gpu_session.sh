#!/usr/bin/env bash
# Everything that needs a GPU, in one go: sanitizer and tests (together), then the benchmark. Usage, from the root:
#   OUT=folder bash kernels/benchmarks/gpu_session.sh [rows...]
set -u
OUT=${OUT:-kernels/benchmarks/results}
export PYTHONPATH=.:kernels PYTHONUNBUFFERED=1
(PYTORCH_NO_CUDA_MEMORY_CACHING=1 timeout 150 compute-sanitizer --tool memcheck python3 tests/kernels/sanitize.py > "$OUT/sanitizer.txt" 2>&1) &
timeout 280 python3 kernels/benchmarks/run.py --out "$OUT" ${1:+--rows "$@"} 2>&1
wait
tail -n 25 "$OUT/sanitizer.txt"
