"""The child process that hears one recording. What it finds goes to stdout as JSON lines."""

from __future__ import annotations

import json
import os
from typing import Any, BinaryIO

from tsel_core.ingest.fence import landlock
from tsel_core.ingest.fence.lock import readable
from tsel_core.ingest.isolation.worker import forbid
from tsel_core.ingest.options import ReadOptions

_DEVICES = ("/dev", "/sys", "/proc")  # of a GPU, and what its libraries ask about it


def main(request: dict[str, Any]) -> None:
    """Hear it; an error is a line, too. Ends the process."""
    stdout = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a library that prints must not break the protocol
    try:
        _hear(request, stdout)
    except MemoryError:
        _say(stdout, {"error": "out of memory"})
    except Exception as error:
        _say(stdout, {"error": f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"})
    os._exit(0)


def _hear(request: dict[str, Any], stdout: BinaryIO) -> None:
    from faster_whisper import WhisperModel

    cuda = str(request["device"]).startswith("cuda")
    # before threads are made: files of libraries, of this recording and this model; no other file, no network
    landlock.restrict([*readable(), *_DEVICES, request["path"], request["model"]])
    forbid(ReadOptions())
    model = WhisperModel(
        request["model"],
        device="cuda" if cuda else "cpu",
        compute_type="float16" if cuda else "int8",
        local_files_only=True,
    )
    segments, info = model.transcribe(request["path"], language=request["language"], vad_filter=True)
    _say(stdout, {"seconds": float(info.duration)})
    for segment in segments:
        _say(stdout, {"start": float(segment.start), "end": float(segment.end), "text": str(segment.text)})
    _say(stdout, {"done": True})


def _say(stdout: BinaryIO, message: dict[str, Any]) -> None:
    stdout.write(json.dumps(message).encode() + b"\n")
    stdout.flush()
