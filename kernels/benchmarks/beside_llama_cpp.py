"""Our command and llama.cpp on the same GGUF and the same document, by turns on a CPU: reading, writing, peak memory.

Ours runs twice a turn: as it is, and with torch's products for few rows (`ours, torch`).

    python kernels/benchmarks/beside_llama_cpp.py MODEL.gguf [FILE] [--threads 2] [--turns 3] [--written 64]

llama.cpp runs through `xllamacpp` (pip install xllamacpp). Each run is a process of its own; tokens a second as each program
counts them, peak memory as the system counted the process. Lines of JSON on stdout, the medians last.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_TOLD = re.compile(r"prefill [\d.]+ \(.*?([\d,]+(?:\.\d+)?) tok/s\).*?write [\d.]+ \(([\d,]+(?:\.\d+)?) tok/s\)")
_QUESTION = "What was decided, by whom, and what is to be done until when?"


def ours(model: str, file: str, threads: int, written: int, rows: str = "") -> dict[str, float]:
    """`tsel ask` without a resident engine or a kept reading, with 4-bit weights; `rows`: TSEL_CPU_ROWS."""
    command = [sys.executable, "-m", "tsel_cli", "ask", file, _QUESTION, "--model", model, "--weights", "q4", "--effort", "quick"]
    command += ["--keep-alive", "0", "--no-cache", "--timings", "--attention", "full", "--max-new-tokens", str(written)]
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "COLUMNS": "200", "TSEL_CPU_ROWS": rows}
    run = subprocess.run(command, env=environment, capture_output=True, text=True)
    told = _TOLD.search(run.stderr)
    if told is None:
        raise SystemExit(f"no timings: exit {run.returncode}\n{run.stderr[-2000:]}")
    read, wrote = (float(number.replace(",", "")) for number in told.groups())
    return {"read": read, "written": wrote}


def theirs(model: str, file: str, threads: int, written: int) -> dict[str, float]:
    """llama.cpp's server in this process."""
    import xllamacpp

    from tsel_core.api import read_documents

    text = "\n".join(unit.text for document in read_documents([file]) for unit in document.units)
    params = xllamacpp.CommonParams()
    params.model.path, params.n_ctx, params.n_predict, params.n_parallel = model, 8192, written, 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    server = xllamacpp.Server(params)
    messages = [{"role": "user", "content": f"{text}\n\n---\n{_QUESTION}"}]
    reply = server.handle_chat_completions({"messages": messages, "max_tokens": written, "temperature": 0})
    reply = json.loads(reply) if isinstance(reply, (str, bytes)) else reply
    timings = reply["timings"]
    return {"read": timings["prompt_per_second"], "written": timings["predicted_per_second"], "tokens": timings["prompt_n"]}


def torch_rows(model: str, file: str, threads: int, written: int) -> dict[str, float]:
    """`ours` with torch's products."""
    return ours(model, file, threads, written, "torch")


RUNS = {"ours": ours, "ours, torch": torch_rows, "llama.cpp": theirs}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run both by turns."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("file", nargs="?", default=str(Path(__file__).parents[2] / "samples" / "minutes.pdf"))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--written", type=int, default=64)
    parser.add_argument("--one", choices=tuple(RUNS), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one:
        told = RUNS[options.one](options.model, options.file, options.threads, options.written)
        who = resource.RUSAGE_SELF if options.one == "llama.cpp" else resource.RUSAGE_CHILDREN
        print(json.dumps({"who": options.one, **told, "peak_gb": resource.getrusage(who).ru_maxrss / 1e6}))
        return
    rows = []
    for turn in range(options.turns):
        for who in list(RUNS) if turn % 2 == 0 else reversed(RUNS):
            passed = [options.model, options.file, "--threads", str(options.threads), "--written", str(options.written)]
            made = subprocess.run([sys.executable, __file__, *passed, "--one", who], capture_output=True, text=True)
            if made.returncode:
                raise SystemExit(made.stderr[-2000:])
            rows.append(json.loads(made.stdout.splitlines()[-1]))
            print(json.dumps({"turn": turn, **rows[-1]}), flush=True)
    for who in RUNS:
        mine = [row for row in rows if row["who"] == who]
        print(json.dumps({"median of": who, **{k: round(statistics.median(r[k] for r in mine), 2) for k in ("read", "written", "peak_gb")}}))


if __name__ == "__main__":
    main()
