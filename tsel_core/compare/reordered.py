"""Texts that say their things in another order: a value's place is not that of the value in its stead."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tsel_core.compare.edits import Edit
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.values import Value, extract_values

# a word that names a thing or a person: no article, no ending
_WORD = lazy_pattern(r"[A-Z][\w'’-]*|[^\W\d_]{4,}|[\u4e00-\u9fff々ァ-ヶー]+")
_NO_NAME = frozenset({"The", "This", "That", "Each", "Any", "If", "An", "A", "Every", "No", "In", "On", "At", "It"})
_MARK = lazy_pattern(r"[,;:.。、；：]|\b(?:and|or|but|while|whereas)\b|及び|並びに|又は", re.I)


def is_reordered(edits: Sequence[Edit], old: str, new: str) -> bool:
    """Whether a word that went in one place came in another: "Alder ... and Birch ...", "Birch ... and Alder ..."."""
    gone = [_words(old[slice(*e.old)]) for e in edits]
    came = [_words(new[slice(*e.new)]) for e in edits]
    at: dict[str, set[int]] = {}
    for place, words in enumerate(came):
        for word in words:
            at.setdefault(word, set()).add(place)
    return any(at.get(word, set()) - {place} for place, words in enumerate(gone) for word in words)


def by_words_before(old: str, new: str) -> list[tuple[Value, Value]]:
    """Values with those behind the very same words of the other text; none where one has no such words of its own."""
    one, two = _named(old), _named(new)
    if one is None or two is None or one.keys() != two.keys():
        return []
    return [(value, two[words]) for words, value in one.items()]


def _named(text: str) -> dict[tuple[str, str], Value] | None:
    """Values by their kind and the words before them, up to a mark; None where two have the same, or one has none."""
    found: dict[tuple[str, str], Value] = {}
    end = 0
    for value in extract_values(text, ordinal_words=True):
        if value.kind == "name":
            continue
        before = _MARK.split(text[end : value.start])[-1]
        words = value.kind, " ".join(before.split())
        if not words[1] or words in found:
            return None
        found[words] = value
        end = value.end
    return found


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text)) - _NO_NAME
