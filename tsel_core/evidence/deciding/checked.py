"""Whether the values of a statement are those of the document: code compares numbers and dates better than a model."""

from __future__ import annotations

from collections.abc import Sequence

from tsel_core.evidence.heads.sentence import Sentence, whole_sentences
from tsel_core.evidence.locating.typed import values_told, without_values
from tsel_core.evidence.locating.wording import Wording, word_question
from tsel_core.text.same_values import all_alike, kind_of
from tsel_core.text.values import Value
from tsel_core.trust.passages import PassageIndex

ABOUT = 0.5  # share of a statement's words, its values apart, that a sentence about the same thing holds
_AS_NEAR = 0.85  # of the nearest sentence's share: that near ones are about it too


def values_checked(matter: str, index: PassageIndex) -> bool | None:
    """True where a sentence about the same thing holds the values of a statement (or question), False for other ones.

    None where the statement has no value, and where no sentence is about it. In a transcript the last such sentence
    decides: what is said later overrides a proposal.
    """
    wanted = values_told(matter)
    if not wanted:
        return None
    wording = word_question(without_values(matter), index)
    if not wording.weights:
        return None
    told = _about(wording, index, whole_sentences(index), _kinds(wanted))
    if not told:
        return None
    if any(u.speaker for d in index.documents for u in d.units):
        told = told[-1:]
    return any(all_alike(wanted, values) for values in told)


def _about(wording: Wording, index: PassageIndex, sentences: Sequence[Sentence], kinds: set[str]) -> list[list[Value]]:
    """The values of each sentence about the same thing that has some of these kinds, in the document's order."""
    shares = {s.number: wording.share_of(_words(s, index)) for s in sentences}
    best = max(shares.values(), default=0.0)
    near = [s for s in sentences if shares[s.number] >= max(ABOUT, _AS_NEAR * best)]
    found = (values_told(index.text(s.span)) for s in near)
    return [values for values in found if kinds <= _kinds(values)]


def _kinds(values: Sequence[Value]) -> set[str]:
    return {kind_of(v) for v in values}


def _words(sentence: Sentence, index: PassageIndex) -> str:
    unit = index.documents[sentence.span.doc_index].units[sentence.span.unit_index]
    return " ".join([*unit.heading_path, index.text(sentence.span)])

