"""A recording's transcript as WebVTT, with a note of what it was made from, so that it is made once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tsel_core.ingest.speech.turns import Turn, speaker_at
from tsel_core.ingest.transcript.cues import seconds
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.language import detect_lang

_SIGN = "tsel wrote this down from a recording; it may be mistaken"
_BY_VOICE = "speakers by voice"
_NOTE = lazy_pattern(
    rf"WEBVTT\n\nNOTE {re.escape(_SIGN)}\nsha256 ([0-9a-f]{{64}})\nmodel ([^\n]*)\n({re.escape(_BY_VOICE)}\n)?"
)
_CUE = lazy_pattern(r"^((?:\d+:)?\d+:\d+\.\d+) --> ((?:\d+:)?\d+:\d+\.\d+)[^\n]*\n(?!<v)", re.M)


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of speech; seconds from the start of the recording. `words`: (start, end, letters) where asked for."""

    start_s: float
    end_s: float
    text: str
    words: tuple[tuple[float, float, str], ...] = ()
    speaker: int | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """What a transcript was made from; `speakers`: whether its voices were told apart."""

    sha256: str
    model: str
    speakers: bool = False


def write_vtt(said: Iterable[Said], origin: Origin) -> str:
    """The transcript of the recording with these bytes, by this model."""
    kept = [one for one in said if one.text.strip()]
    name = _speaker_word(" ".join(one.text for one in kept))
    parts = [_head(origin)]
    for one in kept:
        text = " ".join(one.text.split()).replace("&", "&amp;").replace("<", "&lt;").replace("-->", "--&gt;")
        voice = "" if one.speaker is None else f"<v {name.format(one.speaker + 1)}>"
        parts.append(f"{_clock(one.start_s)} --> {_clock(max(one.start_s, one.end_s))}\n{voice}{text}\n")
    return "\n".join(parts)


def made_from(text: str) -> Origin | None:
    """What the transcript was made from, when write_vtt made it; None for any other text."""
    match = _NOTE.match(text)
    return Origin(match[1], match[2], match[3] is not None) if match else None


def with_speakers(text: str, turns: Sequence[Turn]) -> str:
    """A transcript that write_vtt made, its cues named by whose turn most of their time is; its words stay."""
    origin = made_from(text)
    assert origin is not None
    body = text[len(_head(origin)) :]
    name = _speaker_word(_CUE.sub("", body))

    def voice(match: re.Match[str]) -> str:
        start, end = seconds(match[1]), seconds(match[2])
        speaker = None if start is None or end is None else speaker_at(turns, start, end)
        return match[0] if speaker is None else f"{match[0]}<v {name.format(speaker + 1)}>"

    return _head(replace(origin, speakers=True)) + _CUE.sub(voice, body)


def _head(origin: Origin) -> str:
    by_voice = f"{_BY_VOICE}\n" if origin.speakers else ""
    return f"WEBVTT\n\nNOTE {_SIGN}\nsha256 {origin.sha256}\nmodel {' '.join(origin.model.split())}\n{by_voice}"


def _speaker_word(text: str) -> str:
    return "話者{}" if detect_lang(text[:2000]) == "ja" else "Speaker {}"


def _clock(seconds: float) -> str:
    millis = max(0, round(seconds * 1000))
    return f"{millis // 3_600_000:02d}:{millis // 60_000 % 60:02d}:{millis // 1000 % 60:02d}.{millis % 1000:03d}"
