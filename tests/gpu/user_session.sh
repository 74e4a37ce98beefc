#!/usr/bin/env bash
# The real commands, as a person runs them: every exit code, no traceback on stderr, a second question that re-uses.
#
#   MODEL=FOLDER|NAME tests/gpu/user_session.sh     a model of this machine
#   MODEL=random tests/gpu/user_session.sh          random weights in the shape of Qwen2.5 1.5B (no network needed)
#   MODEL=tiny tests/gpu/user_session.sh            a random model of 3 layers, for a dry run on a CPU
#
# With TSEL_KEEP_ALIVE=0 every command loads the model by itself; else a resident engine answers most of them.
# TSEL: the command (python -m tsel_cli of this checkout). OUT: a folder for what every step printed. It is done within
# five minutes on a GPU; a CPU with a real model takes longer. Exit code 1 when a step failed.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
python=${PYTHON:-python3}
export PYTHONPATH="$root:$root/kernels:$root/tests/support${PYTHONPATH:+:$PYTHONPATH}"
export PYTHONUNBUFFERED=1
read -r -a tsel <<<"${TSEL:-$python -m tsel_cli}"
work=$(mktemp -d)
out=${OUT:-$work/out}
mkdir -p "$out"
: "${TSEL_MODELS:=$("$python" -c 'from tsel_core.cache_paths import models_dir; print(models_dir())')}"
export TSEL_RUNTIME_DIR="$work/run" TSEL_MODELS TSEL_CACHE="$work/cache" TSEL_LOG_DIR="$work/log" TSEL_CONFIG="$work/config.toml"
server=""
cleanup() {
  [ -n "$server" ] && kill "$server" 2>/dev/null
  "${tsel[@]}" stop >/dev/null 2>&1
  rm -rf "$work"
}
trap cleanup EXIT

MODEL=${MODEL:-random}
case $MODEL in
  tiny | random)
    echo "making a model of random weights ($MODEL)"
    "$python" "$here/random_folder.py" "$work/model" "$MODEL" >"$out/model.log" 2>&1 || { cat "$out/model.log"; exit 1; }
    MODEL=$work/model
    ;;
esac
export TSEL_MODEL=$MODEL TSEL_MAX_NEW_TOKENS=${TSEL_MAX_NEW_TOKENS:-32}

failed=0
fail() {
  failed=$((failed + 1))
  printf '  FAILED: %s\n' "$*"
}
now() { "$python" -c 'import time; print(time.time())'; }
# step NAME "CODES" COMMAND...: its stdout and stderr go to $out/NAME.out and .err; CODES are the exit codes allowed
step() {
  local name=$1 codes=$2 code began
  shift 2
  began=$(now)
  timeout "${STEP_SECONDS:-120}" "$@" >"$out/$name.out" 2>"$out/$name.err" </dev/null
  code=$?
  checked "$name" "$codes" "$code" "$began"
}
checked() {
  local name=$1 codes=$2 code=$3 began=$4
  printf '%-22s exit %-3s %6.1f s\n' "$name" "$code" "$("$python" -c "import time; print(time.time() - $began)")"
  case " $codes " in *" $code "*) ;; *) fail "exit code $code, allowed: $codes"; tail -5 "$out/$name.err" ;; esac
  if grep -nE 'Traceback|Exception ignored|Exception in thread|Fatal Python|Segmentation|core dumped' "$out/$name.err"; then
    fail "stderr of $name holds a traceback"
  fi
}
says() { grep -qE -- "$3" "$out/$1.$2" || { fail "$1.$2 does not say: $3"; tail -5 "$out/$1.$2"; }; }
words() { [ -s "$out/$1.out" ] || fail "$1 printed nothing to stdout"; }
json() { "$python" -c 'import json, sys; json.load(open(sys.argv[1]))' "$out/$1.out" || fail "$1 did not print one JSON object"; }

answered="0 3 4" # a random model's answer has no citation that holds
doc=$root/samples/meeting.vtt
step help 0 "${tsel[@]}" --help
step ask "$answered" "${tsel[@]}" ask "$doc" "Who has to order the pilot lot?" --timings
words ask
says ask err 'nothing cut'
says ask err '^time'
step ask_again "$answered" "${tsel[@]}" ask "$doc" "When is the next meeting?" --timings
says ask_again err 'tokens from a kept reading'
says ask_again err '^waited'
step ps 0 "${tsel[@]}" ps
step ask_alone "$answered" "${tsel[@]}" ask "$doc" "When is the next meeting?" --timings --keep-alive 0
if [ -z "${TSEL_KEEP_ALIVE:-}${CI:-}" ]; then
  says ps out 'process [0-9]+, .* on (cpu|cuda)'
  cmp -s "$out/ask_again.out" "$out/ask_alone.out" || fail "the resident engine and the command alone answer differently"
