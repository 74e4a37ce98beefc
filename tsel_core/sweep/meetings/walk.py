"""A walk over the sentences of a meeting: where it stands, and what is known around that place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.item import Item
from tsel_core.sweep.meetings.nods import is_nod
from tsel_core.sweep.meetings.talk_words import ACCEPTS_EN, ACCEPTS_JA, ASKS_EN, ASKS_JA, NEXT_TURNS, REFUSES, SHORT
from tsel_core.sweep.meetings.topics import mentioned
from tsel_core.sweep.people import People
from tsel_core.sweep.sentences import Sentence
from tsel_core.text.facts import extract_facts

_RECENT = 25  # sentences in which a proposal is looked for
_VERB_JA = lazy_pattern(r"(?:に決定|とする|で進める|で承認|に変更)$")


@dataclass
class Walk:
    """The sentences of a meeting, the topic of each, and the items so far; `at` is the sentence looked at."""

    sentences: Sequence[Sentence]
    lang: str
    people: People
    topics: list[str]
    items: list[Item] = field(default_factory=list)
    at: int = 0
    recap_turn: int = -1  # the turn in which somebody sums up
    taken_back: tuple[int, str, str] | None = None  # (turn, old value, topic) that a sentence took back
    last_decision: tuple[int, int] = (-1, -1)  # (turn, sentence)

    def __post_init__(self) -> None:
        self.known = list(dict.fromkeys(self.topics))
        self.said = Counter(s.text for s in self.sentences)

    @property
    def now(self) -> Sentence:
        """The sentence looked at."""
        return self.sentences[self.at]

    @property
    def recap(self) -> bool:
        """Whether the sentence belongs to a summing up."""
        return self.now.turn == self.recap_turn

    @property
    def asked(self) -> bool:
        """Whether the turn before asked for something (see Context)."""
        before = self.before_turn()
        return before is not None and (ASKS_JA if self.lang == "ja" else ASKS_EN).search(before.text) is not None

    def topic(self) -> str:
        """What the sentence is about: a topic it or its turn names, else what is being talked about."""
        turn = [s.text for s in self.sentences[max(0, self.at - 4) : self.at + 1] if s.turn == self.now.turn]
        return mentioned(list(reversed(turn)), self.known) or self.topics[self.at]

    def near(self, step: int) -> Sentence | None:
        """The sentence `step` away in the same turn, None at the turn's ends."""
        place = self.at + step
        if not 0 <= place < len(self.sentences):
            return None
        other = self.sentences[place]
        return other if other.turn == self.now.turn else None

    def before_turn(self) -> Sentence | None:
        """The last sentence of the turn before."""
        return next((s for s in reversed(self.sentences[: self.at]) if s.turn < self.now.turn), None)

    def spoken_before(self) -> Sentence | None:
        """What the sentence answers or goes on from: the one before it in its turn, or the turn before."""
        before = self.near(-1)
        accepts = ACCEPTS_JA if self.lang == "ja" else ACCEPTS_EN
        if before is not None and not (accepts.search(before.text) and len(before.text) < 30):
            return before
        return self.before_turn()

    def answer(self, who: str = "") -> Sentence | None:
        """Who answers: the next sentence of somebody else within a few turns that accepts or refuses.

        A few words of the person who was asked (`who`) accept, whatever they are.
        """
        accepts = ACCEPTS_JA if self.lang == "ja" else ACCEPTS_EN
        for sentence in self.sentences[self.at + 1 : self.at + 12]:
            if sentence.turn - self.now.turn > NEXT_TURNS:
                break
            other = sentence.speaker != self.now.speaker and sentence.turn != self.now.turn
            short = len(sentence.text) < SHORT and not sentence.text.rstrip().endswith(("?", "？"))
            asked = bool(who) and sentence.speaker == who and short  # who was asked says a word
            if other and (asked or accepts.search(sentence.text) or REFUSES.search(sentence.text)):
                return sentence
        return None

    def named_alone(self) -> str:
        """The name that is the next sentence of the turn by itself ("Who can do that? Henry? Great.")."""
        after = self.near(1)
        match = re.fullmatch(self.people.pattern(), after.text.strip(" ?？。.!,、")) if after is not None else None
        return self.people.resolve(match["name"]) if match else ""

    def proposal(self) -> Sentence | None:
        """The last statement of the turns before: what "agreed" agrees to."""
        for sentence in reversed(self.sentences[max(0, self.at - 8) : self.at]):
            idle = self.said[sentence.text] > 1 or is_nod(sentence, self.lang) or ASKS_EN.search(sentence.text)
            if sentence.turn < self.now.turn and len(sentence.text) > 12 and not idle:
                return sentence
        return None

    def said_before(self, what: str) -> bool:
        """Whether the words or values of a decision stood in an earlier turn shortly before."""
        recent = [
            s.text.lower() for s in self.sentences[max(0, self.at - _RECENT) : self.at] if s.turn != self.now.turn
        ]
        words = re.sub(r"\s+(?:for|on)\s+.*$", "", _VERB_JA.sub("", what.strip(" .。").lower()))
        if len(words) >= 2 and any(words in text for text in recent):
            return True
        values = [f.text.lower() for f in extract_facts(what)]
        return bool(values) and all(any(v in text for text in recent) for v in values)
