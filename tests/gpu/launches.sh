#!/usr/bin/env bash
# Records which kernels a first start launches, as the list that the package compiles them from ahead
# (kernels/tsel_kernels/launches), and times a first start without and with it. Four to six minutes on a GPU.
#
#   MODEL=FOLDER|NAME OUT=FOLDER tests/gpu/launches.sh      RECORD= ahead of it: times alone, with the list that is there
#
# The default model's commands, and the 7B and 8B shapes with random weights. A first start: Triton's cache and every
# record of the model are new ones; bytecode is at hand. OUT gets the list and what every step printed.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
python=${PYTHON:-python3}
export PYTHONPATH="$root:$root/kernels${PYTHONPATH:+:$PYTHONPATH}" PYTHONUNBUFFERED=1 TSEL_LOG=0 TSEL_KEEP_ALIVE=0
work=$(mktemp -d)
out=${OUT:-$work/out}
mkdir -p "$out"
trap 'rm -rf "$work"' EXIT
unset PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX="$work/pycache" TSEL_MODEL=${MODEL:?a model} TSEL_CONFIG="$work/config.toml" TSEL_LOG_DIR="$work/log"
doc=$root/samples/minutes.pdf
ask=(ask "$doc" "When is the next meeting?" --effort quick --max-new-tokens 8 --timings)
"$python" - "$work/long.txt" <<'P'
import random, sys
draw = random.Random(1)
said = [f"Ann Lee: On the {draw.choice(['roof', 'lease', 'printer'])} we have offer {draw.randrange(1000)} of {draw.randrange(10**5)} euros until {draw.randrange(1, 29)} May." for _ in range(900)]
open(sys.argv[1], "w").write("\n".join(said))
P

new() { # a machine that never ran it
  rm -rf "$work/triton" "$work/models" "$work/cache"
  export TRITON_CACHE_DIR="$work/triton" TSEL_MODELS="$work/models" TSEL_CACHE="$work/cache"
}
timed() { # NAME COMMAND...
  local name=$1 began code; shift
  began=$(date +%s.%N)
  timeout 120 "$@" >"$out/$name.out" 2>"$out/$name.err" </dev/null
  code=$?
  printf '%-26s %6.2f s  exit %s\n' "$name" "$(awk -v a="$began" -v b="$(date +%s.%N)" 'BEGIN { print b - a }')" "$code"
  case $code in 0 | 3 | 4) ;; *) tail -5 "$out/$name.err" ;; esac
  grep -hE '^(time|waited) ' "$out/$name.err" | sed 's/^/      /'
  grep -h '"compile_s"' "$out/$name.err" | cut -c1-400
}
noted() { timed "$1" "$python" "$here/launches.py" run "$out/$1.jsonl" "${@:2}"; }

"$python" - "$MODEL" <<'P'
import sys
from tsel_core.models.load import resolve_model
from tsel_core.models.plain_tokenizer import is_known
from tsel_core.models.shipped.known import known_model, model_key
info = resolve_model(sys.argv[1], offline=True)
known = known_model(info) is not None
print(f"the package knows this model's logits: {known} ({model_key(info)[:8]}), its tokenizer: {is_known(info.path, info.model_type)}")
P
list=$("$python" -c 'import torch; from tsel_kernels.ahead import list_of; print(list_of(torch.cuda.get_device_capability()))')
if [ -n "${RECORD-yes}" ]; then
rm -f "$list"
new; timed warm_up "$python" -m tsel_cli "${ask[@]}"
new; timed first_ever_without_list "$python" -m tsel_cli "${ask[@]}"
timed after_it "$python" -m tsel_cli "${ask[@]}" --no-cache
timed after_it_2 "$python" -m tsel_cli "${ask[@]}" --no-cache

new
noted ask "${ask[@]}"
noted ask_again ask "$doc" "Who was absent?" --effort quick --max-new-tokens 8
noted ask_normal ask "$root/samples/meeting.vtt" "Who orders the sensors?" --max-new-tokens 40
noted summarize summarize "$root/samples/contract.docx" --max-new-tokens 60
noted long ask "$work/long.txt" "What was said about the roof?" --effort quick --max-new-tokens 16
mkdir "$work/in" && cp "$root"/samples/*.vtt "$root/samples/contract.docx" "$root/samples/report_ja.pdf" "$work/in"
noted batch batch "$work/in" --out "$work/results" --task ask --question "What was decided?" --at-once 4 --max-new-tokens 20
for shape in ${SHAPES-qwen2-7b llama3-8b}; do
  noted "$shape" "$root/kernels/benchmarks/batch_writing.py" --device cuda --shape $shape --tokens 2838 --attention full --batches 4 --written 8
  noted "$shape-long" "$root/kernels/benchmarks/batch_writing.py" --device cuda --shape $shape --tokens 20480 --attention select --batches 4 --written 8
done
cd "$out" || exit 1
"$python" "$here/launches.py" merge "$list" ask.jsonl qwen2-7b.jsonl llama3-8b.jsonl -- ask_again.jsonl ask_normal.jsonl \
  summarize.jsonl long.jsonl batch.jsonl qwen2-7b-long.jsonl llama3-8b-long.jsonl
cp "$list" "$out/"
fi
new; timed first_ever_with_list "$python" -m tsel_cli "${ask[@]}"
new; timed first_ever_with_list_2 "$python" -m tsel_cli "${ask[@]}"
new; timed what_it_compiled "$python" "$here/launches.py" run - "${ask[@]}"
timed where "$python" "$here/sampled.py" "$out/sampled.txt" "${ask[@]}" --no-cache
for n in 1 2 3; do timed "again_$n" "$python" -m tsel_cli "${ask[@]}" --no-cache; done
timed afterwards "$python" "$here/launches.py" run - ask "$root/samples/meeting.vtt" "Who orders the sensors?" --max-new-tokens 40
ls "$TRITON_CACHE_DIR"/*.done 2>/dev/null || echo "the list was not compiled to its end"
