"""Where people talk something over, by what they take up from one another, and what that talk is about.

Topics are usually opened in words (topics.py) or by the chair handing over (openings.py). Where a talk in which several
people take up the same words follows no such opening, it gets its topic here, so that no deliberation is without one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.common_words import COMMON, IDLE, STOPS
from tsel_core.sweep.deadlines import find_deadline
from tsel_core.sweep.meetings.nods import is_nod, nods_after
from tsel_core.sweep.meetings.open_points import finds_open
from tsel_core.sweep.meetings.talk_words import ACCEPTS_EN, ACCEPTS_JA
from tsel_core.sweep.sentences import Sentence
from tsel_core.text.normalize import normalise
from tsel_core.trust.passages import features

ACCEPTS = {"en": ACCEPTS_EN, "ja": ACCEPTS_JA}
_GAP = 6  # sentences between two deliberations that may be one
_LEAST, _PLAINLY = 1.0, 3.0  # worth of a phrase that opens a topic; the same where people may still talk about the last
_AHEAD = 14  # sentences within which words are taken up
_BACK = 10  # sentences before a deliberation in which it may be opened
_NEW = 15  # sentences before an opening that do not hold its words
_RARE = 0.12  # share of the sentences that may hold a word that tells something
_WEIGHT = {"en": 1.0, "ja": 0.6}
_CHAIR = 2.0  # worth of any phrase of the chair
_JOINS = frozenset(("of", "for", "and"))
_SIGN_JA = r"[\u4e00-\u9fff々ァ-ヶーA-Za-z0-9０-９]"
# a run of signs, with the kana inside a word (割り当て, 手入れ)
_KANA_JA = rf"[りれいけげきしみせちえめてび]{{1,2}}(?={_SIGN_JA}|の|について|に関|も|は|を|が|に|、|。)"
_RUN_JA = rf"{_SIGN_JA}+(?:{_KANA_JA}{_SIGN_JA}*)*"
_JA = lazy_pattern(rf"{_RUN_JA}(?:の{_RUN_JA})*")
_REASON = lazy_pattern(r"(?i)\b(?:because|since)\b|(?:からです|ためです|ので|んです|ですし|から)[。、]?$")
# what leads to a phrase that is turned to, and what follows it
_LED_TO = {
    "en": lazy_pattern(
        r"(?i)^(?:\W|\b(?:ok(?:ay)?|right|so|and|then|now|well|next|good|finally|lastly)\b)*(?:the|our)\s+$|\b(?:to|at|on|about|with|into|over|through|regarding|discuss|raise|settle|take|leaves?|cover|up)\s+(?:the|our|this)\s+$|[,:]\s+(?:the|our)\s+$"
    ),
    "ja": lazy_pattern(r"^(?:(?:はい|では|それでは|さて|次は?|最後は?|あと)[、,]?)+$"),
}
_GOES_ON = {
    "en": lazy_pattern(r"(?i)\s*(?:,?\s*(?:now|next|please|today)\s*(?:[,.?!]|$)|:)"),
    "ja": lazy_pattern(r"(?:の件|の話|について|に関して|のこと|ですが|も|は.*か[。？]?$|に(?:移|戻|入))"),
}
_IS_JA = lazy_pattern(r"です(?:ね)?[。、]?$")
_IDLE_JA = lazy_pattern(
    r"^(?:次|次回|項目|議題|議案|件|話|本日|今日|明日|昨日|以上|最後|最初|皆|皆様|皆さん|資料|画面|説明|報告|意見|会議|一つ|全員|時間|先週|来週|今週|質問|相談|提案|賛成|反対|[0-9０-９一二三四五六七八九十]+(?:番目|点|件|つ|円|人|日|月|年)?.*|.)$"
)


@dataclass(frozen=True, slots=True)
class Deliberation:
    """Sentences `begin` to `end` (inclusive) in which people answer one another about the same things."""

    begin: int
    end: int


def says_nothing(words: str, lang: str) -> bool:
    """Whether the words of a decision hold nothing that could be decided upon ("Good, done.")."""
    least = 0.3 if lang == "ja" else 0.0
    return not any(f not in COMMON and w > least for f, w in features(words).items())


class Deliberations:
    """The deliberations of a talk, and the topic each of them would open."""

    def __init__(self, sentences: Sequence[Sentence], lang: str) -> None:
        self.sentences, self.lang = sentences, lang
        speakers = list(dict.fromkeys(s.speaker for s in sentences if s.speaker))
        self.chair = speakers[0] if speakers else ""
        self.calls = {w.lower(): s for s in speakers for w in (s, *s.split())}
        names = {word for s in speakers for word in features(s)}
        held = [features(s.text) for s in sentences]
        counts: Counter[str] = Counter(f for words in held for f in words)
        most = max(5, _RARE * len(held))
        said = Counter(normalise(s.text) for s in sentences)
        self.idle = [said[normalise(s.text)] > 1 for s in sentences]
        self.held = [
            {f: w for f, w in words.items() if counts[f] <= most and f not in names and f not in COMMON and w > 0.3}
            for words in held
        ]
        self.due = [(due := find_deadline(s.text, lang)) is not None and due[2] for s in sentences]

    def found(self) -> list[Deliberation]:
        """Every deliberation, in order; a task with its deadline ends one."""
        spans: list[tuple[int, int]] = []
        for at, sentence in enumerate(self.sentences):
            if not sentence.speaker or self.due[at] or self.idle[at] or is_nod(sentence, self.lang):
                continue
            end = self._taken_up(at)
            if end is None and len(nods_after(self.sentences, at, self.lang)) > 1:
                end = at + 1
            if end is not None:
                spans.append((at, end))
        made: list[Deliberation] = []
        for lo, hi in spans:
            if made and lo <= made[-1].end:
                made[-1] = Deliberation(made[-1].begin, max(hi, made[-1].end))
            else:
                made.append(Deliberation(lo, hi))
        return made

    def openings(self, opened: Sequence[bool]) -> dict[int, str]:
        """Titles by their sentence, of deliberations that no opening precedes; `opened` says what opens a topic."""
        titles: dict[int, str] = {}
        last = -1
        for talk in self.found():
            first = max(last + 1, talk.begin - _BACK)
            between = range(first, talk.begin + 1)
            goes_on = last >= 0 and talk.begin - last <= _GAP and not any(self.due[n] for n in range(last, talk.begin))
            last = talk.end
            if any(opened[n] for n in between):
                continue
            best = max(self._candidates(first, talk), key=lambda c: (c[0], -c[1]), default=None)
            if best is not None and best[0] >= (_PLAINLY if goes_on else _LEAST):
                titles[best[1]] = best[2]
        return titles

    def _taken_up(self, at: int) -> int | None:
        """The last sentence of somebody else in reach that holds what this one says; None when nobody takes it up."""
        found = None
        for n in range(at + 1, min(len(self.sentences), at + _AHEAD)):
            if self.due[n]:
                break
            other = self.sentences[n]
            if self.idle[n] or (other.speaker == self.sentences[at].speaker and not self._nodded(at, n)):
                continue
            if sum(w for f, w in self.held[at].items() if f in self.held[n]) >= _WEIGHT[self.lang]:
                found = n
        return found

    def _nodded(self, at: int, to: int) -> bool:
        """Whether somebody else says yes between two sentences of one speaker."""
        who = self.sentences[at].speaker
        return any(s.speaker != who and is_nod(s, self.lang) for s in self.sentences[at + 1 : to])

    def _candidates(self, first: int, talk: Deliberation) -> list[tuple[float, int, str]]:
        """(score, sentence, title) of phrases that may name a deliberation."""
        made = []
        for at in range(first, talk.begin + 1):
            sentence = self.sentences[at]
            if not sentence.speaker or self.due[at] or self.idle[at] or not 4 < len(sentence.text) < 130:
                continue
            if (
                is_nod(sentence, self.lang)
                or self._is_accepted(at)
                or finds_open(sentence.text, self.lang)
                or _REASON.search(sentence.text)
            ):
                continue
            for start, end in self.phrases(sentence.text):
                score, title = self._worth(at, sentence.text[start:end])
                led = sentence.speaker == self.chair
                begins = led and start == 0
                turns_to = begins or (
                    ((led or sentence.text[:start].endswith("、")) and _IS_JA.match(sentence.text, end))
                    or _LED_TO[self.lang].search(sentence.text[:start])
                    or _GOES_ON[self.lang].match(sentence.text, end)
                )
                if at == talk.begin and not led:
                    score -= 0.5 if turns_to else score  # what is taken up is rather a proposal
                asks = led and sentence.text.rstrip().endswith(("?", "？", "か。"))
                if score > 0 and (turns_to or asks or (score >= _CHAIR and self._hands_over(at))):
                    made.append((score + (0.7 if turns_to else 0.0), at, title))
        return made

    def _is_accepted(self, at: int) -> bool:
        """Whether somebody only says yes to a sentence: a request, no opening."""
        answer = self.sentences[at + 1] if at + 1 < len(self.sentences) else self.sentences[at]
        return answer.turn != self.sentences[at].turn and (
            is_nod(answer, self.lang) or ACCEPTS[self.lang].match(answer.text) is not None
        )

    def _worth(self, at: int, phrase: str) -> tuple[float, str]:
        """How likely a phrase names what follows, and the part of it that does."""
        sentence = self.sentences[at]
        words = set(features(phrase)) & set(self.held[at])
        turn = sentence.turn
        before = [n for n in range(max(0, at - _NEW), at) if self.sentences[n].turn != turn]
        if not words or any(2 * len(words & set(self.held[n])) > len(words) for n in before):
            return 0.0, phrase
        after = [n for n in range(at + 1, min(len(self.held), at + 40)) if self.sentences[n].turn != turn]
        title = self._trimmed(phrase, after)
        goes_on = title is not None
        score = 1.0 + 2.0 * goes_on + 1.5 * self._hands_over(at) + 1.0 * (sentence.speaker == self.chair)
        score += 0.5 * (sentence.text.rstrip().endswith(("?", "？", "か。")))
        return score, title or phrase

    def _hands_over(self, at: int) -> bool:
        """Whether the turn names somebody who speaks soon."""
        said = self.sentences[at]
        soon = {s.speaker for s in self.sentences[at + 1 : at + 8] if 0 < s.turn - said.turn <= 4}
        text = " ".join(s.text for s in self.sentences[at : at + 3] if s.turn == said.turn)
        words = {w.lower() for w in re.findall(r"[\w'’]+", text)}
        called = {who for call, who in self.calls.items() if (call in text if self.lang == "ja" else call in words)}
        return bool((called - {said.speaker}) & soon)

    def _trimmed(self, phrase: str, after: Sequence[int]) -> str | None:
        """The longest run of the phrase's words that a later sentence holds; None when none does."""
        later = [self.sentences[n].text.lower() for n in after]
        parts = re.findall(r"[^の]+の?", phrase) if self.lang == "ja" else phrase.split()
        space = "" if self.lang == "ja" else " "
        for size in range(len(parts), 0, -1):
            for lo in range(len(parts) - size + 1):
                run = space.join(parts[lo : lo + size]).strip("の")
                tells = size > 1 or len(run) > 3 or len(parts) == 1
                if tells and any(run.lower() in t for t in later) and set(features(run)) - COMMON - STOPS:
                    return run
        return None

    def phrases(self, text: str) -> list[tuple[int, int]]:
        """(start, end) of phrases of a sentence that may name a topic."""
        if self.lang == "ja":
            found = [m.span() for m in _JA.finditer(text)]
            return [
                (lo, hi)
                for lo, hi in found
                if hi - lo > 1 and not _IDLE_JA.match(text[lo:hi]) and text[lo:hi] not in self.calls
            ]
        starts = [m.end() for m in re.finditer(r"(?i)\b(?:the|our|this)\s+", text)]
        return [(lo, hi) for lo, hi in ((at, _end_of_phrase(text, at)) for at in starts) if hi > lo]


def _end_of_phrase(text: str, start: int) -> int:
    """Where the words from here end at a verb, a preposition or a sign; the start when they name nothing."""
    words: list[tuple[str, int]] = []
    for match in re.finditer(r"([\w'’-]+)(\W*)", text[start:]):
        word = match[1].lower()
        if word in STOPS and not (words and word in ("the", "our") and words[-1][0] in _JOINS):
            break
        words.append((word, start + match.end(1)))
        if match[2].strip() or len(words) == 6:
            break
    while words and words[-1][0] in _JOINS | STOPS:
        words.pop()
    return start if not words or words[-1][0] in IDLE else words[-1][1]
