"""Cues of a recording -> turns: one speaker's consecutive cues become one unit with its time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tsel_core.ingest.encoding.clean import join_lines
from tsel_core.ingest.source import Draft

TURN_CHARS = 1200  # a longer turn is cut at the next sentence end, so that a citation's time stays near its words
TURN_CHARS_HARD = 2400
PAUSE_S = 8.0  # without speaker names, a pause this long starts a new unit
UNNAMED_CHARS = 400
_SENTENCE_END = re.compile(r"[.!?。！？…♪][\"'”’」』）)\]]*$")
_TIME = re.compile(r"(?:(\d{1,4}):)?(\d{1,4}):(\d{1,2})(?:[.,:](\d{1,9}))?")
_ABBREVIATION = r"(?:(?<=\bMr)|(?<=\bMs)|(?<=\bMrs)|(?<=\bDr)|(?<=\bProf)|(?<=\bJr)|(?<=\bSr)|(?<=\bHon)|(?<=\b[A-Z]))"
_NAME_AT_START = re.compile(
    rf"^(?:[-–>»]+\s*)?([^\s:：.,、。!?！？](?:[^:：.,、。!?！？\n]|{_ABBREVIATION}\.){{0,39}})\s*[:：](?!//)\s*(\S.*)?$",
    re.S | re.I,
)
_CLOCK = re.compile(r"\d[:：]\d")  # "ended after 00:06" names nobody


@dataclass(slots=True)
class Cue:
    """A piece of speech: seconds from the start of the recording (None: unknown), who, what."""

    start_s: float | None
    end_s: float | None
    speaker: str | None
    text: str


def seconds(text: str) -> float | None:
    """ "1:02:03.5", "02:03" or "00:02:03,500" in seconds; None when it is no time."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, secs, fraction = match.groups()
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(secs) + (float("0." + fraction) if fraction else 0.0)


def clock(value: float) -> str:
    """Seconds as 00:12:03."""
    whole = int(value)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def split_name(text: str) -> tuple[str | None, str]:
    """("Kim", "text") of "Kim: text"; (None, text) when it does not begin with what can be a name."""
    match = _NAME_AT_START.match(text)
    if match is None or not is_name(match[1]) or _CLOCK.match(text, match.end(1) - 1):
        return None, text
    return match[1].strip(), match[2] or ""


def is_name(text: str) -> bool:
    """What can stand before a colon as a speaker: at most 6 words, a letter in it, not a time, no web address."""
    text = text.strip()
    if not 0 < len(text) <= 40 or not any(c.isalpha() for c in text) or text.lower() in ("http", "https", "note"):
        return False
    return len(text.split()) <= 6


def name_speakers(cues: list[Cue]) -> list[Cue]:
    """Take "Name: " out of the texts of cues without a speaker, when it is a habit of this file.

    A habit: a third of the cues begin so, or every name that counts comes back and they are a tenth of the cues.
    """
    if not cues or any(c.speaker for c in cues):
        return cues
    found = [split_name(c.text) for c in cues]
    names = [name for name, _ in found if name]
    if not names:
        return cues
    repeated = {n for n in names if names.count(n) > 1} if len(names) < 5000 else set(names)
    if len(names) * 3 >= len(cues) or (len(repeated) >= 2 and sum(n in repeated for n in names) * 10 >= len(cues)):
        known = set(names) if len(names) * 3 >= len(cues) else repeated
        speaker: str | None = None
        for cue, (name, text) in zip(cues, found, strict=True):
            if name in known:
                speaker, cue.text = name, text
            cue.speaker = speaker
    return cues


def merge(cues: Iterable[Cue]) -> Iterator[Cue]:
    """Consecutive cues of one speaker as one; without a speaker, cues up to a sentence end or a pause."""
    held: Cue | None = None
    for cue in cues:
        if not cue.text.strip():
            continue
        if held is not None and _continues(held, cue):
            held.text = join_lines(held.text, cue.text)
            held.end_s = max(held.end_s or 0.0, cue.end_s) if cue.end_s is not None else held.end_s
            continue
        if held is not None:
            yield held
        held = Cue(cue.start_s, cue.end_s, cue.speaker, cue.text.strip())
    if held is not None:
        yield held


def _continues(held: Cue, cue: Cue) -> bool:
    if held.speaker != cue.speaker or len(held.text) > TURN_CHARS_HARD:
        return False
    ended = bool(_SENTENCE_END.search(held.text))
    if held.speaker is None:
        pause = (cue.start_s or 0.0) - (held.end_s or 0.0)
        size = len(held.text)
        return pause <= PAUSE_S and size < 2 * UNNAMED_CHARS and not (ended and size >= UNNAMED_CHARS)
    return not (ended and len(held.text) >= TURN_CHARS)


def add_turns(draft: Draft, cues: Iterable[Cue]) -> None:
    """Units of kind "turn": text "Name: words", label "Name 00:12:03"."""
    for cue in cues:
        text = f"{cue.speaker}: {cue.text}" if cue.speaker else cue.text
        time = clock(cue.start_s) if cue.start_s is not None else ""
        label = " ".join(p for p in (cue.speaker, time) if p) or f"turn {len(draft.units) + 1}"
        draft.add("turn", label, text, speaker=cue.speaker, start_s=cue.start_s, end_s=cue.end_s)
