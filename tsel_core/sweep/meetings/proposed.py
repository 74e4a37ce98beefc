"""Proposals that people talked over and nobody settled: open points, with what was proposed."""

from __future__ import annotations

from collections.abc import Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.common_words import COMMON
from tsel_core.sweep.item import Item
from tsel_core.sweep.meetings.decisions import decision_words
from tsel_core.sweep.meetings.nods import is_nod
from tsel_core.sweep.meetings.openings import is_spontaneous
from tsel_core.sweep.meetings.talk import Talk, stretches
from tsel_core.sweep.meetings.walk import Walk
from tsel_core.trust.passages import features

_PROPOSES = lazy_pattern(
    r"(?i)\b(?:I|I['’]d|my|could|would|should|shall|maybe|perhaps|propos(?:e|al)|suggest)\b"
    r"|^(?:and|how about|what about|why not)\b.*\?$|と思|いかが|どう|たいです|案|提案|ましょう|は？$|なら|推し"
)
_SCORE = 0.76  # given, and marked
_LONGEST = 60  # sentences of a topic that is one question
_LIKELY = 0.75
_WEIGHT = {"en": 1.0, "ja": 0.6}


def proposed_items(walk: Walk, found: Sequence[Item]) -> list[Item]:
    """The last proposal of each topic that was talked over, and about which nothing else was found."""
    if is_spontaneous(walk.sentences):
        return []
    talk = Talk.of(walk.sentences)
    told = [i for i in found if i.kind in ("decision", "open") and i.score >= _LIKELY]
    items = []
    for topic, indices in stretches(walk.topics):
        spans = {walk.sentences[at].span for at in indices}
        known = any(i.place in spans or i.section == topic for i in told)
        at = None if known or not topic or len(indices) > _LONGEST else _last(walk, talk, topic, indices)
        if at is not None:
            said = walk.sentences[at]
            words = decision_words(said.text, walk.lang)
            items.append(Item("open", words, (said.span,), said.speaker, "", "proposed", topic, score=_SCORE))
    return items


def _last(walk: Walk, talk: Talk, topic: str, indices: range) -> int | None:
    """The last thing that a member proposed where another proposal, or this one, was taken up; None where none was."""
    title = set(features(topic))
    named: dict[str, str] = {}
    taken, last = False, None
    for at in indices[1:]:
        said = walk.sentences[at]
        if not said.speaker or talk.idle(said) or is_nod(said, walk.lang):
            continue
        held = {
            f: w for f, w in talk.held[at].items() if f in talk.rare and f not in title and f not in COMMON and w > 0.3
        }
        again = {f: w for f, w in held.items() if named.get(f, said.speaker) != said.speaker}
        taken = taken or sum(again.values()) >= _WEIGHT[walk.lang]
        fresh = sum(w for f, w in held.items() if f not in named)
        proposes = _PROPOSES.search(said.text) is not None
        task = any(said.span in i.evidence for i in walk.items)
        if proposes and fresh >= _WEIGHT[walk.lang] and said.speaker != walk.people.chair and not again and not task:
            last = at if last is None or taken else last
        for word in held:
            named.setdefault(word, said.speaker)
    return last if taken else None
