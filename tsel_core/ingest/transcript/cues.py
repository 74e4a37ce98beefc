"""Cues of a recording -> turns: one speaker's consecutive cues become one unit with its time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tsel_core.document import clock
from tsel_core.ingest.encoding.clean import join_lines
from tsel_core.ingest.source import Draft, one_line
from tsel_core.lazy_pattern import lazy_pattern

TURN_CHARS = 1200  # a longer turn is cut at the next sentence end, so that a citation's time stays near its words
TURN_CHARS_HARD = 2400
PAUSE_S = 8.0  # without speaker names, a pause this long starts a new unit
UNNAMED_CHARS = 400
TURN_S = 120.0  # a turn that lasts longer is cut at a sentence end too: "after 11:00" must find its words
GAP_S = 20.0  # after so long without speech, a cue without a name is nobody's that is known
UNKNOWN = "Speaker ?"
_SENTENCE_END = lazy_pattern(r"[.!?。！？…♪][\"'”’」』）)\]]*$")
_TIME = lazy_pattern(r"(?:(\d{1,4}):)?(\d{1,4}):(\d{1,2})(?:[.,:](\d{1,9}))?(?:\s?([AaPp])\.?[Mm]\.?)?")
_ABBREVIATION = r"(?:(?<=\bMr)|(?<=\bMs)|(?<=\bMrs)|(?<=\bDr)|(?<=\bProf)|(?<=\bJr)|(?<=\bSr)|(?<=\bHon)|(?<=\b[A-Z]))"
_NAME_AT_START = lazy_pattern(
    rf"^(?:[-–>»]+\s*)?([^\s:：.,、。!?！？](?:[^:：.,、。!?！？\n]|{_ABBREVIATION}\.){{0,39}})\s*[:：](?!//)\s*(\S.*)?$",
    re.S | re.I,
)
_SOUND = lazy_pattern(r"\s*(?:[\[(（【♪][^\])）】♪]*[\])）】♪]\s*)+")
_DASH = lazy_pattern(r"^[-–—]\s+")
_DATE = lazy_pattern(r"(?:19|20)\d\d(?:\D|$)|\d{1,2}/\d{1,2}/\d{2}")  # "June 3, 2026" is nobody's name
_CLOCK = lazy_pattern(r"\d[:：]\d")  # "ended after 00:06" names nobody


@dataclass(slots=True)
class Cue:
    """A piece of speech: seconds from the start of the recording (None: unknown), who, what."""

    start_s: float | None
    end_s: float | None
    speaker: str | None
    text: str
    changed: bool = False  # another voice than the cue before, the file says so with a dash
    system: bool = False  # the tool's own line
    is_date: bool = False  # a day begins: nobody says it
    later: tuple[tuple[int, float], ...] = ()  # where in `text` cues that were merged into it begin, and their seconds


def seconds(text: str) -> float | None:
    """ "1:02:03.5", "02:03" or "00:02:03,500" in seconds; None when it is no time."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, secs, fraction, half = match.groups()
    if half and hours is None:  # "10:03 PM" has no seconds
        hours, minutes, secs = minutes, secs, "0"
    hour = int(hours or 0)
    if half:
        hour = hour % 12 + (12 if half in "Pp" else 0)
    return hour * 3600 + int(minutes) * 60 + int(secs) + (float("0." + fraction) if fraction else 0.0)


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
    return len(text.split()) <= 6 and not _DATE.search(text)


def name_speakers(cues: list[Cue]) -> list[Cue]:
    """Take "Name: " out of the texts of cues without a speaker, when it is a habit of this file.

    A habit: a third of the cues begin so, or every name that counts comes back (or stands in capitals) and they are
    a tenth of the cues.
    """
    if any(c.speaker for c in cues):
        return _mark_unknown(cues)
    found = [split_name(c.text) for c in cues]
    counts = Counter(name for name, _ in found if name)
    if not counts:
        return cues
    named = sum(counts.values())
    repeated = {n for n, count in counts.items() if count > 1}
    capitals = {n for n in counts if n.isupper() and len(n) > 1}  # "KIM:", as broadcasters write a change of speaker
    if len(capitals) >= 2 and named * 3 < len(cues):
        repeated |= capitals
    if named * 3 >= len(cues) or (len(repeated) >= 2 and sum(counts[n] for n in repeated) * 10 >= len(cues)):
        known = set(counts) if named * 3 >= len(cues) else repeated
        for cue, (name, text) in zip(cues, found, strict=True):
            if name in known:
                cue.speaker, cue.text = name, text
        return _mark_unknown(_carried(cues))
    return cues


