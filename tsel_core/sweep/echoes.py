# ruff: noqa: E501 (one pattern a line)
"""Decisions in no usual words: the last plain statement of a topic that takes up what somebody had proposed.

However people say it ("Turin wins, then."), what is decided was named before by somebody else, and is named again
without doubt, question or reason. Such a sentence is a doubtful candidate, the last of its topic a likely one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tsel_core.sweep.deadlines import find_deadline
from tsel_core.sweep.decisions import decision_words
from tsel_core.sweep.item import Item
from tsel_core.sweep.sentences import Sentence
from tsel_core.sweep.walk import Walk
from tsel_core.trust.passages import features

_LIKELY, _DOUBTFUL = 0.76, 0.42
_STRETCH = 60  # sentences of a topic that is one question; in longer talk everything is taken up again
_MOST_DOUBTFUL = 3  # candidates of a stretch
_MOST_WORDS, _MOST_CHARS = 26, 60
_RARE = 0.2  # share of the meeting's sentences that may hold a word that can be decided upon
_NO_EN = re.compile(
    r"(?i)\b(?:because|since|but|doubt|trouble|problem|worry|worried|unhappy|not happy|could|would|might|maybe|perhaps|why|if|think|suggest|propose|vote for|prefer|like|liked|fine|compromise|what|how|who|when|looked|last (?:year|time)|was|were|had|did|promised|cannot|can['’]t|don['’]t|not sure|not [\w ]+, please|side|idea)\b|\?\s*$"
)
_NO_JA = re.compile(
    r"反対|心配|無理|厳しい|難しい|からです|ためです|ので|と思い|考えて|推し|ではない|どうで|いかが|でしょうか|ですか|ますか|賛成でき|なら|かもしれ|案は|提案|案です|案という|しましょうか|ました[。]?$|でした|聞いて|お願いします|資料|[？?]$"
)
_OUT = re.compile(r"(?i)\bis out\b|did not get|no majority|\bsay no\b|no to\b|不採用|見送|取り下げ|取りやめ|却下|否決")


@dataclass(frozen=True, slots=True)
class _Echo:
    at: int
    words: frozenset[str]


def echo_items(walk: Walk, found: Sequence[Item]) -> list[Item]:
    """Candidates for topics in which nothing was plainly decided (likely), and for later words in others (doubtful)."""
    held = [features(s.text) for s in walk.sentences]
    counts: Counter[str] = Counter(f for words in held for f in words)
    rare = {f for f, n in counts.items() if n <= max(4, _RARE * len(held))}
    used = {s for i in found for s in i.evidence}
    plain = {i.section for i in found if i.kind == "decision" and i.score >= 0.75}
    items: list[Item] = []
    for topic, indices in _stretches(walk.topics):
        echoes = [e for e in _echoes(walk, topic, indices, held, rare) if walk.sentences[e.at].span not in used]
        short = len(indices) <= _STRETCH
        for echo in echoes[-_MOST_DOUBTFUL:] if short else ():
            sentence = walk.sentences[echo.at]
            names = topic != "" and topic.lower() in sentence.text.lower()
            last = echo is echoes[-1] and topic not in plain
            likely = (last or names) and topic != "" and _leads(walk, sentence)
            rejected = _OUT.search(sentence.text) is not None
            items.append(
                Item(
                    "decision",
                    decision_words(sentence.text, walk.lang),
                    (sentence.span,),
                    sentence.speaker,
                    status="rejected" if rejected else "decided",
                    section=topic,
                    score=_LIKELY if likely else _DOUBTFUL,
                )
            )
    return items


def _leads(walk: Walk, sentence: Sentence) -> bool:
    return not walk.people.chair or sentence.speaker == walk.people.chair


def _stretches(topics: Sequence[str]) -> list[tuple[str, range]]:
    """(topic, sentences) of each stretch of one topic."""
    found: list[tuple[str, range]] = []
    begin = 0
    for at in range(1, len(topics) + 1):
        if at == len(topics) or topics[at] != topics[begin]:
            found.append((topics[begin], range(begin, at)))
            begin = at
    return found


def _echoes(walk: Walk, topic: str, indices: range, held: Sequence[dict[str, float]], rare: set[str]) -> list[_Echo]:
    """Sentences of a stretch that plainly name what another speaker named before in it."""
    title = set(features(topic))
    named: dict[str, set[str]] = {}
    found: list[_Echo] = []
    no = _NO_JA if walk.lang == "ja" else _NO_EN
    for at in indices:
        sentence = walk.sentences[at]
        words = {f for f in held[at] if f in rare and f not in title and held[at][f] >= 0.3}
        taken = frozenset(f for f in words if named.get(f, set()) - {sentence.speaker})
        weight = sum(held[at][f] for f in taken)
        long = len(sentence.text) > _MOST_CHARS if walk.lang == "ja" else len(sentence.text.split()) > _MOST_WORDS
        due = find_deadline(sentence.text, walk.lang)
        dated = due is not None and due[2]  # by when: rather a task
        if (
            not dated
            and weight >= (0.6 if walk.lang == "ja" else 1.0)
            and not long
            and not no.search(sentence.text)
            and not sentence.cells
        ):
            found.append(_Echo(at, taken))
        for word in words:
            named.setdefault(word, set()).add(sentence.speaker)
    return found
