"""One sign of an order: a pattern over folded text, and what it takes to count."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from tsel_core.lazy_pattern import lazy_pattern

# A sign of these kinds says by itself that the text gives orders to a program; the others do in company (detect.py).
ALONE = frozenset(
    {
        "template", "ignore", "format", "address", "append", "decode", "conceal", "role", "link", "dialogue", "hidden",
        "reader",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Sign:
    """`kind`, a pattern, and literals one of which must stand in the text before the pattern is tried at all."""

    kind: str
    pattern: str
    needs: tuple[str, ...]

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The pattern, compiled when a text holds one of the literals: most documents never need most of them."""
        return re.compile(self.pattern, re.MULTILINE)


class Signs:
    """Signs that are looked for together: each of their literals once, however many signs have it.

    A text has hundreds of passages, and next to none has a literal: this decides what the search costs.
    """

    def __init__(self, signs: Iterable[Sign]) -> None:
        self.signs = tuple((sign, frozenset(sign.needs)) for sign in signs)
        words = frozenset[str]().union(*(needs for _, needs in self.signs))
        self._plain = tuple(w for w in words if w == w.strip())
        self._edged = tuple((w, w.strip()) for w in words if w != w.strip())  # at the beginning they need no edge

    def places(self, text: str) -> list[tuple[int, int, str]]:
        """(start, end, kind) of all that stand in folded text."""
        there = {word for word in self._plain if word in text}
        there.update(word for word, bare in self._edged if word in text or text.startswith(bare))
        if not there:
            return []
        tried = (sign for sign, needs in self.signs if not needs.isdisjoint(there))
        return [(*match.span(), sign.kind) for sign in tried for match in sign.regex.finditer(text)]


def near(first: str, second: str, gap: int) -> str:
    """Two patterns in one sentence, in this order or the other."""
    between = rf"[^.!?\n。！？]{{0,{gap}}}?"
    return rf"(?:{first}){between}(?:{second})|(?:{second}){between}(?:{first})"


def then(first: str, second: str, gap: int) -> str:
    """Two patterns in one sentence, in this order."""
    return rf"(?:{first})[^.!?\n。！？]{{0,{gap}}}?(?:{second})"


def stems(pattern: str) -> tuple[str, ...]:
    """Literals of which every match of `pattern` holds one: the longest plain run of each alternative.

    () when an alternative has none. Looking for a literal costs a hundredth of trying the pattern.
    """
    found: list[str] = []
    for alternative in _alternatives(pattern):
        bare = _OPTIONAL.sub("\0", _without_groups(alternative))
        run = max(re.findall(r"[a-z' -]+", bare), key=lambda r: len(r.strip()), default="")
        if len(run.strip()) >= 3:
            found.append(run.strip())
        elif len(run.strip()) == 2:  # "ia", "ki": only as the beginning of a word
            found += [mark + run.strip() for mark in (" ", "'", "\n", "(", '"', "-")]
        else:
            inner = [i for i in map(stems, _groups_of(alternative)) if i]
            if not inner:
                return ()
            found += max(inner, key=lambda words: min(map(len, words)))
    return tuple(dict.fromkeys(found))


_OPTIONAL = lazy_pattern(r"\\[a-zA-Z][*?+]?|\[[^\]]*\][*?+]?|.[*?]|[{].*?[}]")


def _alternatives(pattern: str) -> list[str]:
    """The pattern cut at the bars that stand in no group or class."""
    parts, depth, at, in_class = [], 0, 0, False
    number = 0
    while number < len(pattern):
        char = pattern[number]
        if char == "\\":
            number += 1
        elif in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == "|" and not depth:
            parts.append(pattern[at:number])
            at = number + 1
        number += 1
    return [*parts, pattern[at:]]


def _spans(pattern: str) -> list[tuple[int, int]]:
    """Where the outermost groups stand, brackets included."""
    found, depth, number, start = [], 0, 0, 0
    while number < len(pattern):
        char = pattern[number]
        if char == "\\":
            number += 1
        elif char == "(":
            start = number if not depth else start
            depth += 1
        elif char == ")":
            depth -= 1
            if not depth:
                found.append((start, number + 1))
        number += 1
    return found


def _groups_of(pattern: str) -> list[str]:
    """What stands in the outermost groups that every match goes through."""
    return [
        pattern[lo + 3 : hi - 1]
        for lo, hi in _spans(pattern)
        if pattern.startswith("(?:", lo) and pattern[hi : hi + 1] not in ("?", "*", "{")
    ]


def _without_groups(pattern: str) -> str:
    """The pattern with a mark in the place of each outermost group."""
    made, at = "", 0
    for lo, hi in _spans(pattern):
        made, at = made + pattern[at:lo] + "\0", hi
    return made + pattern[at:]
