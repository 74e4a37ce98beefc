"""Clients who ask a `tsel serve` at once, some of whom leave in the middle: whoever stays gets what he gets alone.

    python tests/gpu/serve_stress.py [--clients 40] [--rounds 5] [--seconds 300] [--same-rows on|off] [-- OPTIONS OF tsel serve]

Starts a server on documents made here, asks every question alone, then all at once in a random order (the same every
time), streamed and not, with a third of the clients gone after a few words. Many questions begin with the same words.
Prints one JSON object; exit code 1 where an answer differs, a request fails for another reason than a full queue, the
server is unwell, does not end when it is told to, or has a traceback on stderr.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

from serve_client import address, call

_THINGS = ("roof", "lease", "printer", "budget", "website", "boiler", "fence", "garden")
_ASKED = ("How much does the {} cost?", "How much did the {} cost last year?", "Who looks after the {}?", "Is the {} insured?")


def document(number: int) -> str:
    """A paper of a few clauses with values of its own."""
    draw = random.Random(number)
    lines = [
        f"{n}. The {thing} costs {draw.randrange(100, 9999)} euros a year and is looked after by {draw.choice(['Ann Lee', 'Bo Ray', 'Cy Dunn'])}."
        f" It is {draw.choice(['insured', 'not insured'])}."
        for n, thing in enumerate(_THINGS, 1)
    ]
    return "\n".join(lines * 4)


def body(number: int, question: str, stream: bool, model: str) -> bytes:
    """A request to the OpenAI API with the document in the message."""
    message = {"role": "user", "content": f"{document(number)}\n\n{question}"}
    return json.dumps({"model": model, "messages": [message], "max_tokens": 24, "temperature": 0, "stream": stream}).encode()


def answered(base: str, request: bytes, leaves: bool) -> str | None:
    """The text of an answer; None for a client who left."""
    asked = urllib.request.Request(f"{base}/v1/chat/completions", request, {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=300) as response:
        if b'"stream": true' not in request:
            return str(json.loads(response.read())["choices"][0]["message"]["content"])
        text = ""
        for count, line in enumerate(response):
            if leaves and count > 3:
                return None
            if line.startswith(b"data: {"):
                told = json.loads(line[6:])
                if "error" in told:
                    raise ValueError(str(told["error"]))
                text += "".join(c["delta"].get("content") or "" for c in told["choices"])
        return text


def ask_patiently(base: str, request: bytes, leaves: bool, refused: Counter[str]) -> str | None:
    """The same; a full queue is waited for."""
    while True:
        try:
            return answered(base, request, leaves)
        except urllib.error.HTTPError as error:
            if error.code not in (429, 503):
                raise
            refused[str(error.code)] += 1
            time.sleep(0.2)


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--same-rows", choices=["on", "off"], help="SAME_ROWS of tsel_core/decoder/graph/batch.py")
    parser.add_argument("serve", nargs="*")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "stderr"
        with log.open("wb") as err:
            server = subprocess.Popen(
                [sys.executable, *program(options.same_rows), "serve", "--port", "0", *options.serve], stdout=err, stderr=err
            )
        try:
            found = stress(address(log), options)
        finally:
            server.send_signal(signal.SIGINT)
            try:
                code: int | str = server.wait(60)
            except subprocess.TimeoutExpired:
                server.kill()
                code = "did not end"
        text = log.read_text(errors="replace")
        found |= {"exit": code, "tracebacks": text.count("Traceback")}
        if found["tracebacks"]:
            print(text[-3000:], file=sys.stderr)
    print(json.dumps(found))
    well = code in (0, 130) and not found["tracebacks"] and not found["wrong"] and not found["failed"] and found["healthy"]
    return 0 if well else 1


def program(same_rows: str | None) -> list[str]:
    """The command, with a choice that no user has."""
    if same_rows is None:
        return ["-m", "tsel_cli"]
    chosen = f"from tsel_core.decoder.graph import batch\nbatch.SAME_ROWS = {same_rows == 'on'}\n"
    return ["-c", chosen + "from tsel_cli.app import main\nmain()"]


def stress(base: str, options: argparse.Namespace) -> dict[str, Any]:
    """What came of it: requests, those who left, refusals of a full queue, wrong and failed ones."""
    model = json.loads(call(f"{base}/v1/models"))["data"][0]["id"]
    pairs = [(n, q.format(thing)) for n in range(3) for q in _ASKED for thing in _THINGS[:3]]
    began = time.monotonic()
    alone = {pair: answered(base, body(*pair, False, model), False) for pair in pairs}
    took = time.monotonic() - began
    draw, count, refused = random.Random(5), Counter[str](), Counter[str]()
    wrong: list[Any] = []
    failed: list[str] = []

    def client(seed: int) -> None:
        own = random.Random(seed)
        for _ in range(options.rounds):
            if time.monotonic() - began > options.seconds:
                return
            pair, stream, leaves = own.choice(pairs), own.random() < 0.6, own.random() < 0.33
            try:
                text = ask_patiently(base, body(*pair, stream, model), stream and leaves, refused)
            except Exception as error:  # whatever it is: it is told
                failed.append(f"{type(error).__name__}: {error}"[:300])
                continue
            count["left" if text is None else "answered"] += 1
            if text is not None and text.strip() != (alone[pair] or "").strip():
                wrong.append([*pair, text, alone[pair]])

    clients = [threading.Thread(target=client, args=(draw.randrange(10**6),)) for _ in range(options.clients)]
    start = time.monotonic()
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    health = json.loads(call(f"{base}/health"))
    return {
        "alone_s": round(took, 1), "num_alone": len(pairs), "together_s": round(time.monotonic() - start, 1), **count,
        "refused": dict(refused), "wrong": wrong[:5], "num_wrong": len(wrong), "failed": failed[:5],
        "num_failed": len(failed), "healthy": health.get("status") == "ok", "health": health,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
