# ruff: noqa: E501 (one pattern a line)
"""What people agree on by saying yes: a question that is answered so, a proposal that several support.

Nobody need say that it is decided ("Shall we take Turin?" - "Fine by me."), so words of deciding do not find it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.meetings.nods import is_nod, may_nod, nods_after
from tsel_core.sweep.sentences import Sentence

_ASKS = lazy_pattern(r"[?？]\s*$|(?:か|かな|ね)[。]?$")
_DOUBT = lazy_pattern(
    r"(?i)\b(?:because|since|but|doubt|problem|trouble|worr(?:y|ies|ied)|against|not|never|cannot)\b|n['’]t\b|\blast (?:year|time|month|week)\b|反対|心配|無理|厳しい|難し|困|からです|ので|ません(?!か)|ない"
)
_LONGEST = {"en": 130, "ja": 60}  # characters of what is agreed on


@dataclass(frozen=True, slots=True)
class Agreement:
    """The sentence that says what was agreed on, and those that say yes."""

    at: int
    nods: tuple[Sentence, ...]


def agreements(
    sentences: Sequence[Sentence], indices: range, told: Mapping[int, Collection[str]], chair: str, lang: str
) -> list[Agreement]:
    """Agreements of one stretch of talk. `told` are the words of each sentence that can be decided upon."""
    named: dict[str, set[str]] = {}  # speakers of each word
    found = []
    for at in indices:
        sentence, words = sentences[at], told.get(at, ())
        if words and sentence.speaker and len(sentence.text) <= _LONGEST[lang] and not is_nod(sentence, lang):
            named_before = any(named.get(w, set()) - {sentence.speaker} for w in words)
            asks = named_before and sentence.speaker == chair and _ASKS.search(sentence.text) is not None
            nods = nods_after(sentences, at, lang, asked=asks)
            doubted = _DOUBT.search(sentence.text) is not None and not _ASKS.search(sentence.text)
            agreed = bool(nods) and not doubted and _is_agreed(sentence, nods, chair, repeats=named_before)
            if agreed or _repeats_nodded(sentences, at, indices, words, told, lang):
                found.append(Agreement(at, tuple(nods)))
        for word in words:
            named.setdefault(word, set()).add(sentence.speaker)
    return found


def _is_agreed(sentence: Sentence, nods: Sequence[Sentence], chair: str, *, repeats: bool) -> bool:
    """Whether these say yes to a decision: asked about what was named before, or supported by two."""
    if _ASKS.search(sentence.text) and (repeats or len(nods) > 1):
        return True
    return len(nods) > 1 or (repeats and nods[0].speaker == chair)


def _repeats_nodded(
    sentences: Sequence[Sentence],
    at: int,
    indices: range,
    words: Collection[str],
    told: Mapping[int, Collection[str]],
    lang: str,
) -> bool:
    """Whether somebody says again what they proposed, after another said yes and nobody anything else."""
    said = sentences[at]
    if _DOUBT.search(said.text) or _ASKS.search(said.text):
        return False
    yes = False
    for n in range(at - 1, max(indices[0], at - 8) - 1, -1):
        other = sentences[n]
        if other.turn == said.turn:
            continue
        if other.speaker == said.speaker and set(words) & set(told.get(n, ())):
            return yes
        if other.speaker != said.speaker and not (is_nod(other, lang) or may_nod(other, lang)):
            return False
        yes = yes or other.speaker != said.speaker
    return False
