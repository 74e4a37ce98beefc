"""A meeting as a row of questions: each opened, talked over, and left when it is settled, turned down or put off.

Where topics.py knows the usual words of opening, this goes by the order of a talk: whoever leads it turns to something
new in few words, and once a question is closed the next new thing that somebody brings up is another.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.common_words import COMMON
from tsel_core.sweep.deadlines import find_deadline
from tsel_core.sweep.meetings import moves_en, moves_ja
from tsel_core.sweep.meetings.nods import is_nod, may_nod, nods_after
from tsel_core.sweep.meetings.openings import Openings
from tsel_core.sweep.meetings.topics import opening
from tsel_core.sweep.sentences import Sentence
from tsel_core.text.normalize import normalise
from tsel_core.trust.passages import features

Move = Literal["settles", "accepts", "refuses", "defers", "asks", "says", "task"]
_SAME = 0.5  # share of a title's words that an earlier title holds: a return to it
_RUNS = lazy_pattern(r"[\u4e00-\u9fff]+|[ァ-ヶー]{2,}|[A-Za-z]+|[0-9０-９]+")
_BESIDE_A_DATE = {"en": 12, "ja": 6}  # characters
_LEAST = {"en": 1.0, "ja": 0.6}  # weight of words that are taken up
_LONGEST = {"en": 130, "ja": 60}  # characters of a sentence that opens or settles something
_COUNTED_JA = lazy_pattern(r"[一二三四五六七八九十百千万]+[\u4e00-\u9fff]")
_LEFT = frozenset(("ll", "ve", "re", "don", "doesn", "didn", "isn", "aren", "won", "wouldn", "couldn", "haven", "hasn"))
_CLOSING = ("settles", "accepts", "refuses", "defers")


@dataclass
class Block:
    """Sentences `begin` up to `end` (exclusive) about one question, and what each does to it.

    `again` says that it was talked about before. `form` is how plainly it is opened: 2 by words or a fragment of
    whoever leads, 1 by a question, 0 by anything new behind a closed question.
    """

    title: str
    begin: int
    end: int = 0
    form: int = 2
    again: bool = False
    moves: list[tuple[int, Move]] = field(default_factory=list)

    @property
    def strong(self) -> bool:
        """Whether nothing but another strong opening, or its end, ends the question."""
        return self.form > 0

    @property
    def closed(self) -> bool:
        """Whether the last thing that was done to the question ends it."""
        return any(move in (*_CLOSING, "task") for _, move in self.moves[-4:])


class Blocks:
    """Cuts a talk into its questions. `tasks` are sentences that give or take work, which settle nothing, with
    whether who speaks takes it; those that `may_task` open nothing unless their form says so."""

    def __init__(
        self,
        sentences: Sequence[Sentence],
        lang: str,
        chair: str,
        tasks: Mapping[int, bool],
        may_task: Collection[int] = (),
    ) -> None:
        self.sentences, self.lang, self.chair = sentences, lang, chair
        self.tasks, self.may_task = tasks, may_task
        self.words = (moves_ja if lang == "ja" else moves_en).MOVES
        self.subject = (moves_ja if lang == "ja" else moves_en).subject
        self.calls = {part for s in sentences if s.speaker for part in s.speaker.split()}
        self.openings = Openings(sentences, lang)
        self.held = [self._content(s) for s in sentences]

    def found(self) -> list[Block]:
        """The questions in order; what is said before the first is in none."""
        blocks: list[Block] = []
        for at, sentence in enumerate(self.sentences):
            if not sentence.speaker or sentence.cells:
                continue
            now = blocks[-1] if blocks else None
            if now is not None and len(blocks) > 1 and self._resumes(at, blocks[-2], now):
                blocks[-2].moves += [(n, "says") for n, _ in now.moves]
                blocks.pop()
                now = blocks[-1]
            title, form = self._opens(at, now, blocks)
            if title:
                if now is not None:
                    now.end = at
                known = next((b for b in blocks if self._same(b.title, title)), None)
                now = Block(known.title if known else title, at, 0, form, known is not None)
                blocks.append(now)
            if now is not None:
                now.moves.append((at, self._move(at, now)))
        if blocks:
            blocks[-1].end = len(self.sentences)
        return blocks

    def _content(self, sentence: Sentence) -> dict[str, float]:
        """Words that tell something; whoever is called by name is not among them."""
        calls = "|".join(re.escape(c) for c in sorted(self.calls, key=len, reverse=True)) or r"(?!)"
        called = (
            rf"(?:{calls})さん、|、(?:{calls})さん[。？?]*$|\b(?:{calls}),|,\s*(?:{calls})[.?!]*$|^(?:{calls})[.?!]"
        )
        text = re.sub(called, ",", sentence.text)
        counted = dict.fromkeys(_COUNTED_JA.findall(text), 0.6)  # 三列, 一人
        return {f: w for f, w in features(text).items() if f not in _LEFT and f not in COMMON and w >= 0.3} | counted

    def _resumes(self, at: int, before: Block, now: Block) -> bool:
        """Whether a sentence goes on with the question before one that nobody took up: that was an aside."""
        if now.form > 1 or any(move in _CLOSING for _, move in now.moves) or self._is_taken_up(at + 1, now):
            return False
        begin = before.begin
        said = {f for n in range(begin, now.begin) for f in self.held[n]} - set(self.held[now.begin])
        return sum(w for f, w in self.held[at].items() if f in said) >= _LEAST[self.lang]

    def _opens(self, at: int, now: Block | None, blocks: Sequence[Block]) -> tuple[str, int]:
        """(title, form) of the question that a sentence opens, "" for none."""
        sentence, words = self.sentences[at], self.words
        text = sentence.text
        if self.openings.said[normalise(text)] > 1:
            return "", 0
        if len(text) > _LONGEST[self.lang] or words.idle.search(text) or text.endswith(("!", "！")):
            return "", 0
        due = find_deadline(text, self.lang)
        if due is not None and due[2]:
            return "", 0
        led = sentence.speaker == self.chair
        free = now is None or now.closed or (not now.strong and (led or not self._is_taken_up(at, now)))
        closes = any(p.search(text) for p in (words.defers, words.refuses, words.accepts, words.commits))
        taken = self.taken_up(at, now) if now is not None and not now.closed else 0.0
        settles = now is not None and now.strong and taken >= _LEAST[self.lang] and words.settles.search(text)
        title = opening(text, self.lang)
        if title and led and now is not None and not set(features(title)) & set(features(now.title)):
            return title, 2
        title = title or ("" if closes or settles else self.openings.title(at))
        if title and (led or free) and self._is_new(title, at, now):
            return title, 2
        named = self.subject(text, strong=True) if led else ""
        if named and now is not None and any(self._same(b.title, named) for b in blocks if b.title != now.title):
            return named, 2
        if (closes and not words.asks.search(text)) or words.asks_all.search(text):
            return "", 0
        before = [s for s in self.sentences[max(0, at - 3) : at] if s.turn == sentence.turn]
        begins = self.lang == "ja" or free or all(len(s.text.split()) < 5 for s in before)
        goes_on = settles or (taken > 0 and 2 * taken >= sum(self.held[at].values()))
        behind = now is not None and now.strong and now.begin == at - 1 and self.sentences[at - 1].turn == sentence.turn
        if at in self.tasks or goes_on or behind:
            return "", 0
        proposes = words.proposes.search(text) is not None
        title = named or (self.subject(text, strong=True) if free and not proposes else "")
        when = text[due[0] : due[1]] if due is not None else ""
        if (
            title
            and title not in when
            and (begins or ":" in text)
            and self._is_new(title, at, now)
            and self._goes_on(title, at)
        ):
            return title, 2
        asks = words.asks.search(text) is not None
        free = free or (now is not None and led and not asks and self._is_thin(at, now))
        if at in self.may_task or not free or is_nod(sentence, self.lang) or (may_nod(sentence, self.lang) and not led):
            return "", 0
        title = self.subject(text, strong=False)
        asks = asks or proposes
        return (title, int(asks)) if title and title not in when and self._is_new(title, at, now) else ("", 0)

    def _goes_on(self, title: str, at: int) -> bool:
        """Whether a title of one word is followed by more: a lone word is rather an answer."""
        sentence = self.sentences[at]
        alone = " " not in title if self.lang == "en" else len(title) < 3
        after = self.sentences[at + 1] if at + 1 < len(self.sentences) else None
        more = len(sentence.text) > len(title) + 2 or (after is not None and after.turn == sentence.turn)
        return not alone or more

    def _is_taken_up(self, at: int, now: Block) -> bool:
        """Whether somebody went on with what opened a question, or people took up one another's words since."""
        opened = self.sentences[now.begin]
        after = [n for n in range(now.begin + 1, at) if self.sentences[n].turn != opened.turn]
        words = set(self.held[now.begin])
        return any(words & set(self.held[n]) or self.taken_up(n, now) >= _LEAST[self.lang] for n in after)

    def _is_thin(self, at: int, now: Block) -> bool:
        """Whether hardly anything was said to a question that an earlier turn opened."""
        said = [
            n for n in range(now.begin + 1, at) if self.sentences[n].speaker != self.chair and len(self.held[n]) > 1
        ]
        return self.sentences[now.begin].turn < self.sentences[at].turn - 1 and len(said) < 2

    def _is_new(self, title: str, at: int, now: Block | None) -> bool:
        """Whether hardly a word of a title was said in the turns just before."""
        if any(title.startswith(call) for call in self.calls):
            return False
        names = {w for c in self.calls for w in features(c)}
        words = {f for f in features(title) if f not in COMMON and f not in names}
        if not words or (now is not None and words & set(features(now.title))):
            return False
        turn = self.sentences[at].turn
        before = [n for n in range(max(0, at - 8), at) if self.sentences[n].turn != turn]
        return not any(2 * len(words & set(self.held[n])) >= len(words) for n in before)

    def _same(self, known: str, title: str) -> bool:
        words, other = set(features(known)), set(features(title))
        return bool(words and other) and len(words & other) > _SAME * min(len(words), len(other))

    def taken_up(self, at: int, now: Block, words: Mapping[str, float] | None = None) -> float:
        """Weight of a sentence's words (or of these) that an earlier turn of the block named, its title left out."""
        title = set(features(now.title))
        turn = self.sentences[at].turn
        before = {f for n in range(now.begin, at) if self.sentences[n].turn != turn for f in self.held[n]}
        return sum(w for f, w in (words or self.held[at]).items() if f in before and f not in title)

    def _move(self, at: int, now: Block) -> Move:
        """What a sentence does to the question."""
        sentence, words = self.sentences[at], self.words
        text, led = sentence.text, sentence.speaker == self.chair
        if at in self.tasks and not (led and self.tasks[at] and words.defers.search(text)):
            return "task"
        if self._dates_a_task(at):
            return "task"
        echo = self.taken_up(at, now) >= _LEAST[self.lang]
        if words.asks.search(text):
            asks = echo or words.asks_all.search(text) is not None
            asks = led and asks and not words.wonders.search(text)
            asked = asks and nods_after(self.sentences, at, self.lang, asked=True)
            return "settles" if asked and echo else "accepts" if asked else "asks"
        opens = at == now.begin and not now.again
        if words.idle.search(text) or len(text) > 1.5 * _LONGEST[self.lang] or opens:
            return "says"
        if not led:
            agreed = echo and words.settles.search(text) and not words.doubts.search(text)
            return "settles" if agreed and nods_after(self.sentences, at, self.lang) else "says"
        if words.defers.search(text):
            return "defers"
        if words.refuses.search(text):
            return "refuses"
        yes = words.accepts.search(text)
        if yes and self.taken_up(at, now, features(text[yes.end() :]) or {"": 0.0}) < _LEAST[self.lang]:
            return "says" if self._goes_on_asking(at) else "accepts"
        plain = not words.doubts.search(text)
        if plain and ((echo and words.settles.search(text)) or words.commits.search(text) or self._concludes(at, now)):
            return "settles"
        return "says"

    def _concludes(self, at: int, now: Block) -> bool:
        """Whether few words behind a "then" name what an earlier turn named, be it in a single sign."""
        text, turn = self.sentences[at].text, self.sentences[at].turn
        if not self.words.concludes.search(text):
            return False
        before = "".join(s.text for s in self.sentences[now.begin : at] if s.turn != turn)
        return any(run in before for run in _RUNS.findall(text))

    def _dates_a_task(self, at: int) -> bool:
        """Whether a sentence says hardly more than a date right behind a task ("Yes, by the end of the month.")."""
        text, turn = self.sentences[at].text, self.sentences[at].turn
        due = find_deadline(text, self.lang)
        near = any(n in self.tasks and turn - self.sentences[n].turn <= 2 for n in range(max(0, at - 4), at))
        return near and due is not None and len(text) - (due[1] - due[0]) < _BESIDE_A_DATE[self.lang]

    def _goes_on_asking(self, at: int) -> bool:
        """Whether the same turn asks something behind a word of praise."""
        turn = self.sentences[at].turn
        return any(s.turn == turn and self.words.asks.search(s.text) for s in self.sentences[at + 1 : at + 3])
