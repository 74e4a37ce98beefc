"""What a sentence does to the question that is talked about: puts it off, turns it down, settles it, opens another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Moves:
    """Patterns of a language.

    `defers` and `refuses` are moves of whoever leads the talk; `accepts` says yes to the last proposal without naming
    it; `settles` are words that often stand in a sentence that settles something; `concludes` names what was said
    before in few words (では13日で); `doubts` speak against that it does.
    """

    defers: re.Pattern[str]
    refuses: re.Pattern[str]
    accepts: re.Pattern[str]
    settles: re.Pattern[str]
    commits: re.Pattern[str]
    concludes: re.Pattern[str]
    doubts: re.Pattern[str]
    asks: re.Pattern[str]
    asks_all: re.Pattern[str]
    proposes: re.Pattern[str]
    wonders: re.Pattern[str]
    points: re.Pattern[str]
    idle: re.Pattern[str]


class Subjects(Protocol):
    """How a language says what comes next."""

    def __call__(self, text: str, *, strong: bool) -> str:
        """The subject that a sentence turns to, "" for none; with `strong` only by its form, else its first phrase."""
        ...
