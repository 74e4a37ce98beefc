"""Blanks beside Japanese signs: where a line ends in one file is no word of the other."""

from __future__ import annotations

from rapidfuzz.distance import Indel

from tsel_core.lazy_pattern import lazy_pattern

_JA = r"[\u3000-\u30ff\u3400-\u9fff\uff01-\uff60]"
_BLANK = lazy_pattern(rf"(?<={_JA})[ \u3000]+|[ \u3000]+(?={_JA})")


def without_blanks(text: str) -> str:
    """A text without the blanks beside Japanese signs."""
    return _BLANK.sub("", text)


def alike_in_blanks(old: str, new: str) -> tuple[str, str]:
    """Two texts, each without such blanks as the other one does not have in the same place."""
    left, right = ({m.start(): m.end() for m in _BLANK.finditer(text)} for text in (old, new))
    if not left and not right:
        return old, new
    gone: list[tuple[int, int]] = []
    came: list[tuple[int, int]] = []
    for step in Indel.opcodes(old, new):
        if step.tag == "delete" and left.get(step.src_start) == step.src_end:
            gone.append((step.src_start, step.src_end))
        elif step.tag == "insert" and right.get(step.dest_start) == step.dest_end:
            came.append((step.dest_start, step.dest_end))
    return _without(old, gone), _without(new, came)


def _without(text: str, places: list[tuple[int, int]]) -> str:
    for lo, hi in reversed(places):
        text = text[:lo] + text[hi:]
    return text
