"""The child process that hears one recording and tells its voices apart; what it finds goes to stdout as JSON lines."""

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
    from faster_whisper.audio import decode_audio

    cuda, names = str(request["device"]).startswith("cuda"), request["voices"] is not None
    # before threads are made: files of libraries, of this recording and these models; no other file, no network
    opened = [path for path in (request["path"], request["model"], request["voices"]) if path is not None]
    landlock.restrict([*readable(), *_DEVICES, *opened])
    forbid(ReadOptions())
    sound = decode_audio(request["path"]) if names else request["path"]  # decoded once for both
    if request["model"] is not None:
        model = WhisperModel(
            request["model"],
            device="cuda" if cuda else "cpu",
            compute_type="float16" if cuda else "int8",
            local_files_only=True,
        )
        asked = {"language": request["language"], "vad_filter": True} | ({"word_timestamps": True} if names else {})
        segments, info = model.transcribe(sound, **asked)
        _say(stdout, {"seconds": float(info.duration)})
        for one in segments:
            words = [[float(w.start), float(w.end), str(w.word)] for w in one.words or ()] if names else []
            _say(stdout, {"start": float(one.start), "end": float(one.end), "text": str(one.text), "words": words})
    if names:
        _tell_voices(sound, request["voices"], stdout)
    _say(stdout, {"done": True})


def _tell_voices(sound: Any, place: str, stdout: BinaryIO) -> None:
    """Who speaks when, a turn a line; `sound`: mono at 16 kHz, [num_samples]."""
    from pathlib import Path

    from faster_whisper.vad import VadOptions, get_speech_timestamps

    from tsel_core.ingest.speech.turns import turns_of, windows_of
    from tsel_core.ingest.speech.voices import RATE, load, voices

    network = load(Path(place))
    heard = get_speech_timestamps(sound, VadOptions(min_silence_duration_ms=100, speech_pad_ms=30))
    windows = windows_of([(one["start"] / RATE, one["end"] / RATE) for one in heard])
    _say(stdout, {"windows": len(windows)})

    def told(done: int) -> None:
        _say(stdout, {"told": done})

    for turn in turns_of(windows, voices(network, sound, windows, told)):
        _say(stdout, {"turn": [turn.start_s, turn.end_s, turn.speaker]})


def _say(stdout: BinaryIO, message: dict[str, Any]) -> None:
    stdout.write(json.dumps(message).encode() + b"\n")
    stdout.flush()
