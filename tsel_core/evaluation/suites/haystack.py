"""Texts of a wanted number of tokens made of units (sentences, lines, facts) with others hidden among them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from tsel_core.evaluation.filler import paragraphs
from tsel_core.text.language import Lang

CountTokens = Callable[[str], int]

_NOISE = {
    "en": "The grass is green. The sky is blue. The sun is yellow. Here we go. There and back again.",
    "ja": "草は緑です。空は青いです。太陽は黄色です。さあ行きましょう。行って、また帰ってきます。",
}
_SAMPLE = 100  # units whose tokens tell how many units fit


def noise(lang: Lang) -> Iterator[str]:
    """The benchmark's repeated sentences."""
    while True:
        yield _NOISE[lang]


def prose(lang: Lang, draw: random.Random) -> Iterator[str]:
    """Office prose in place of the benchmark's essays, which are not ours to use."""
    return paragraphs(lang, draw)


def hidden_in(
    source: Iterator[str],
    facts: Sequence[str],
    length: int,
    count: CountTokens,
    draw: random.Random,
    joiner: str = "\n",
) -> str:
    """Units of `source` with `facts` in their order at random places between them, about `length` tokens, not more."""
    room = length - count(joiner.join(facts))
    units = fitting(source, room, count, joiner)
    places = sorted(draw.randint(0, len(units)) for _ in facts)
    for at, fact in reversed(list(zip(places, facts, strict=True))):
        units.insert(at, fact)
    return joiner.join(units)


def fitting(source: Iterator[str], room: int, count: CountTokens, joiner: str = "\n") -> list[str]:
    """As many units as fit in `room` tokens; at least one."""
    units = list(islice(source, _SAMPLE))
    each = max(1.0, count(joiner.join(units)) / len(units))
    units += islice(source, max(0, round(room / each) - len(units)))
    del units[max(1, round(room / each)) :]
    while len(units) > 1:
        over = count(joiner.join(units)) - room
        if over <= 0:
            break
        del units[max(1, len(units) - max(1, round(over / each))) :]
    return units
