"""The single edits of a change: which words went and came where, a clause's number left aside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tsel_core.compare.change import Change
from tsel_core.compare.words import Span
from tsel_core.lazy_pattern import lazy_pattern

_CLOSE = 12  # characters of what stayed between two edits that are told as one
_ENDS = lazy_pattern(r"[.。;；!?！？\n]")
_KANJI_BEFORE = lazy_pattern(r"[一-鿿々]+$")
_KANA = lazy_pattern(r"[ぁ-ん]")
_NAME = lazy_pattern(r"[A-Z]")
_CAPITAL = r"(?:(?!(?:The|This|Each|Any|If|An|A|Every|No)\b)[A-Z][\w.'’-]{0,30}|&)"
_NAME_BEFORE = lazy_pattern(rf"(?<![\w.'’-])(?:{_CAPITAL} ){{1,4}}$")
_NAME_BEHIND = lazy_pattern(rf"(?: {_CAPITAL}){{1,4}}")


@dataclass(frozen=True)
class Edit:
    """Characters [start, end) of the old text that became those of the new one; one of the two may be empty."""

    old: tuple[int, int]
    new: tuple[int, int]


def edits_of(change: Change) -> list[Edit]:
    """The edits of a change of one piece into one, in order."""
    return edits_behind(change.spans, change.old[0].head, change.new[0].head)


def edits_behind(spans: Sequence[Span], old_head: int, new_head: int) -> list[Edit]:
    """The edits that spans make of one text, in order, behind the numbers before both."""
    found: list[Edit] = []
    a = b = 0
    for span in spans:
        length = len(span.text)
        if span.kind == "same":
            a, b = a + length, b + length
            continue
        if found and span.kind == "inserted" and found[-1].old[1] == a and found[-1].new[1] == b:
            found[-1] = Edit(found[-1].old, (b, b + length))
        elif span.kind == "deleted":
            found.append(Edit((a, a + length), (b, b)))
        else:
            found.append(Edit((a, a), (b, b + length)))
        a, b = (a + length, b) if span.kind == "deleted" else (a, b + length)
    return [e for e in found if e.old[1] > old_head or e.new[1] > new_head]


def together(edits: Sequence[Edit], old: str, new: str) -> list[Edit]:
    """Edits with little between them as one, each of whole words: "may not" for "shall", 負わない for 負う."""
    made: list[Edit] = []
    for edit in (_whole(e, old, new) for e in edits):
        between = old[made[-1].old[1] : edit.old[0]] if made else ""
        if made and len(between) <= _CLOSE and not _ENDS.search(between):
            made[-1] = Edit((made[-1].old[0], edit.old[1]), (made[-1].new[0], edit.new[1]))
        else:
            made.append(edit)
    return made


def words_at(text: str, place: tuple[int, int]) -> str:
    """The words of a place, without the spaces and commas around them."""
    return text[slice(*place)].lstrip("。").strip(" \t\n　,、;；")


def has_words(text: str) -> bool:
    """More than signs and spaces."""
    return any(c.isalnum() for c in text)


def _whole(edit: Edit, old: str, new: str) -> Edit:
    """An edit of the ending of a Japanese word takes the kanji before it along, one of a name the whole name."""
    gone, came = old[edit.old[0] : edit.old[1]], new[edit.new[0] : edit.new[1]]
    back = ahead = 0
    if _KANA.match(gone or came):
        back = _length(_KANJI_BEFORE.search(old[: edit.old[0]]))
    elif _NAME.match(gone) and _NAME.match(came):
        back = _length(_NAME_BEFORE.search(old[: edit.old[0]]))
        ahead = _length(_NAME_BEHIND.match(old, edit.old[1]))
    if old[edit.old[0] - back : edit.old[0]] != new[edit.new[0] - back : edit.new[0]]:
        back = 0
    if old[edit.old[1] : edit.old[1] + ahead] != new[edit.new[1] : edit.new[1] + ahead]:
        ahead = 0
    return Edit((edit.old[0] - back, edit.old[1] + ahead), (edit.new[0] - back, edit.new[1] + ahead))


def _length(match: re.Match[str] | None) -> int:
    return len(match[0]) if match else 0
