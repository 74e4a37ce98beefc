"""Which words of a claim or question a text says in other words (tsel_core.text.alike_words), by indexed features."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from tsel_core.text.alike_words import Term, alike, groups
from tsel_core.trust.passages import features


@lru_cache(maxsize=1)
def terms() -> tuple[tuple[tuple[Term, ...], tuple[Term, ...]], ...]:
    """The groups of words that say the same, as features."""
    return tuple(tuple(tuple(frozenset(features(t)) for t in side) for side in group) for group in groups())  # type: ignore[misc]


def said_otherwise(words: Iterable[str], text: str) -> set[str]:
    """Those of the features `words` for which the text has a term that says the same."""
    there, given = features(text).keys(), set(words)
    return {w for w, told in alike(given, terms()).items() if w in given and any(t <= there for t in told)}
