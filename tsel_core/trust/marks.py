"""The marks [1][2] that an answer is printed with."""

from __future__ import annotations

from collections.abc import Sequence

from tsel_core.answer import Citation
from tsel_core.text.sentences import split_sentences


def mark_citations(answer: str, citations: Sequence[Citation]) -> str:
    """The answer with [1][2] at the end of each sentence that is cited, before its full stop."""
    parts: list[str] = []
    at = 0
    for number, (_, end) in enumerate(split_sentences(answer)):
        marks = "".join(f"[{c.id}]" for c in citations if number in c.sentences)
        if not marks:
            continue
        stop = end
        while stop > at and answer[stop - 1] in ".。!！?？":
            stop -= 1
        latin = stop > 0 and ord(answer[stop - 1]) < 0x2E80
        parts += [answer[at:stop], f" {marks}" if latin else marks]
        at = stop
    return "".join([*parts, answer[at:]])
