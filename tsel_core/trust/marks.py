"""The marks [1][2] that an answer is printed with."""

from __future__ import annotations

from collections.abc import Sequence

from tsel_core.answer import Citation
from tsel_core.text.sentences import split_sentences
from tsel_core.trust.quotes import quoted_parts


def mark_citations(answer: str, citations: Sequence[Citation]) -> str:
    """The answer with [1][2] at the end of each sentence that is cited, before its full stop.

    A quotation stays as the document has it: what is cited for a sentence inside it is marked behind it, once.
    """
    quoted = [q for q in quoted_parts(answer) if q.closed]
    places: dict[int, list[int]] = {}
    for number, (_, end) in enumerate(split_sentences(answer)):
        ids = [c.id for c in citations if number in c.sentences]
        if not ids:
            continue
        stop = end
        while stop > 0 and answer[stop - 1] in ".。!！?？":
            stop -= 1
        stop = next((q.end for q in quoted if q.start < stop < q.end), stop)
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

