"""Transcripts as JSON: Whisper, WhisperX, whisper.cpp, Fireflies, AssemblyAI, Deepgram, Rev and the like, by shape."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from tsel_core.ingest.source import Draft
from tsel_core.ingest.transcript.cloud_json import cloud_cues
from tsel_core.ingest.transcript.cues import Cue, add_turns, merge, seconds

_WORDS = ("text", "sentence", "raw_text", "transcript", "content", "words", "value", "utterance")
_WHO = (
    "speaker",
    "speaker_name",
    "speakerName",
    "speaker_label",
    "speaker_id",
    "name",
    "participant",
    "author",
    "user",
)
_START = ("start", "start_time", "startTime", "start_s", "begin", "from", "start_timestamp", "timestamp", "time", "ts")
_END = ("end", "end_time", "endTime", "end_s", "to", "stop", "end_timestamp", "end_ts")
_BEST = (
    "segments",
    "utterances",
    "sentences",
    "transcription",
    "transcript",
    "monologues",
    "entries",
    "cues",
    "results",
)
MAX_DEPTH = 6
LEAST_TEXT = 40  # characters of a text that says something
WORDS_SHOWN = 48
PIECE, MAX_PIECES, MAX_TEXTS = 16, 40, 2000  # letters of a piece; pieces of a text, and texts, that are looked for


def read_json(draft: Draft, text: str) -> bool:
    """Turns of a transcript into `draft`; False (nothing added) when the JSON holds none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        lines = [line for line in text.split("\n") if line.strip()]
        try:
            value = [json.loads(line) for line in lines] if len(lines) > 1 else None
        except (ValueError, RecursionError):
            return False
    known = cloud_cues(value)
    if known:
        draft.unit_kind = "turn"
        draft.metadata["num_cues"] = len(known)
        _name_others(draft, value, known)
        add_turns(draft, merge(known))
        return True
    entries = _entries(value, 0)
    cues = [cue for entry in entries if (cue := _cue(entry)) is not None]
    if not cues:
        return False
    if _in_milliseconds(entries, cues):
        for cue in cues:
            cue.start_s = None if cue.start_s is None else cue.start_s / 1000
            cue.end_s = None if cue.end_s is None else cue.end_s / 1000
    draft.unit_kind = "turn"
    draft.metadata["num_cues"] = len(cues)
    _name_others(draft, value, cues)
    add_turns(draft, merge(cues))
    return True


def _name_others(draft: Draft, value: Any, cues: list[Cue]) -> None:
    """Count the texts of the file that are no speech: summaries and notes that some programs put beside it."""
    spoken = _letters("".join(cue.text for cue in cues))
    others = [text for text in islice(_texts(value), MAX_TEXTS) if not _is_spoken(_letters(text), spoken)]
    if others:
        first = " ".join(others[0].split())[:WORDS_SHOWN]
        count = len(others)
        draft.leave("text", count, f"texts of the file that are no speech were not read ({count:,}): {first}…")


def _texts(value: Any) -> Iterator[str]:
    """Strings that say something, wherever they lie."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and _says_something(one):
            yield one


def _says_something(text: str) -> bool:
    """Words, and no address or code."""
    is_data = text.startswith(("http://", "https://", "data:"))
    return len(text) >= LEAST_TEXT and not is_data and (" " in text.strip() or not text.isascii())


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _is_spoken(text: str, spoken: str) -> bool:
    """Most pieces of the text stand in what was said: the whole of it once more, or in other pieces."""
    pieces = [text[at : at + PIECE] for at in range(0, max(1, len(text) - PIECE + 1), PIECE)][:MAX_PIECES]
    return sum(piece in spoken for piece in pieces) * 10 >= 7 * len(pieces)


def _entries(value: Any, depth: int) -> list[dict[str, Any]]:
    """The list of pieces of speech, wherever it lies; the one with most speech that has times or speakers."""
    if depth > MAX_DEPTH:
        return []
    if isinstance(value, list):
        pieces = [v for v in value if isinstance(v, dict) and _text(v) and (_field(v, _START) is not None or _who(v))]
        if pieces and len(pieces) * 2 >= len(value):
            return pieces
        return max((_entries(v, depth + 1) for v in value[:50]), key=_size, default=[])
    if isinstance(value, dict):
        first = [name for name in _BEST if name in value]
        for name in first:
            found = _entries(value[name], depth + 1)
            if found:
                return found
        return max((_entries(v, depth + 1) for k, v in value.items() if k not in first), key=_size, default=[])
    return []


def _size(entries: list[dict[str, Any]]) -> int:
    return sum(len(_text(e)) for e in entries)


def _cue(entry: dict[str, Any]) -> Cue | None:
    text = " ".join(_text(entry).split())
    if not text:
        return None
    return Cue(_time(entry, _START), _time(entry, _END), _who(entry), text)


def _text(entry: dict[str, Any]) -> str:
    for name in _WORDS:
        value = entry.get(name)
        if isinstance(value, str) and value.strip():
            return value
    elements = entry.get("elements")  # Rev: words and signs, each with its time
    if isinstance(elements, list):
        return "".join(str(e.get("value", "")) for e in elements if isinstance(e, dict))
    return ""


def _who(entry: dict[str, Any]) -> str | None:
    for name in _WHO:
        value = entry.get(name)
        if isinstance(value, dict):
            value = value.get("name") or value.get("display_name") or value.get("id")
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())[:60]
        if isinstance(value, int) and not isinstance(value, bool):
            return f"Speaker {value}"
    return None


def _field(entry: dict[str, Any], names: tuple[str, ...]) -> Any:
    for holder in (entry, entry.get("timestamps"), entry.get("timestamp"), (entry.get("elements") or [None])[0]):
        if isinstance(holder, dict):
            for name in names:
                value = holder.get(name)
                if isinstance(value, int | float | str) and not isinstance(value, bool):
                    return value
        elif isinstance(holder, list) and holder and isinstance(holder[0], int | float):  # [start, end]
            return holder[0] if names is _START else holder[-1]
    return None


def _time(entry: dict[str, Any], names: tuple[str, ...]) -> float | None:
    value = _field(entry, names)
    if isinstance(value, str):
        found = seconds(value.strip().rstrip("sS"))
        if found is not None:
            return found
        try:
            value = float(value.strip().rstrip("sS"))
        except ValueError:
            return None
    return float(value) if value is not None and value >= 0 else None


def _in_milliseconds(entries: list[dict[str, Any]], cues: list[Cue]) -> bool:
    """Whole numbers of which a piece of speech takes hundreds: no one says a sentence in minutes."""
    starts = [_field(e, _START) for e in entries]
    if not starts or not all(isinstance(s, int) for s in starts if s is not None):
        return False
    lasts = [c.end_s - c.start_s for c in cues if c.end_s is not None and c.start_s is not None]
    words = sum(len(c.text) for c in cues) / max(1, len(cues))
    return bool(lasts) and sorted(lasts)[len(lasts) // 2] > max(100.0, words * 2)
