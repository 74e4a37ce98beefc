"""Citation marks in an answer."""

from __future__ import annotations

from collections.abc import Sequence

from tsel_core.answer import Citation
from tsel_core.text.sentences import split_sentences

_PAIRS = {"“": "”", "「": "」", "『": "』", "«": "»", '"': '"'}


def mark_citations(answer: str, citations: Sequence[Citation]) -> str:
    """The answer with [1][2] at the end of each sentence that is cited, before its full stop.

    A quotation stays as the document has it: what is cited for a sentence inside it is marked behind it, once.
    """
    quoted = _quotations(answer)
    places: dict[int, list[int]] = {}
    for number, (_, end) in enumerate(split_sentences(answer)):
        ids = [c.id for c in citations if number in c.sentences]
        if not ids:
            continue
        stop = end
        while stop > 0 and answer[stop - 1] in ".。!！?？":
            stop -= 1
        stop = next((close + 1 for begin, close in quoted if begin < stop <= close), stop)
        known = places.setdefault(stop, [])
        known += [i for i in ids if i not in known]
    parts: list[str] = []
    at = 0
    for stop, ids in sorted(places.items()):
        latin = stop > 0 and ord(answer[stop - 1]) < 0x2E80
        marks = "".join(f"[{i}]" for i in ids)
        parts += [answer[at:stop], f" {marks}" if latin else marks]
        at = stop
    return "".join([*parts, answer[at:]])


def _quotations(text: str) -> list[tuple[int, int]]:
    """(opening mark, closing mark) of each quotation that is closed, one inside another left out."""
    found = []
    at = 0
    while at < len(text):
        close = text.find(_PAIRS[text[at]], at + 1) if text[at] in _PAIRS else -1
        if close > 0:
            found.append((at, close))
            at = close
        at += 1
    return found
