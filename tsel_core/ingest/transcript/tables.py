"""Tables as transcripts: columns of times, speakers and words, in Word, Excel and CSV files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from tsel_core.document import clock
from tsel_core.ingest.transcript.cues import is_name, seconds
from tsel_core.lazy_pattern import lazy_pattern

Turn = tuple[str, str | None, float | None]  # label, speaker, seconds from the start

_TIME = lazy_pattern(
    r"(?:time ?(?:stamp|code)?|start(?: ?time)?|from|begin|in|時刻|時間|開始(?:時刻|時間)?|タイム(?:スタンプ|コード)?)",
    re.I,
)
_END = lazy_pattern(r"(?:end(?: ?time)?|to|stop|out|終了(?:時刻|時間)?)", re.I)
_WHO = lazy_pattern(r"(?:speakers?|speaker ?name|name|who|participant|発言者(?:名)?|話者(?:名)?|氏名|スピーカー)", re.I)
_WORDS = lazy_pattern(
    r"(?:text|transcripts?|transcription|speech|words|content|sentence|utterance|comments?|message|dialogue"
    r"|発言(?:内容)?|内容|テキスト|文字起こし)",
    re.I,
)
MIN_ROWS = 3


def table_turns(rows: Sequence[Sequence[str]]) -> dict[int, Turn]:
    """The rows that are turns, by their place; none when the table is no transcript."""
    columns = _named(rows)
    first = 1
    if columns is None:
        columns, first = _found(rows), 0
    if columns is None:
        return {}
    time, who, words = columns
    spoken = [n for n in range(first, len(rows)) if len(rows[n]) > words and rows[n][words].strip()]
    starts = [_seconds(rows[n][time]) if time is not None else None for n in spoken]
    known = [s for s in starts if s is not None]
    forward = sum(b >= a for a, b in pairwise(known))
    if time is not None and (len(known) * 10 < len(spoken) * 8 or forward * 10 < (len(known) - 1) * 7):
        return {}
    scale = 0.001 if time is not None and _in_milliseconds(rows, time, known) else 1.0
    found: dict[int, Turn] = {}
    for n, start in zip(spoken, starts, strict=True):
        speaker = " ".join(rows[n][who].split()) or None if who is not None else None
        at = None if start is None else start * scale
        label = " ".join(p for p in (speaker, clock(at) if at is not None else "") if p)
        found[n] = (label, speaker, at)
    return found if len(found) >= MIN_ROWS - first else {}


def _named(rows: Sequence[Sequence[str]]) -> tuple[int | None, int | None, int] | None:
    """Columns by the words of the first row: time, speaker, words."""
    head = [cell.strip() for cell in rows[0]] if rows else []
    time, who, words = (_first(head, pattern) for pattern in (_TIME, _WHO, _WORDS))
    if words is None or (time is None and who is None):
        return None
    if time is None or who is None:  # two columns of three: only where an end says that it is a recording
        ends = _first(head, _END)
        spoken = who is not None and _comes_back([r[who].strip() for r in rows[1:] if len(r) > who])
        if ends is None and not spoken:
            return None
    return time, who, words


def _found(rows: Sequence[Sequence[str]]) -> tuple[int | None, int | None, int] | None:
    """Columns by their cells: times that go on, names that come back, sentences."""
    width = max((len(r) for r in rows), default=0)
    if len(rows) < MIN_ROWS or not 3 <= width <= 6:
        return None
    columns = [[r[at].strip() if at < len(r) else "" for r in rows] for at in range(width)]
    time = next((at for at, cells in enumerate(columns) if all(_clock(c) for c in cells)), None)
    if time is None:
        return None
    rest = [at for at in range(width) if at != time and not all(_clock(c) for c in columns[at])]
    who = next((at for at in rest if all(is_name(c) for c in columns[at]) and _comes_back(columns[at])), None)
    words = max((at for at in rest if at != who), key=lambda at: sum(map(len, columns[at])), default=None)
    return (time, who, words) if who is not None and words is not None else None


def _first(head: list[str], pattern: re.Pattern[str]) -> int | None:
    return next((at for at, cell in enumerate(head) if pattern.fullmatch(cell)), None)


def _comes_back(names: list[str]) -> bool:
    counts = Counter(n for n in names if n)
    return bool(counts) and len(counts) < sum(counts.values()) and all(is_name(n) for n in counts)


def _clock(text: str) -> float | None:
    return seconds(text) if ":" in text else None


def _seconds(text: str) -> float | None:
    """ "00:01:02", "12.5" or, of Whisper's tables, "12500"."""
    text = text.strip().strip("[]()").removesuffix("s").strip()
    found = seconds(text)
    if found is not None:
        return found
    return float(text) if re.fullmatch(r"\d{1,9}(?:\.\d{1,6})?", text) else None


def _in_milliseconds(rows: Sequence[Sequence[str]], time: int, known: list[float]) -> bool:
    """Whole numbers with steps of hundreds and more on an average."""
    whole = all(re.fullmatch(r"\d+", r[time].strip()) for r in rows[1:] if len(r) > time and r[time].strip())
    return whole and len(known) > 1 and (known[-1] - known[0]) / (len(known) - 1) >= 200
