#!/usr/bin/env bash
# `tsel batch` on a GPU as a person runs it: the same folder one document after another, several at once, and by replicas.
#
#   MODEL=FOLDER|NAME OUT=FOLDER tests/gpu/batch_session.sh [DOCUMENTS [LINES]]
#
# The documents are made here: meetings of so many lines (600: about 12 thousand tokens). Prints seconds, and how many
# answers are the same words. REPLICAS=2 adds a run with a copy of the model on each of two GPUs.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
python=${PYTHON:-python3}
export PYTHONPATH="$root:$root/kernels${PYTHONPATH:+:$PYTHONPATH}" PYTHONUNBUFFERED=1 TSEL_LOG=0 TSEL_KEEP_ALIVE=0
work=$(mktemp -d)
out=${OUT:-$work/out}
mkdir -p "$out"
trap 'rm -rf "$work"' EXIT
export TSEL_MODEL=${MODEL:?a model} TSEL_CACHE="$work/cache"
: "${TSEL_MODELS:=$("$python" -c 'from tsel_core.cache_paths import models_dir; print(models_dir())')}"
export TSEL_MODELS
"$python" - "$work/in" "${1:-39}" "${2:-600}" <<'P'
import random
import sys
from pathlib import Path

folder, documents, lines = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
folder.mkdir()
people, things = ["Ann Lee", "Bo Ray", "Cy Dunn", "Eve Oh"], ["the roof", "the lease", "the printer", "the budget", "the website"]
for number in range(documents):
    draw = random.Random(number)
    said = [
        f"{draw.choice(people)}: On {draw.choice(things)} we have offer {draw.randrange(1000)} of {draw.randrange(10**5)} euros until {draw.randrange(1, 29)} May."
        for _ in range(lines)
    ]
    (folder / f"meeting{number:02}.txt").write_text("\n".join(said), encoding="utf-8")
P
batch() { # NAME SECONDS OPTIONS...
  local name=$1 limit=$2 began=$SECONDS; shift 2
  timeout "$limit" "$python" -m tsel_cli batch "$work/in" --out "$out/$name" --task ask --question "What was said about the roof? Quote it." \
    --effort quick --max-new-tokens 270 --device cuda "$@" > "$out/$name.txt" 2>&1
  echo "$name: exit $? after $((SECONDS - began)) s; $(grep -h 'answered in' "$out/$name.txt" | tail -n 1 | cut -c1-120)"
  grep -l Traceback "$out/$name.txt"
}
batch one "${LIMIT_ONE:-120}" --at-once 1
batch several "${LIMIT:-60}" --at-once 16
batch again "${LIMIT:-60}" --at-once 16 # every kernel is compiled: what a folder takes on any day but the first
[ -n "${REPLICAS:-}" ] && batch replicas "${LIMIT:-60}" --at-once 16 --replicas "$REPLICAS"
"$python" - "$out" <<'P'
import json
import sys
from pathlib import Path


def answers(folder):
    path = Path(sys.argv[1], folder, "results.jsonl")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    return {row["file"]: row.get("answer") for row in rows if row["status"] == "ok"}


one = answers("one")
for folder in ("several", "again", "replicas"):
    other = answers(folder)
    if other:
        same = sum(other.get(name) == text for name, text in one.items())
        print(f"{folder}: {len(other)} answered, {same} of {len(one)} are the same words as one after another")
P
