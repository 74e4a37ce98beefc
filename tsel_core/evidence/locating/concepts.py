"""Concepts of contracts: by which words a clause that grants, orders or denies a thing is known (data/concepts.toml).

One word in common is no evidence that a clause speaks of what is asked: "liability" stands in many. A concept says
which words have to stand together in one sentence.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import islice, pairwise, product

_NEAR = 220  # characters within which the parts of a pattern stand
_MOST = 12  # matches of one part of a pattern that are looked at in a sentence
_NOT = r"not|no|neither|nor|never|without|refrains?|prohibit(?:s|ed)?|forbid(?:s|den)?|restrict(?:s|ed)?|nothing|cannot"
_WORD = r"(?<![A-Za-z])(?:{})(?![A-Za-z])"
_ONE = "NOT"  # a part of a pattern that is any word of denial, which stands before the others

Together = tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Concept:
    """What is asked for, and the clauses that say so (`told`) or the opposite (`against`); see data/concepts.toml."""

    name: str
    asked: re.Pattern[str]
    told: tuple[Together, ...]
    against: tuple[Together, ...]
    never: re.Pattern[str] | None
    gloss: str

    def is_told(self, clause: str) -> bool:
        """Whether a sentence grants, orders or holds it (or speaks of it in the words of such a clause)."""
        return self._any(self.told, clause)

    def is_denied(self, clause: str) -> bool:
        """Whether a sentence says the opposite."""
        return self._any(self.against, clause)

    def _any(self, patterns: Iterable[Together], clause: str) -> bool:
        return any(_stand_together(parts, clause, self.never) for parts in patterns)


def concept_of(question: str) -> Concept | None:
    """The concept that a question or statement asks about: the first of the list whose words it has."""
    return next((c for c in _concepts() if c.asked.search(question)), None)


def _stand_together(parts: Together, clause: str, never: re.Pattern[str] | None) -> bool:
    places = [[m.span() for m in islice(part.finditer(clause), _MOST)] for part in parts]
    for spans in product(*places):
        begin, end = min(s for s, _ in spans), max(e for _, e in spans)
        if end - begin > _NEAR or (parts[0] is _denial() and spans[0][0] != begin):
            continue
        if _apart(spans) and not _spoilt(clause, begin, end, never):
            return True
    return False


def _apart(spans: Sequence[tuple[int, int]]) -> bool:
    """Whether no word stands for two parts."""
    ordered = sorted(spans)
    return all(one[1] <= two[0] for one, two in pairwise(ordered))


def _spoilt(clause: str, begin: int, end: int, never: re.Pattern[str] | None) -> bool:
    """Whether what stands there (with a few words on either side) is something else."""
    return never is not None and never.search(clause[max(0, begin - 20) : end + 30]) is not None


@lru_cache(maxsize=1)
def _denial() -> re.Pattern[str]:
    return re.compile(_WORD.format(_NOT) + r"(?! limit(?:ation|ed to))", re.I)


def _pattern(text: str) -> re.Pattern[str]:
    return _denial() if text == _ONE else re.compile(_WORD.format(text.replace(f"{_ONE}|", f"{_NOT}|")), re.I)


def _together(lines: Sequence[str]) -> tuple[Together, ...]:
    return tuple(tuple(_pattern(part.strip()) for part in line.split(" & ")) for line in lines)


@lru_cache(maxsize=1)
def _concepts() -> tuple[Concept, ...]:
    text = files("tsel_core.evidence").joinpath("data", "concepts.toml").read_text(encoding="utf-8")
    return tuple(
        Concept(
            c["name"],
            re.compile("|".join(c["asked"]), re.I | re.S),
            _together(c["told"]),
            _together(c.get("against", ())),
            re.compile(c["never"], re.I) if "never" in c else None,
            c["gloss"],
        )
        for c in tomllib.loads(text)["concept"]
    )
