"""Parsing in a process of its own: what a hostile file can do ends with that process.

The child gets the bytes over a pipe (it opens no file of the user), limits its own memory and CPU time, locks itself
(ingest/fence), and answers in JSON lines. Where a process cannot be started, parsing runs in this one.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from dataclasses import asdict, fields, replace
from typing import Any

from tsel_core import errors
from tsel_core.document import Document, Unit
from tsel_core.ingest.fence import macos, windows
from tsel_core.ingest.fence.child import child_path, environment
from tsel_core.ingest.fence.lock import readable
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.parse import out_of_memory, parse

_NAMES = [field.name for field in fields(Unit)]
_PATH, _CUES = _NAMES.index("heading_path"), _NAMES.index("cues")
_START = "import json,sys;sys.path[:]=json.loads(sys.argv[1]);from tsel_core.ingest.isolation.worker import main;main()"


def parse_isolated(name: str, data: bytes, sha256: str, options: ReadOptions) -> Document:
    """As `parse`, in a child process with limits. Raises TselError, also when the child dies or runs too long."""
    if not options.isolate or not sys.executable:
        return parse(name, data, sha256, options)
    request = json.dumps({"name": name, "sha256": sha256, "num_bytes": len(data), "options": asdict(options)})
    try:
        child = _start(fenced=not options.ocr)
    except OSError as error:
        told = f"no process could be started to read it in ({error.strerror})"
        here = parse(name, data, sha256, options)
        return replace(here, warnings=(*here.warnings, f"{told}: it was read in the program's own, unlocked"))
    job = windows.hold(child, options.memory_limit_bytes * (3 if options.ocr else 1))
    timed_out = threading.Event()

    def stop() -> None:
        timed_out.set()
        child.kill()

    timer = threading.Timer(options.timeout_s, stop)
    timer.daemon = True
    sender = threading.Thread(target=_send, args=(child, request.encode() + b"\n", data), daemon=True)
    try:
        timer.start()  # within: where there is no memory for another thread, the first one and the child must not stay
        sender.start()
        document, failure = _receive(child, name)
        code = child.wait()
    finally:
        timer.cancel()
        if child.poll() is None:
            child.kill()
            child.wait()
        windows.let_go(job)
        if sender.ident is not None:
            sender.join(5)
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                _close(pipe)
    if failure is not None:
        raise failure
    if document is not None:
        return document
    if timed_out.is_set():
        raise errors.DocumentError(
            f"{name}: reading it took more than {options.timeout_s:.0f} s and was stopped",
            "the file is damaged, very large, or made to do harm; split it",
        )
    raise _death(name, code, options)


def _start(*, fenced: bool) -> subprocess.Popen[bytes]:
    """The child; on macOS under sandbox-exec (`fenced`: it starts no program of its own, as tesseract is)."""
    command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", _START, json.dumps(child_path())]
    return subprocess.Popen(
        macos.wrapped(command, readable) if fenced else command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )


def _send(child: subprocess.Popen[bytes], request: bytes, data: bytes) -> None:
    assert child.stdin is not None
    try:
        child.stdin.write(request)
        child.stdin.write(data)
        child.stdin.close()
    except (OSError, ValueError):
        pass  # the child died first; its end is reported by its exit code


def _close(pipe: Any) -> None:
    with contextlib.suppress(OSError):
        pipe.close()


def _receive(child: subprocess.Popen[bytes], name: str) -> tuple[Document | None, errors.TselError | None]:
    """Read the child's lines: units, then one "document" line, or one "error" line."""
    assert child.stdout is not None
    units: list[Unit] = []
    for line in child.stdout:
        try:
            message = json.loads(line)
        except ValueError:
            return None, None
        if "units" in message:
            units.extend(_unit(values) for values in message["units"])
        elif "document" in message:
            head = message["document"]
            head["warnings"], head["missing"] = tuple(head["warnings"]), tuple(head["missing"])
            return Document(units=tuple(units), **head), None
        elif "error" in message:
            kind = getattr(errors, message["error"], errors.DocumentError)
            return None, kind(message["message"], message["hint"])
    return None, None


def _unit(values: list[Any]) -> Unit:
    """From the values of its fields in their order."""
    values[_PATH] = tuple(values[_PATH]) if values[_PATH] else ()
    values[_CUES] = tuple((at, time) for at, time in values[_CUES]) if values[_CUES] else ()
    return Unit(*values)


def _death(name: str, code: int, options: ReadOptions) -> errors.DocumentError:
    if code in (-24, -9):  # SIGXCPU, SIGKILL: the limits
        return out_of_memory(name, options)
    return errors.DocumentError(
        f"{name}: the reader stopped on this file (exit {code})",
        "the file is damaged; open it in the program it came from and save it again",
    )
