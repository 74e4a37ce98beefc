#!/usr/bin/env bash
# What a question waits for before its first token: whole commands with and without a resident engine, and what is
# imported and done on the way. Wall clock; done within three minutes on a GPU.
#
#   MODEL=FOLDER|NAME tests/gpu/start_up.sh     a model of this machine
#   MODEL=random tests/gpu/start_up.sh          random weights in the shape of Qwen2.5 1.5B
#   MODEL=tiny tests/gpu/start_up.sh            a random model of 3 layers, for a dry run on a CPU
#
# Triton's cache, bytecode and (random, tiny) the records of checked models are new ones: first_ever is a first run.
# OUT: a folder for what every step printed, profiles too. Exit code 1 when a step failed or imported transformers again.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
python=${PYTHON:-python3}
export PYTHONPATH="$root:$root/kernels:$root/tests/support${PYTHONPATH:+:$PYTHONPATH}" PYTHONUNBUFFERED=1
work=$(mktemp -d)
out=${OUT:-$work/out}
mkdir -p "$out"
export TSEL_CACHE="$work/cache" TSEL_LOG_DIR="$work/log" TSEL_CONFIG="$work/config.toml" TSEL_RUNTIME_DIR="$work/run"
export TRITON_CACHE_DIR="$work/triton"
tsel() { "$python" -m tsel_cli "$@"; }
cleanup() {
  tsel stop >/dev/null 2>&1
  rm -rf "$work"
}
trap cleanup EXIT

MODEL=${MODEL:-random}
case $MODEL in
  tiny | random)
    "$python" "$here/random_folder.py" "$work/model" "$MODEL" >"$out/model.log" 2>&1 || { cat "$out/model.log"; exit 1; }
    MODEL=$work/model
    export TSEL_MODELS=$work/models
    ;;
esac
export TSEL_MODEL=$MODEL TSEL_MAX_NEW_TOKENS=${TSEL_MAX_NEW_TOKENS:-8} TSEL_EFFORT=${TSEL_EFFORT:-quick}
failed=0
doc=${DOC:-$root/samples/minutes.pdf}
question="When is the next meeting?"

# step NAME COMMAND...: seconds of wall clock, and the lines of --timings
step() {
  local name=$1 began code
  shift
  began=$(date +%s.%N)
  timeout 120 "$@" >"$out/$name.out" 2>"$out/$name.err" </dev/null
  code=$?
  printf '%-34s %6.2f s   exit %s\n' "$name" "$(awk -v a="$began" -v b="$(date +%s.%N)" 'BEGIN { print b - a }')" "$code"
  grep -hE '^(time|waited) ' "$out/$name.err" | sed 's/^/      /'
  case $code in 0 | 3 | 4) ;; *) failed=1; tail -5 "$out/$name.err" ;; esac
}
ask=("$python" -m tsel_cli ask "$doc" "$question" --timings)
step pass "$python" -c pass
step import_typer "$python" -c 'import typer'
step import_torch_as_installed "$python" -c 'import torch'
# an installation without bytecode that cannot be written compiles every module at each start: here it is kept aside
unset PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX="$work/pycache"
step import_torch "$python" -c 'import torch'
step import_torch_again "$python" -c 'import torch'
step cuda_context "$python" -c 'import torch; torch.cuda.is_available() and torch.zeros(1, device="cuda")'
step import_transformers "$python" -c 'import torch, transformers; from transformers import AutoModelForCausalLM, Qwen2ForCausalLM'
step import_transformers_again "$python" -c 'import torch, transformers; from transformers import AutoModelForCausalLM, Qwen2ForCausalLM'
step help "$python" -m tsel_cli --help
step help_again "$python" -m tsel_cli --help
echo "-- without a resident engine (--keep-alive 0)"
step first_ever "${ask[@]}" --keep-alive 0
step read_again "${ask[@]}" --keep-alive 0 --no-cache
step read_again_2 "${ask[@]}" --keep-alive 0 --no-cache
step kept_reading "${ask[@]}" --keep-alive 0
step normal_effort_first "${ask[@]}" --keep-alive 0 --effort normal
step normal_effort "${ask[@]}" --keep-alive 0 --effort normal
echo "-- what is imported"
"$python" -X importtime -m tsel_cli ask "$doc" "$question" --keep-alive 0 --no-cache >"$out/imports.out" 2>"$out/imports.err"
"$python" - "$out/imports.err" <<'PY'
import re, sys
from collections import defaultdict

own = defaultdict(int)
names = set()
for line in open(sys.argv[1], errors="replace"):
    found = re.match(r"import time:\s+(\d+) \|\s+(\d+) \|\s*(\S+)", line)
    if found:
        parts = found[3].split(".")
        own[".".join(parts[: 2 if parts[0] in ("torch", "triton", "tsel_core") else 1])] += int(found[1])
        names.add(found[3])
print(f"      all imports {sum(own.values()) / 1e6:.2f} s; own time of packages in ms (with the cost of measuring):")
best = sorted(own.items(), key=lambda kv: -kv[1])[:24]
print("      " + ", ".join(f"{name} {us / 1e3:.0f}" for name, us in best))
heavy = [n for n in ("transformers", "torch._dynamo", "torch._inductor", "sympy", "torch.distributed.tensor") if n in names]
print("      heavy modules:", ", ".join(heavy) or "none")
sys.exit("transformers" in heavy)
PY
[ $? = 0 ] || { echo "FAILED: transformers was imported by a checked model"; failed=1; }
echo "-- where the time goes (cProfile makes Python slower)"
timeout 120 "$python" -c '
import cProfile, pstats, sys
sys.argv = ["tsel", *sys.argv[1:]]
profile = cProfile.Profile()
profile.enable()
from tsel_cli.app import run
code = run()
profile.disable()
stats = pstats.Stats(profile, stream=sys.stderr)
stats.dump_stats("'"$out"'/ask.prof")
stats.sort_stats("tottime").print_stats(30)
stats.sort_stats("cumulative").print_stats("tsel_|triton|cuda|read_weights|tokenizer", 60)
' ask "$doc" "$question" --keep-alive 0 --no-cache >"$out/profile.out" 2>"$out/profile.err"
grep -E '^ *[0-9]+(/[0-9]+)? +[0-9.]+ ' "$out/profile.err" | cut -c1-150 | head -90
echo "-- resident engine"
for n in 1 2 3 4; do step "resident_$n" "${ask[@]}"; done
step resident_other_question "$python" -m tsel_cli ask "$doc" "Who was absent?" --timings
for n in 1 2 3; do step "resident_normal_$n" "${ask[@]}" --effort normal; done
step resident_other_document "$python" -m tsel_cli ask "$root/samples/meeting.vtt" "Who orders the sensors?" --timings
step resident_back "${ask[@]}"
[ $failed = 0 ] && echo "start-up: done" || { echo "start-up: failed, see $out"; trap 'tsel stop >/dev/null 2>&1' EXIT; }
exit $failed