def _carried(cues: list[Cue]) -> list[Cue]:
    """A cue without a name is the last speaker's, unless a gap or a dash comes between."""
    speaker: str | None = None
    last: float | None = None
    for cue in cues:
        gap = last is not None and cue.start_s is not None and cue.start_s - last > GAP_S
        if cue.speaker is not None:
            speaker = cue.speaker
        elif gap or cue.changed:
            speaker = None
        if not cue.system:
            cue.speaker = speaker
        last = cue.end_s if cue.end_s is not None else cue.start_s if cue.start_s is not None else last
    return cues


def _mark_unknown(cues: list[Cue]) -> list[Cue]:
    """In a recording that names its speakers, speech without a name is somebody's who is not known."""
    first = next((at for at, cue in enumerate(cues) if cue.speaker is not None), len(cues))
    for cue in cues[first:]:
        if cue.speaker is None and not cue.system and not _SOUND.fullmatch(cue.text):
            cue.speaker = UNKNOWN
            cue.text = _DASH.sub("", cue.text)
    return cues


def merge(cues: Iterable[Cue]) -> Iterator[Cue]:
    """Consecutive cues of one speaker as one; without a speaker, cues up to a sentence end or a pause."""
    held: Cue | None = None
    for cue in cues:
        if not cue.text.strip():
            continue
        if held is not None and _continues(held, cue):
            held.text = join_lines(held.text, cue.text)
            if cue.start_s is not None:
                held.later += ((len(held.text) - len(cue.text.lstrip()), cue.start_s),)
            held.end_s = max(held.end_s or 0.0, cue.end_s) if cue.end_s is not None else held.end_s
            continue
        if held is not None:
            yield held
        held = replace(cue, text=cue.text.strip())
    if held is not None:
        yield held


def _continues(held: Cue, cue: Cue) -> bool:
    if held.speaker != cue.speaker or len(held.text) > TURN_CHARS_HARD or cue.changed or held.system or cue.system:
        return False
    if held.is_date or cue.is_date:
        return False
    if held.speaker == UNKNOWN and (cue.start_s or 0.0) - (held.end_s or held.start_s or 0.0) > GAP_S:
        return False
    ended = bool(_SENTENCE_END.search(held.text))
    if held.speaker is None:
        pause = (cue.start_s or 0.0) - (held.end_s or 0.0)
        size = len(held.text)
        return pause <= PAUSE_S and size < 2 * UNNAMED_CHARS and not (ended and size >= UNNAMED_CHARS)
    return not (ended and (len(held.text) >= TURN_CHARS or (cue.start_s or 0.0) - (held.start_s or 0.0) > TURN_S))


def add_turns(draft: Draft, cues: Iterable[Cue]) -> None:
    """Units of kind "turn": text "Name: words", label "Name 00:12:03"."""
    for cue in cues:
        if cue.system:
            at = f" {clock(cue.start_s)}" if cue.start_s is not None else ""
            draft.add("other", f"line of the tool{at}", cue.text, in_flow=False, start_s=cue.start_s)
            continue
        if cue.is_date:
            draft.add("line", "date", cue.text)
            continue
        speaker = one_line(draft.clean(cue.speaker)) if cue.speaker else cue.speaker
        text = f"{speaker}: {draft.clean(cue.text)}" if speaker else cue.text
        time = clock(cue.start_s) if cue.start_s is not None else ""
        label = " ".join(p for p in (speaker, time) if p) or f"turn {len(draft.units) + 1}"
        if cue.start_s is not None:
            draft.metadata["has_times"] = True
        later = _later(cue, text)
        draft.add("turn", label, text, speaker=speaker, start_s=cue.start_s, end_s=cue.end_s, cues=later)


def _later(cue: Cue, text: str) -> tuple[tuple[int, float], ...]:
    """The cues within a turn, by characters of the unit's text; none where cleaning has moved its words."""
    lead = len(text) - len(cue.text)
    if cue.start_s is None or not text.endswith(cue.text):
        return ()
    return tuple((lead + at, time) for at, time in cue.later)
