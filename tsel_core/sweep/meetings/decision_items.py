"""Decisions of a meeting as items: what was taken back waits for what replaces it, pointing sentences get words."""

from __future__ import annotations

import re
from dataclasses import replace

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.item import Item
from tsel_core.sweep.meetings.decisions import Found, decision_words, find_decision, is_labelled
from tsel_core.sweep.meetings.talk_words import BACK, CLOSES, RECAP
from tsel_core.sweep.meetings.topics import mentioned, opening
from tsel_core.sweep.meetings.walk import Walk
from tsel_core.sweep.sentences import Sentence

_NEAR = 3  # sentences of a turn between two that belong together
_POINTS_ON = lazy_pattern(r"(?i)\b(?:that|it|this)\b")


def take_decision(walk: Walk, found: Found) -> None:
    """Put a decision into the walk."""
    turn, last = walk.now.turn, walk.items[-1] if walk.items else None
    near = walk.last_decision[0] == turn and walk.at - walk.last_decision[1] <= _NEAR
    if found.only_old:
        if near and last is not None and last.kind == "decision" and not mentioned([walk.now.text], walk.known):
            walk.items[-1] = replace(last, status="changed", instead_of=found.instead_of)
        else:
            walk.taken_back = (turn, found.instead_of, walk.topic())
        return
    if near and (CLOSES.match(walk.now.text) or _belongs_to(last, walk.now)):
        return
    item = _numbered(walk, found) or _plain(walk, found)
    if walk.taken_back is not None and walk.taken_back[0] == turn:
        _, old, topic = walk.taken_back
        changed = replace(item, status="changed", instead_of=old or item.instead_of)
        item = replace(changed, section=topic or item.section, score=1.0)
        walk.taken_back = None
    walk.last_decision = (turn, walk.at)
    walk.items.append(item)


def _belongs_to(last: Item | None, now: Sentence) -> bool:
    """Whether a sentence stands in the paragraph of a written decision that holds it already."""
    return last is not None and now.span in last.evidence and last.name == "numbered"


def _numbered(walk: Walk, found: Found) -> Item | None:
    """A written decision ("Decision 4.1. ..."): all that follows in its paragraph belongs to it."""
    if walk.now.speaker or not is_labelled(walk.now.text):
        return None
    rest = [s for s in walk.sentences[walk.at : walk.at + 6] if s.turn == walk.now.turn]
    what = " ".join([found.what, *(s.text for s in rest[1:])])
    evidence = tuple(s.span for s in rest)
    return Item("decision", what, evidence, "", "", found.status, walk.topics[walk.at], "numbered")


def _plain(walk: Walk, found: Found) -> Item:
    """A decision in one sentence, or in the one that it points at."""
    what, evidence, score = found.what, [walk.now.span], found.score
    if BACK.search(walk.now.text):
        beside = _pointed_at(walk)
        if beside is None:
            score = min(score, 0.4)
        else:
            what = _with_verdict(decision_words(beside.text, walk.lang), walk)
            evidence.append(beside.span)
    chair = bool(walk.people.chair) and walk.now.speaker == walk.people.chair
    if score < 1.0 and (chair or not walk.now.speaker):
        score += 0.1
    if score < 1.0 and walk.said_before(what):
        score += 0.2
    return Item(
        "decision",
        what,
        tuple(evidence),
        walk.now.speaker,
        "",
        found.status,
        walk.topic(),
        score=min(1.0, score),
        instead_of=found.instead_of,
    )


def _pointed_at(walk: Walk) -> Sentence | None:
    """The sentence that "then that is decided" means: the next of the turn, the one before, or what was proposed."""
    after, before = walk.near(1), walk.near(-1)
    points_on = before is None or _POINTS_ON.search(walk.now.text) is not None
    if after is not None and points_on and _states_something(after, walk.lang):
        return after
    return before or walk.proposal()


def _states_something(sentence: Sentence, lang: str) -> bool:
    """Whether a sentence is neither a decision of its own, nor a summing up, nor the opening of a topic."""
    apart = RECAP.search(sentence.text) is not None or opening(sentence.text, lang) != ""
    return not apart and find_decision(sentence.text, lang) is None


def _with_verdict(words: str, walk: Walk) -> str:
    """In Japanese what became of it stands in the pointing sentence: 承認します."""
    if walk.lang != "ja" or re.search(r"承認|確定|決定", words):
        return words
    return f"{decision_words(walk.now.text, 'ja')}（{words}）"
