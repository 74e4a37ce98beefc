"""What the finders of actions hand over, and the words they share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tsel_core.sweep.deadlines import deadline_words, find_deadline
from tsel_core.sweep.item import Status
from tsel_core.sweep.people import People


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do in a sentence. `who` is a full name, "speaker", "next" (who answers) or "" (not stated).

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
    rest = text[:start].rstrip(" ,、") + (" " if lang != "ja" and text[:start].strip() else "") + text[end:].lstrip(" ,、")
    return rest, deadline_words(text[start:end], lang), plain
