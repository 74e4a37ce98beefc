"""Patterns made of word lists."""

from __future__ import annotations

import re
from collections.abc import Iterable


def any_of(words: Iterable[str]) -> str:
    """Any of the words, the longest first."""
    return "|".join(sorted((re.escape(w) for w in words), key=len, reverse=True))


def whole_words(table: Iterable[str], plural: Iterable[str]) -> str:
    """The words of a table: Latin ones whole, those of `plural` with an s too, others as they are."""
    latin = {w for w in table if re.fullmatch(r"[A-Za-zÀ-ÿ. ]+", w)}
    wide = [w for w in table if w not in latin]
    both = latin & set(plural)
    whole = "|".join(p for p in (rf"(?:{any_of(both)})s?" if both else "", any_of(latin - both)) if p)
    return rf"(?:(?:{whole})\b{'|' if wide else ''}{any_of(wide)})"


def trie(words: Iterable[str]) -> str:
    """A pattern of any of these words that looks at each letter once: an alternation of hundreds of words is slow."""
    by_first: dict[str, set[str]] = {}
    for word in words:
        by_first.setdefault(word[:1], set()).add(word[1:])
    ends = "" in by_first
    parts = [re.escape(c) + trie(rest) for c, rest in sorted(by_first.items()) if c]
    if not parts:
        return ""
    whole = parts[0] if len(parts) == 1 and not ends else f"(?:{'|'.join(parts)})"
    return f"{whole}?" if ends else whole
