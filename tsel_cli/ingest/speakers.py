"""Transcripts in plain text: "Name: words", "[00:12:03] Name: words", "Name  00:12:03" blocks, 「○氏名」 and more."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass

from tsel_cli.ingest.clean import clean_text, join_lines
from tsel_cli.ingest.cues import Cue, is_name, merge, seconds, split_name
from tsel_cli.ingest.source import Draft

_T = r"(?:\d{1,2}:)?\d{1,3}:\d{2}(?:[.,]\d{1,6})?"
_TIMES = rf"({_T})(?:\s*(?:-->|->|[-–—~〜～])\s*({_T}))?"
_NAME = r"([^\s\[\](){}<>:：「」【】（）][^\[\]{}<>:：\n]{0,40}?)"
# Each pattern says where the time (t, e), the name (n) and the words (w) stand.
_STYLES: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (
        "time-name-text",
        re.compile(rf"^[\[(（]?\s*{_TIMES}\s*[\])）]?\s*[-–]?\s*{_NAME}\s*[:：]\s*(.*)$"),
        "tenw",
    ),
    ("name-time-text", re.compile(rf"^{_NAME}\s*[\[(（]\s*{_TIMES}\s*[\])）]\s*[:：]?\s*(.*)$"), "ntew"),
    (
        "zoom-chat",
        re.compile(rf"^({_T})\s+From\s+(.{{1,60}}?)(?:\s+to\s+.{{1,60}}?)?\s*:\s*(.*)$", re.I),
        "tnw",
    ),
    ("bracket-name-time", re.compile(rf"^\[([^\]\n]{{1,60}})\]\s*{_TIMES}\s*$"), "nte"),
    ("name-time", re.compile(rf"^{_NAME}\s*[,、|]?\s+[\[(（]?{_TIMES}[\])）]?\s*$"), "nte"),
    ("time-name", re.compile(rf"^[\[(（]?\s*{_TIMES}\s*[\])）]?[\s|,、-]+{_NAME}\s*$"), "ten"),
    ("time", re.compile(rf"^[\[(（]?\s*{_TIMES}\s*[\])）]?\s*$"), "te"),
    ("time-text", re.compile(rf"^[\[(（]\s*{_TIMES}\s*[\])）]\s*(\S.*)$"), "tew"),
    ("round", re.compile(r"^[○◯〇●◎]\s*([^\s　○（(]{1,20}(?:[（(][^）)]{1,30}[）)])?)[\s　]+(\S.*)$"), "nw"),
    ("lenticular", re.compile(r"^[【［]([^】］\n]{1,30})[】］]\s*(.*)$"), "nw"),
    ("bracket-name", re.compile(r"^[\[(（]([^\])）\d\n]{1,30})[\])）]\s*[:：]?\s*(\S.*)$"), "nw"),
)
_BLOCK = frozenset(
    {"bracket-name-time", "name-time", "time-name", "time"}
)  # the words stand on the lines below


@dataclass(slots=True)
class Head:
    """The beginning of a turn as one line gives it."""

    style: str
    start_s: float | None = None
    end_s: float | None = None
    name: str | None = None
    words: str = ""


def read_speakers(draft: Draft, lines: list[str], places: list[str] | None = None) -> bool:
    """Turns of a transcript into `draft`; False (nothing added) when the lines are no transcript.

    `places` names each line in labels ("line 3" when not given).
    """
    lines = [clean_text(line) for line in lines]
    heads = find_heads(lines)
    if heads is None:
        return False
    draft.unit_kind = "turn"
    names = places or [f"line {number}" for number in range(1, len(lines) + 1)]
    timed = any(h is not None and h.start_s is not None for h in heads)
    if timed:
        _add_timed(draft, lines, heads, names)
    else:
        _add_untimed(draft, lines, heads, names)
    return True


def find_heads(lines: list[str]) -> list[Head | None] | None:
    """For each line the turn that begins there, or None for all when this is no transcript.

    Transcript: at least 2 timed turns that are a sixth of the lines, or at least 3 named turns that are 6 of 10
    lines by names that come back.
    """
    filled = sum(1 for line in lines if line.strip())
    heads = [_timed_head(line) for line in lines]
    _take_teams(lines, heads)
    named = sum(1 for h in heads if h is not None and h.name)
    all_timed = sum(1 for h in heads if h is not None)
    if named >= 2 and named * 6 >= filled and _names_return([h.name for h in heads if h and h.name], filled):
        _names_in_blocks(lines, heads)
        return heads
    if all_timed >= 2 and all_timed * 6 >= filled:
        _names_in_blocks(lines, heads)
        return heads
    for find in (_colon_head, _marked_head):
        plain = [find(line) for line in lines]
        names = [h.name for h in plain if h is not None and h.name]
        if len(names) >= 3 and len(names) * 10 >= filled * 6 and _names_return(names, filled):
            return plain
    return None


def _names_return(names: list[str], filled: int) -> bool:
    """Speakers speak more than once: as many turns as twice the names, or a short file of which all is turns."""
    distinct = len(Counter(names))
    return (
        len(names) >= 2 * distinct
        or (len(names) >= 2 and len(names) * 2 >= filled and distinct * 3 <= len(names) * 2)
        or (len(names) <= 6 and distinct >= 2 and len(names) * 2 >= filled and len(names) > distinct)
        or (len(names) <= 4 and distinct >= 2 and len(names) * 2 >= filled)
    )


def _timed_head(line: str) -> Head | None:
    line = line.strip()
    if not line or len(line) > 4000 or not any(c.isdigit() for c in line[:120]):
        return None
    for style, pattern, parts in _STYLES[:8]:
        match = pattern.match(line)
        if match is None:
            continue
        head = Head(style)
        for part, value in zip(parts, match.groups(), strict=False):
            value = (value or "").strip()
            if part == "t":
                head.start_s = seconds(value)
            elif part == "e":
                head.end_s = seconds(value) if value else None
            elif part == "n":
                head.name = " ".join(value.split())
            else:
                head.words = value
        if head.name is not None and not is_name(head.name):
            continue
        return head
    return None


def _take_teams(lines: list[str], heads: list[Head | None]) -> None:
    """Cue blocks "0:0:1.0 --> 0:0:2.1", then the name alone on its line, then the words (Teams' old text export)."""
    cue_lines = [
        i for i, h in enumerate(heads) if h is not None and h.style == "time" and h.end_s is not None
    ]
    if len(cue_lines) < 2:
        return
    below = [lines[i + 1].strip() for i in cue_lines if i + 2 < len(lines) and lines[i + 2].strip()]
    counts = Counter(below)
    if len(below) * 2 < len(cue_lines) or len(counts) * 2 > len(below) + 1:
        return
    for i in cue_lines:
        head = heads[i]
        if head is not None and i + 2 < len(lines) and lines[i + 2].strip() and is_name(lines[i + 1]):
            head.name = lines[i + 1].strip()
            lines[i + 1] = ""


def _names_in_blocks(lines: list[str], heads: list[Head | None]) -> None:
    """Under a line that is only a time (Google Meet), "Name: words" lines are turns too."""
    bare = sum(1 for h in heads if h is not None and h.style in ("time", "time-text") and not h.name)
    if not bare:
        return
    found = {
        i: h for i, line in enumerate(lines) if heads[i] is None and (h := _colon_head(line)) is not None
    }
    inside = [h for h in heads if h is not None and h.style == "time-text"]
    if len(found) < 2 and not inside:
        return
    for i, head in found.items():
        heads[i] = head


def _colon_head(line: str) -> Head | None:
    name, words = split_name(line.strip())
    return Head("colon", None, None, name, words.strip()) if name else None


def _marked_head(line: str) -> Head | None:
    for style, pattern, _ in _STYLES[8:]:
        match = pattern.match(line.strip())
        if match is not None and is_name(match[1]):
            return Head(style, None, None, match[1].strip(), match[2].strip().lstrip(":：").strip())
    return None


def _add_timed(draft: Draft, lines: list[str], heads: list[Head | None], names: list[str]) -> None:
    cues: list[Cue] = []
    last_time: float | None = None
    begun = False
    for place, line, head in zip(names, lines, heads, strict=True):
        if head is not None:
            begun = True
            last_time = head.start_s if head.start_s is not None else last_time
            name = head.name
            if name is None and head.style == "time-text":
                name, head.words = split_name(head.words)
            cues.append(Cue(last_time, head.end_s, name, head.words))
        elif line.strip() and not begun:
            draft.add("line", place, line.strip())
        elif line.strip():
            cue = cues[-1]
            cue.text = join_lines(cue.text, line.strip()) if cue.text else line.strip()
    from tsel_cli.ingest.cues import add_turns

    _set_ends(cues)
    add_turns(draft, merge(cues))


def _set_ends(cues: list[Cue]) -> None:
    """A turn without an end lasts until the next begins."""
    for cue, following in itertools.pairwise(cues):
        if cue.end_s is None and cue.start_s is not None and following.start_s is not None:
            cue.end_s = max(cue.start_s, following.start_s)


def _add_untimed(draft: Draft, lines: list[str], heads: list[Head | None], names: list[str]) -> None:
    """Turns as the file divides them: they are not merged, so that line numbers stay true."""
    held: list[str] = []
    speaker: str | None = None
    first = ""

    def put() -> None:
        if not held:
            return
        text = "\n".join(held)
        if speaker is None:
            draft.add("line", first, text)
        else:
            draft.add("turn", f"{speaker}, {first}", f"{speaker}: {text}", speaker=speaker)

    for place, line, head in zip(names, lines, heads, strict=True):
        if head is not None:
            put()
            held, speaker, first = [head.words], head.name, place
        elif line.strip():
            if speaker is None:
                put()
                held, first = [line.strip()], place
            else:
                held.append(line.strip())
    put()
