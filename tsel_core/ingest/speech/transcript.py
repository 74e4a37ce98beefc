"""A recording's transcript as WebVTT, with a note of what it was made from, so that it is made once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_SIGN = "tsel wrote this down from a recording; it may be mistaken"
_NOTE = re.compile(rf"WEBVTT\n\nNOTE {re.escape(_SIGN)}\nsha256 ([0-9a-f]{{64}})\nmodel ([^\n]*)\n")


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of speech; seconds from the start of the recording."""

    start_s: float
    end_s: float
    text: str


def write_vtt(said: Iterable[Said], sha256: str, model: str) -> str:
    """The transcript of the recording with these bytes, by this model."""
    parts = [f"WEBVTT\n\nNOTE {_SIGN}\nsha256 {sha256}\nmodel {' '.join(model.split())}\n"]
    for one in said:
        text = " ".join(one.text.split()).replace("&", "&amp;").replace("<", "&lt;").replace("-->", "--&gt;")
        if text:
            parts.append(f"{_clock(one.start_s)} --> {_clock(max(one.start_s, one.end_s))}\n{text}\n")
    return "\n".join(parts)


def made_from(text: str) -> tuple[str, str] | None:
    """(sha256 of the recording, model) of a transcript that write_vtt made; None for any other text."""
    match = _NOTE.match(text)
    return (match[1], match[2]) if match else None


def _clock(seconds: float) -> str:
    millis = max(0, round(seconds * 1000))
    return f"{millis // 3_600_000:02d}:{millis // 60_000 % 60:02d}:{millis // 1000 % 60:02d}.{millis % 1000:03d}"
