"""Where words of written minutes stand, and open points that stand in one stretch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tsel_core.document import SourceSpan
from tsel_core.sweep.item import Item
from tsel_core.sweep.sentences import Sentence


def is_running(sentences: Sequence[Sentence]) -> bool:
    """Whether a line reads as a sentence rather than as an entry."""
    return sentences[-1].text.rstrip()[-1:] in ".。" or len(sentences) > 1


def cell_span(sentence: Sentence, words: str) -> SourceSpan:
    """Where words of a row stand; the whole row where they cannot be found."""
    at = sentence.text.find(words.strip())
    if at < 0 or not words.strip():
        return sentence.span
    start = sentence.span.start + at
    return replace(sentence.span, start=start, end=start + len(words.strip()))


def once(items: Sequence[Item]) -> list[Item]:
    """Open points of plain sentences: one for a stretch of them, none where a label of their section names one."""
    named = {i.section for i in items if i.kind == "open" and i.score >= 1.0 and i.section}
    made: list[Item] = []
    for item in items:
        plain = item.kind == "open" and item.score < 1.0
        last = made[-1] if made else None
        if plain and item.section in named:
            continue
        if plain and last is not None and last.kind == "open" and last.score < 1.0 and _touch(last, item):
            made[-1] = replace(last, evidence=(*last.evidence, *item.evidence))
            continue
        made.append(item)
    return made


def _touch(one: Item, other: Item) -> bool:
    """Whether an item's sentence stands right behind another's."""
    before, after = one.evidence[-1], other.place
    same = (before.doc_index, before.unit_index) == (after.doc_index, after.unit_index)
    return same and 0 <= after.start - before.end < 3
