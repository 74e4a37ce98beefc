"""What short words of a meeting point to: the value that is taken up, the request that is turned down."""

from __future__ import annotations

from tsel_core.sweep.meetings.blocks import Block, Blocks
from tsel_core.sweep.meetings.walk import Walk
from tsel_core.text.facts import extract_facts
from tsel_core.trust.passages import features

_SHORTEST = {"en": 45, "ja": 20}  # characters of a decision that may only point


def pointed(walk: Walk, cut: Blocks, block: Block, at: int) -> int | None:
    """The sentence with a value that short words without one take up ("Take the auditors' figure")."""
    said = walk.sentences[at]
    if len(said.text) > _SHORTEST[walk.lang] or _has_value(said.text):
        return None
    words = set(cut.held[at]) - set(features(block.title))
    back = range(at - 1, block.begin, -1)
    told = (n for n in back if walk.sentences[n].turn != said.turn and words & set(cut.held[n]))
    return next((n for n in told if _has_value(walk.sentences[n].text)), None)


def requested(walk: Walk, cut: Blocks, block: Block, at: int) -> int | None:
    """What is turned down: the last that was asked or proposed before, else what opened the question."""
    turn = walk.sentences[at].turn
    back = [n for n in range(at - 1, block.begin - 1, -1) if walk.sentences[n].turn != turn and cut.held[n]]
    return next((n for n in back if cut.words.proposes.search(walk.sentences[n].text)), block.begin if back else None)


def _has_value(text: str) -> bool:
    """Whether words hold a number, a date, an amount or the like."""
    return any(f.kind != "name" for f in extract_facts(text))
