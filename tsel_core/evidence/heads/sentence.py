"""A document as whole sentences: what evidence is made of."""

from __future__ import annotations

from dataclasses import dataclass

from tsel_core.document import SourceSpan
from tsel_core.trust.passages import PassageIndex

_ENDS = "。！？!?.」』）)\"”’:："
_CUT_FROM = 140  # characters: a passage that long without an end of a sentence was cut inside one
_LONGEST = 1600  # characters of a sentence that is put together again


@dataclass(frozen=True, slots=True)
class Sentence:
    """A whole sentence, heading, row or turn: its number, span, and the passages of the index it is made of."""

    number: int
    span: SourceSpan
    passages: tuple[int, ...]


def whole_sentences(index: PassageIndex) -> list[Sentence]:
    """The index's passages, those that were cut inside a sentence put together again."""
    groups: list[list[int]] = []
    for number, span in enumerate(index.spans):
        if groups and _goes_on(index, groups[-1], span):
            groups[-1].append(number)
        else:
            groups.append([number])
    found: list[Sentence] = []
    for group in groups:
        first, last = index.spans[group[0]], index.spans[group[-1]]
        span = SourceSpan(first.doc_index, first.unit_index, first.start, last.end)
        found.append(Sentence(len(found), span, tuple(group)))
    return found


def _goes_on(index: PassageIndex, group: list[int], span: SourceSpan) -> bool:
    first, last = index.spans[group[0]], index.spans[group[-1]]
    if (last.doc_index, last.unit_index) != (span.doc_index, span.unit_index):
        return False
    text = index.text(last)
    return len(text) >= _CUT_FROM and text[-1] not in _ENDS and span.end - first.start <= _LONGEST
