"""The part of a long passage that is worth quoting."""

from __future__ import annotations

from tsel_core.text.normalize import atoms
from tsel_core.trust.passages import stem


def quote_window(
    text: str, start: int, end: int, wanted: dict[str, float], has_facts: bool, max_chars: int
) -> tuple[int, int]:
    """The part of about max_chars with most of the wanted words, cut at spaces or Japanese commas."""
    marks = []
    for kind, made, lo, hi in atoms(text[start:end]):
        key = "#" + made if kind == "num" else stem(made) if kind == "word" else ""
        if key in wanted:
            marks.append((start + lo, start + hi, wanted[key] * (2 if kind == "num" and has_facts else 1)))
        elif kind == "one" and any(made and f.startswith(made) for f in wanted if len(f) == 2):
            marks.append((start + lo, start + hi, 0.2))
    best, place = -1.0, start
    for lo, _, _ in marks or [(start, start, 0.0)]:
        first = max(start, min(lo - 60, end - max_chars))
        score = sum(w for a, b, w in marks if a >= first and b <= first + max_chars)
        if score > best:
            best, place = score, first
    lo, hi = place, min(end, place + max_chars)
    while start < lo < hi and not (text[lo - 1].isspace() or text[lo - 1] in "、。，,;；"):
        lo += 1
    while lo < hi < end and not (text[hi].isspace() or text[hi - 1] in "、。，,;；"):
        hi -= 1
    while lo < hi and text[hi - 1].isspace():
        hi -= 1
    return (lo, hi) if hi - lo > max_chars // 3 else (place, min(end, place + max_chars))
