"""What the finders of actions hand over, and the words they share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.deadlines import deadline_words, find_deadline
from tsel_core.sweep.item import Status
from tsel_core.sweep.people import People

_NAMED = lazy_pattern(r"[^はがもにでをとて]、$")  # 企画書、火曜までに
_OF_A_TIME = lazy_pattern(r"の(?!で|うち|間|帰り|朝|夜|夕方|午前|午後|昼)[^、。]")  # 来週の資料を配る: no deadline


UNNAMED = ("speaker", "next", "last", "")  # what a task says of somebody whom its sentence does not name


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do in a sentence. `who` is a full name, "speaker", "next" (who answers), "last" (who was spoken
    with) or "" (not stated).

    `vague` says that the words of the task need the sentence before ("I will do that by Friday").
    """

    who: str
    what: str
    when: str
    score: float
    status: Status
    vague: bool = False


class Context(Protocol):
    """What a finder must know of the sentence's surroundings."""

    @property
    def people(self) -> People: ...

    @property
    def asked(self) -> bool:
        """Whether the turn before asked the speaker for something."""
        ...


def cut_deadline(text: str, lang: str) -> tuple[str, str, bool]:
    """(text without its deadline, the deadline as minutes write it, whether it plainly is one)."""
    found = find_deadline(text, lang)
    if found is None:
        return text, "", False
    start, end, plain = found
    stray = re.match(r"(?i)in\s+(?=this\b|next\b|today|tomorrow)", text[start:end])
    start += stray.end() if stray else 0  # "put it in this week"
    if lang != "ja" and re.search(r"\b(?:to|of|about|from|with)\s+(?:the\s+)?$", text[:start]):
        return text, "", False  # "bring a proposal to the next meeting", "the figures of March"
    if lang == "ja" and _OF_A_TIME.match(text[end:]) and not plain:
        return text, "", False  # 来週の資料を配る
    before, after = text[:start].rstrip(" ,、"), text[end:].lstrip(" ,、")
    if lang == "ja" and re.search(r"(?:会|定例|合わせ|合せ)$", text[start:end]):
        after = re.sub(r"^(?:にて|で)", "", after)
    comma = "、" if lang == "ja" and before and after and _NAMED.search(text[:start]) else ""
    rest = before + (" " if lang != "ja" and before else comma) + after
    return rest, deadline_words(text[start:end], lang), plain
