"""One sign of an order: a pattern over folded text, and what it takes to count."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

# A sign of these kinds says by itself that the text gives orders to a program; the others do in company (detect.py).
ALONE = frozenset(
    {"template", "ignore", "format", "address", "append", "decode", "conceal", "role", "link", "dialogue", "hidden"}
)


@dataclass(frozen=True)
class Sign:
    """`kind`, a pattern, and literals one of which must stand in the text before the pattern is tried at all."""

    kind: str
    pattern: str
    needs: tuple[str, ...]
    regex: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "regex", re.compile(self.pattern, re.MULTILINE))

    def places(self, text: str) -> Iterable[tuple[int, int]]:
        """Where it stands in folded text."""
        if not any(word in text for word in self.needs):
            return ()
        return [m.span() for m in self.regex.finditer(text)]


def near(first: str, second: str, gap: int) -> str:
    """Two patterns in one sentence, in this order or the other."""
    between = rf"[^.!?\n。！？]{{0,{gap}}}?"
    return rf"(?:{first}){between}(?:{second})|(?:{second}){between}(?:{first})"


def then(first: str, second: str, gap: int) -> str:
    """Two patterns in one sentence, in this order."""
    return rf"(?:{first})[^.!?\n。！？]{{0,{gap}}}?(?:{second})"
