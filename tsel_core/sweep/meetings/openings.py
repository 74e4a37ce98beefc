# ruff: noqa: E501 (one pattern a line)
"""What the chair turns to, in whatever words: a short sentence with a new phrase that hands the floor to somebody.

The usual words of opening a topic are in topics.py; this is for all others. A phrase is new when no sentence before it
held most of its words; it is a topic when somebody is named who speaks next, or when it is taken up afterwards.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.deadlines import find_deadline
from tsel_core.sweep.meetings.decisions import find_decision
from tsel_core.sweep.sentences import Sentence
from tsel_core.text.normalize import normalise
from tsel_core.trust.passages import features

_BACK, _AHEAD = 15, 40  # sentences before that must not hold the phrase, and after in which it is taken up
_TURNS = 6  # within which a named person speaks
_LONGEST = {"en": 90, "ja": 40}  # characters of a sentence that opens a topic
_WORD = r"(?!(?:is|are|was|were|has|have|had|will|would|could|should|can|to|at|on|in|by|with|that|this|so|please|now|next|then|we|you|I|it)\b)[\w'’-]+"
_NOUNS_EN = lazy_pattern(
    rf"\b(?:[Tt]he|[Oo]ur)\s+({_WORD}(?:\s+(?:(?:of|for|and)\s+(?:the\s+)?)?{_WORD}){{0,4}})(?=\s*(?:[,.?!:;]|$|\b(?:now|next|please|then|first|today)\b))"
)
_NOUNS_JA = lazy_pattern(
    r"([\u4e00-\u9fffァ-ヶーA-Za-z0-9０-９]+(?:の[\u4e00-\u9fffァ-ヶーA-Za-z0-9０-９]+)*)(?=(?:の件|の話|について|に関して|に|を|です|でした|は|、|。|$))"
)
_NOT_JA = lazy_pattern(
    r"^(?:(?:議題|議案)の.*|次|次回|次の(?:項目|議題|件|話)|項目|議題|議案|本日|今日|以上|最後|最初|皆|皆様|資料|画面|説明|報告|意見|会議|定例会議|以下|一つ|[0-9０-９一二三四五六七八九十]+(?:番目|点|件|つ)?(?:の.*)?|.*さん)$"
)
_NOT_EN = lazy_pattern(
    r"(?i)^(?:\w+ )?(?:item|point|topic|thing|agenda|list|minutes|meeting|screen|floor|others?|end|moment|time|door|way|question|rest|same)$"
)
# what leads to the phrase: nothing but a word or two of talk, or a word of direction; or "now", "next" behind it
_TURNS_TO = lazy_pattern(
    r"(?i)^(?:\W|\b(?:ok(?:ay)?|right|so|and|then|now|well|next|good|finally|lastly)\b)*$|\b(?:to|at|on|about|with|into|onto|over|through|is|are|cover)\s+$"
)
_NOW = lazy_pattern(r"(?i)\s*,?\s*(?:now|next|please|then|first|today)\b")
_IDLE = lazy_pattern(r"(?i)\b(?:uh|um|erm|hmm|mm|mm-hmm|uh-huh|you know|i mean)\b| - |\b(\w+),? \1\b")
_SPONTANEOUS = 0.2  # share of sentences with words of hesitation (real free talk: from 0.27 on; calls with "um": to 0.15)
_I_WILL = lazy_pattern(r"(?i)\bI(?:['’]ll| will| shall| can)\b|私が|私の方で|ておきます|いたします$")
# "This is the weekly call for the warehouse move": what the meeting is called, and no topic by that name
_MEETING_EN = lazy_pattern(
    r"(?i)^\W*(?:(?:ok(?:ay)?|so|well|right|and|now|good (?:morning|afternoon|evening)|hello|hi|everyone|everybody|all|then)\W+)*(?:this is|welcome to|it['’]s|here is|(?:let['’]?s |I )?(?:start|open|begin)(?: with)?)\s+(?:the|our|another|today['’]s|this)\s+(?:[\w'’-]+\s+){0,4}?(?:call|meeting|session|catch-?up|stand-?up|sync|get-together)\b(?:\s+(?:for|on|about)\s+(?:the\s+|our\s+)?(?P<what>[^.?!,;:]{3,60}))?"
)
_MEETING_JA = lazy_pattern(
    r"^(?:(?:はい|では|それでは|さて|皆さん|皆様|お疲れ様です|おはようございます)[、。]?)*(?:これより|ただいまより|今から|本日は|今日は)?[、]?(?:(?P<what>[^、。]{2,24}?)(?:について)?の)?(?:[第0-9０-９一二三四五六七八九十]+回)?(?:定例|週次|月次|月例|臨時|キックオフ|進捗)?(?:の)?(?:会議|会合|定例会?|打ち?合わ?せ|ミーティング|委員会|理事会|朝会|連絡会)(?:です|を(?:始め|開始|開催|開会|行い))"
)
_OF_PEOPLE = lazy_pattern(r"(?i)\b(?:team|group|department|committee|board|staff|everyone|managers?|people|us|members)$|(?:部|課|室|班|チーム|グループ|委員会|全員|皆さん)$")


def names_meeting(text: str, lang: str) -> str | None:
    """What a meeting is about whose name a sentence says, "" where it only names it, None for any other sentence."""
    match = (_MEETING_JA if lang == "ja" else _MEETING_EN).match(text)
    if match is None:
        return None
    what = (match["what"] or "").strip()
    return "" if _OF_PEOPLE.search(what) else what


class Openings:
    """The sentences of a talk, and whose floor it is."""

    def __init__(self, sentences: Sequence[Sentence], lang: str) -> None:
        self.sentences, self.lang = sentences, lang
        self.said = Counter(normalise(s.text) for s in sentences)
        self.held = [set(features(s.text)) for s in sentences]
        speakers = list(dict.fromkeys(s.speaker for s in sentences if s.speaker))
        self.chair = speakers[0] if len(speakers) > 2 and not is_spontaneous(sentences) else ""
        self.calls = {c: s for s in speakers for c in (s, s.split()[0], s.split()[-1]) if len(c) > 1 or lang == "ja"}
        self.names = {word for s in speakers for word in features(s)}

    def title(self, at: int) -> str:
        """The topic that the sentence opens, "" when it opens none."""
        sentence = self.sentences[at]
        if not self.chair or sentence.speaker != self.chair or len(sentence.text) > _LONGEST[self.lang]:
            return ""
        meeting = names_meeting(sentence.text, self.lang)
        if meeting is not None:
            return meeting
        if self.said[normalise(sentence.text)] > 1 or self._decides(sentence.text):
            return ""
        for title in self._phrases(sentence.text):
            words = set(features(title)) - self.names
            if words and self._is_new(words, at) and (self._hands_over(at) or self._goes_on(words, at)):
                return title
        return ""

    def _decides(self, text: str) -> bool:
        return bool(find_decision(text, self.lang) or find_deadline(text, self.lang) or _I_WILL.search(text))

    def _phrases(self, text: str) -> list[str]:
        if self.lang == "ja":
            found = [m[1] for m in _NOUNS_JA.finditer(text)]
            return [f for f in found if len(f) > 2 and not _NOT_JA.match(f) and not _is_number(f)]
        named = [m for m in _NOUNS_EN.finditer(text) if not _NOT_EN.match(m[1])]
        return [m[1] for m in named if _TURNS_TO.search(text[: m.start()]) or _NOW.match(text, m.end())]

    def _is_new(self, words: set[str], at: int) -> bool:
        turn = self.sentences[at].turn
        before = [n for n in range(max(0, at - _BACK), at) if self.sentences[n].turn != turn]
        return not any(2 * len(words & self.held[n]) > len(words) for n in before)

    def _hands_over(self, at: int) -> bool:
        """Whether the turn names somebody who speaks soon."""
        turn = self.sentences[at].turn
        said = " ".join(s.text for s in self.sentences[at : at + 3] if s.turn == turn)
        soon = {s.speaker for s in self.sentences[at : at + 2 * _TURNS] if 0 < s.turn - turn <= _TURNS}
        return any(who in soon and who != self.chair and _calls(said, call) for call, who in self.calls.items())

    def _goes_on(self, words: set[str], at: int) -> bool:
        """Whether somebody takes the phrase up: most of its words in one sentence."""
        turn = self.sentences[at].turn
        after = (n for n in range(at + 1, min(len(self.held), at + _AHEAD)) if self.sentences[n].turn != turn)
        return any(len(words & self.held[n]) > len(words) / 2 for n in after)


def is_spontaneous(sentences: Sequence[Sentence]) -> bool:
    """Whether people talk as they think: then nearly everything is taken up again, and order says nothing."""
    spoken = [s for s in sentences if s.speaker]
    return sum(1 for s in spoken if _IDLE.search(s.text)) > _SPONTANEOUS * len(spoken)


def _calls(text: str, call: str) -> bool:
    return re.search(rf"\b{re.escape(call)}\b", text) is not None if call.isascii() else call in text


def _is_number(text: str) -> bool:
    return bool(re.search(r"\d", text)) and len(re.sub(r"[\d,.年月日時分円%]", "", text)) < 2
