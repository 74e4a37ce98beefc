#!/usr/bin/env bash
# What is to be run on one GPU after a change of the engine, most wanted first: each step has its own time limit and leaves
# OUT/NAME.json and OUT/NAME.txt. Usage, from the root: OUT=folder bash kernels/benchmarks/engine_session.sh [step ...]
# Random weights of the 7B shape; needs 48 GB of free host memory for host512k.
set -u
OUT=${OUT:?a folder for the results}
export PYTHONPATH=${PYTHONPATH:-.:kernels} PYTHONUNBUFFERED=1 TSEL_LOG=0
mkdir -p "$OUT"
bench() { # NAME SECONDS OPTIONS...
  local name=$1 limit=$2 began=$SECONDS; shift 2
  timeout "$limit" python3 -m tsel_cli bench --random-weights qwen2-7b --json "$@" > "$OUT/$name.json" 2> "$OUT/$name.txt"
  echo "$name: exit $? after $((SECONDS - began)) s; $(tail -n 1 "$OUT/$name.txt" | cut -c1-150)"
}
step() {
  case $1 in
    full128k) bench "$1" 150 --lengths 32k,128k --compare full,transformers-cudnn --max-new-tokens 64 ;;
    host512k) bench "$1" 330 --lengths 512k --kv host --memory-limit 24GB --compare none --max-new-tokens 48 ;;
    fp8) bench "$1" 90 --lengths 128k --kv fp8 --compare none --max-new-tokens 48 ;;
    four) bench "$1" 90 --lengths 128k --kv q4 --compare none --max-new-tokens 48 ;;
    four12gb) bench "$1" 150 --lengths 128k --kv q4 --weights q4 --memory-limit 12GB --compare none --max-new-tokens 48 ;;
    full512k) bench "$1" 420 --lengths 512k --compare full --max-new-tokens 64 ;;
    llama128k) bench "$1" 150 --lengths 128k --compare full --max-new-tokens 64 --random-weights llama3-8b ;;
    crossover) bench "$1" 150 --lengths 8k,16k,32k,64k --compare full --max-new-tokens 64 ;;
    kept32k)
      timeout 90 python3 kernels/benchmarks/kept_readings.py --shape qwen2-7b --tokens 32768 --device cuda > "$OUT/$1.json" 2> "$OUT/$1.txt"
      echo "$1: exit $?; $(cut -c1-300 "$OUT/$1.json")" ;;
    *) echo "no step $1" >&2; return 2 ;;
  esac
}
[ $# -gt 0 ] || set -- full128k four four12gb host512k fp8 crossover kept32k llama128k full512k
for name in "$@"; do step "$name"; done
