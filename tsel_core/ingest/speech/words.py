"""Words of a recording given to whoever speaks them: a piece of speech is cut where the speaker changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from tsel_core.ingest.speech.transcript import Said
from tsel_core.ingest.speech.turns import Turn, speaker_at
from tsel_core.lazy_pattern import lazy_pattern

NEAR_S = 1.0  # how far from where the voice changes the end of the sentence may be that it is meant to be at
_END = lazy_pattern(r"[.!?。！？…][\"'”’」』）)]*\s*$")

Word = tuple[float, float, str]


def by_speaker(said: Iterable[Said], turns: Sequence[Turn]) -> list[Said]:
    """The pieces with a speaker each; those without the times of words go to whose turn most of their time is."""
    found = []
    for one in said:
        if not one.words:
            found.append(replace(one, speaker=speaker_at(turns, one.start_s, one.end_s)))
            continue
        for words, speaker in _runs(one.words, turns):
            text = "".join(word for _, _, word in words)
            found.append(Said(words[0][0], words[-1][1], text, words, speaker))
    return found


def _runs(words: Sequence[Word], turns: Sequence[Turn]) -> list[tuple[tuple[Word, ...], int | None]]:
    speakers = [speaker_at(turns, start, end) for start, end, _ in words]
    at = 1
    while at < len(words):
        if speakers[at] != speakers[at - 1]:
            cut = _sentence_end(words, at)
            before, after = speakers[at - 1], speakers[at]
            for i in range(min(cut, at), max(cut, at)):
                speakers[i] = after if cut < at else before
            at = max(cut, at)
        at += 1
    starts = [0, *(i for i in range(1, len(words)) if speakers[i] != speakers[i - 1]), len(words)]
    return [(tuple(words[a:b]), speakers[a]) for a, b in pairwise(starts)]


def _sentence_end(words: Sequence[Word], at: int) -> int:
    """The index of the first word after the nearest end of a sentence, `at` itself where none is near."""
    ends = [i for i in range(len(words) + 1) if i and _END.search(words[i - 1][2])]
    when = words[at][0]
    near = [(abs(words[i - 1][1] - when), i) for i in ends if abs(words[i - 1][1] - when) <= NEAR_S]
    return min(near)[1] if near else at