fi
step ask_continue "$answered" "${tsel[@]}" ask --continue "Who was absent?" --json
json ask_continue
step ask_no_cache "$answered" "${tsel[@]}" ask "$doc" "Who was absent?" --no-cache
if grep -q 'kept reading' "$out/ask_no_cache.err"; then fail "--no-cache used a kept reading"; fi
step ask_wrong_file 1 "${tsel[@]}" ask "$work/missing.pdf" "Who was absent?"
step ask_select "$answered" "${tsel[@]}" ask "$doc" "Who was absent?" --attention select --budget 256
step summarize "$answered" "${tsel[@]}" summarize "$root/samples/minutes.pdf" --style minutes
words summarize
step explain "$answered" "${tsel[@]}" ask "$doc" "What was decided?" --explain "$work/report.html"
grep -q '</html>' "$work/report.html" 2>/dev/null || fail "explain wrote no report"

began=$(now)
printf 'What was decided?\nWho was absent?\n' | timeout 120 "${tsel[@]}" chat "$doc" >"$out/chat.out" 2>"$out/chat.err"
checked chat "$answered" $? "$began"
words chat

mkdir "$work/folder"
cp "$root/samples/meeting.vtt" "$root/samples/transcript_ja.txt" "$work/folder"
step batch 0 "${tsel[@]}" batch "$work/folder" --out "$work/results" --task ask --question "What was decided?"
says batch err '2 answered'
step batch_again 0 "${tsel[@]}" batch "$work/folder" --out "$work/results" --task ask --question "What was decided?"
says batch_again err '2 were done before'
step bench 0 "${tsel[@]}" bench "$doc" --lengths "${BENCH_LENGTHS:-1k}" --max-new-tokens 8 --json
json bench
step eval 0 "${tsel[@]}" eval "$root/samples/questions.jsonl" --setting fast --limit 1 --max-new-tokens 8 --json
json eval

# two at the same time
began=$(now)
timeout 120 "${tsel[@]}" ask "$doc" "Who leads the project?" >"$out/first.out" 2>"$out/first.err" </dev/null &
first=$!
step second "$answered" "${tsel[@]}" ask "$doc" "What does it cost?"
wait "$first"
checked first "$answered" $? "$began"
words first
words second

# Ctrl-C while it works, and a reader that leaves
began=$(now)
"$python" - "${INTERRUPT_AFTER:-2}" "${tsel[@]}" summarize "$root/samples/long_report.docx" --max-new-tokens 4000 \
  >"$out/interrupt.out" 2>"$out/interrupt.err" <<'PY'
import os, signal, subprocess, sys, time

process = subprocess.Popen(sys.argv[2:], start_new_session=True)  # a terminal sends it to the whole group
time.sleep(float(sys.argv[1]))
os.killpg(process.pid, signal.SIGINT)
sys.exit(process.wait(60))
PY
checked interrupt "130 0 5" $? "$began"
began=$(now)
"${tsel[@]}" ask "$doc" "What was decided?" --json 2>"$out/pipe.err" </dev/null | head -1 >"$out/pipe.out"
checked pipe "0 3 4 141" "${PIPESTATUS[0]}" "$began"

if "$python" -c 'import fastapi, uvicorn, python_multipart' 2>/dev/null; then
  began=$(now)
  # a job in the background of a script ignores Ctrl-C, so Python starts it
  "$python" -c 'import signal, os, sys; signal.signal(signal.SIGINT, signal.default_int_handler); os.execvp(sys.argv[1], sys.argv[1:])' \
    "${tsel[@]}" serve --port 0 >"$out/serve.out" 2>"$out/serve.err" &
  server=$!
  step serve_client 0 "$python" "$here/serve_client.py" "$out/serve.err" "$doc"
  json serve_client
  kill -INT "$server"
  wait "$server"
  code=$?
  server=""
  checked serve "0 130" "$code" "$began"
else
  echo "serve                  skipped: fastapi, uvicorn or python-multipart is not installed"
fi

step cache_list 0 "${tsel[@]}" cache list
step log_list 0 "${tsel[@]}" log list
step stop 0 "${tsel[@]}" stop
step cache_purge 0 "${tsel[@]}" cache purge --all
if find "$work/cache" -name '*.part' | grep -q .; then fail "parts of readings were left behind"; fi
[ "$failed" = 0 ] && echo "user session: everything as expected" || echo "user session: $failed failed; see $out"
[ "$failed" = 0 ] || trap '[ -n "$server" ] && kill "$server" 2>/dev/null' EXIT # what was printed stays
exit $((failed > 0))
