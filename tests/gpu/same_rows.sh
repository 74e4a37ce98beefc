#!/usr/bin/env bash
# What words that do not depend on company cost (SAME_ROWS, tsel_core/decoder/graph/batch.py), and whether they then do not.
#
#   MODEL=FOLDER|NAME OUT=FOLDER tests/gpu/same_rows.sh
#
# 36 questions to `tsel serve` alone, then 240 of 40 clients at once (num_wrong: answers in other words than alone), and
# tokens a second of 1, 4 and 16 sequences; each without and with it. Three to four minutes.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
python=${PYTHON:-python3}
export PYTHONPATH="$root:$root/kernels${PYTHONPATH:+:$PYTHONPATH}" PYTHONUNBUFFERED=1 TSEL_LOG=0
out=${OUT:?a folder}
mkdir -p "$out"
for mode in off on off on; do
  echo "serve, SAME_ROWS $mode"
  timeout 120 "$python" "$here/serve_stress.py" --clients 40 --rounds 6 --seconds 60 --same-rows $mode -- \
    --model "${MODEL:?a model}" --device cuda --queue 64 2>"$out/serve-$mode.err" | tee -a "$out/serve-$mode.json" |
    "$python" -c 'import json, sys
for line in sys.stdin:
    d = json.loads(line)
    print({k: d[k] for k in ("alone_s", "num_alone", "together_s", "answered", "left", "num_wrong", "num_failed", "healthy", "exit") if k in d})'
done
writing() {
  timeout 120 "$python" "$root/kernels/benchmarks/batch_writing.py" --device cuda --written 48 "$@" 2>>"$out/writing.err" |
    tee -a "$out/writing.jsonl" | grep -E '"batch"' | cut -c1-260
}
for rows in "" --same-rows; do
  writing --model "$MODEL" --tokens 4096 --attention full --batches 1,4,16 $rows
  writing --shape qwen2-7b --tokens 4096 --attention full --batches 1,4,16 $rows
done
