# ruff: noqa: E501 (patterns)
"""The located clause that a verdict rests on, quoted whole."""

from __future__ import annotations

import re
from typing import Any

from tsel_core.evidence.asking.asker import Asker
from tsel_core.evidence.deciding.judge import judge_clauses, log_odds
from tsel_core.evidence.heads.sentence import Sentence
from tsel_core.evidence.locating.kind import QuestionKind
from tsel_core.evidence.locating.locate import Located, Locator
from tsel_core.evidence.locating.plain_words import Plainly
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.language import Lang
from tsel_core.text.normalize import normalise
from tsel_core.trust.claims.parts.kinds import announces, is_statement
from tsel_core.trust.passages import sentence_spans

_QUOTED = lazy_pattern(r"[\"“「『]([^\"”」』]{12,})(?:[\"”」』]|$)")
_ITEM = lazy_pattern(r"^[ \t]*(?:[・•*‣●○-]|[(（]?\d{1,2}[)）.．]|\d{1,2}(?=[ \u3000]\D))\s*(?=\S)", re.M)
_FEW = 3  # sentences of a paragraph that is quoted whole
_PROVISO = lazy_pattern(r"ただし|但し|この限り|なお|もっとも|(?:However|Except|Unless|But|Provided|Save|It|They|This|That|Such)\b")
_TRIED = 3  # clauses that are judged one by one
_ALONE, _AHEAD = 0.5, 0.25  # share of the question's words in a clause that is taken unjudged, and its lead
_LONGEST = 500  # characters of a paragraph that is quoted whole, not the one sentence of it
_SHARE = 3.0  # worth (nats) of all of the question's words in a clause, beside its judgement


class Clauses:
    """Quotes clauses of the evidence of one question."""

    def __init__(
        self, asker: Asker, locator: Locator, kind: QuestionKind, located: Located, plain: Plainly | None = None
    ) -> None:
        self.asker, self.locator, self.kind, self.located = asker, locator, kind, located
        self.plain = plain  # the sentence that says yes or no in plain words
        self.share = 1.0  # of the question's words in the clause that was quoted last

    def best(self, says: bool, lang: Lang, looks: dict[str, Any]) -> str:
        """The clause that says yes (or no) most, quoted: by its judgement and the question's words in it."""
        told = self._told(says)
        if told is not None:
            return self.quoted(told, lang)
        wording, statements = self.locator.word(self.kind.matter), self._statements()
        shares = [wording.share_of(self.locator.text(s.span)) for s in statements]
        first, second = [*sorted(shares, reverse=True), 0.0][:2]
        if first >= _ALONE and first - second >= _AHEAD:
            self.share = first
            return self.quoted(statements[shares.index(first)], lang)
        sentences = statements[:_TRIED]
        likely = judge_clauses(self.asker, self.kind, [self.locator.text(s.span) for s in sentences])
        looks["clauses"] = [round(share, 3) for share in likely]
        weights = [
            (1 if says else -1) * log_odds(share) + _SHARE * held
            for share, held in zip(likely, shares[:_TRIED], strict=True)
        ]
        chosen = weights.index(max(weights))
        self.share = shares[chosen]
        return self.quoted(sentences[chosen], lang)

    def added(self, text: str, says: bool, lang: Lang, looks: dict[str, Any]) -> str:
        """An answer with the clause behind it, unless it quotes the document already; a made-up quotation goes."""
        document = normalise(self.asker.prompt.rendered.text)
        if any(normalise(words) in document for words in _QUOTED.findall(text)):
            return text
        return f"{_QUOTED.sub('', text).strip()} {self.best(says, lang, looks)}"

    def known(self, says: bool) -> bool:
        """Whether the clause that says so is known by the words of such clauses."""
        return self._told(says) is not None

    def _told(self, says: bool) -> Sentence | None:
        """The clause of the concept that is asked for which says so, or the opposite; the first of those shown."""
        if self.plain is not None and self.plain.says == says:
            return self.plain.sentence
        spoken = self.located.spoken
        numbers = () if spoken is None else spoken.told if says else spoken.denied
        shown = {s.number: s for s in self.located.ranked}
        return next((shown[n] for n in numbers if n in shown), None)

    def _statements(self) -> list[Sentence]:
        found = [s for s in self.located.ranked if is_statement(self.locator.index.text(s.span))]
        said = [s for s in found if not announces(self._words(s))]
        return said or found or list(self.located.ranked)

    def _words(self, sentence: Sentence) -> str:
        """Its words without the label of who says them."""
        speaker = self.locator.index.documents[sentence.span.doc_index].units[sentence.span.unit_index].speaker
        text = self.locator.index.text(sentence.span)
        return _unlabelled(text, speaker)

    def quoted(self, sentence: Sentence, lang: Lang) -> str:
        """A sentence with what limits it, in quotation marks."""
        span = sentence.span
        document = self.locator.index.documents[span.doc_index]
        unit = document.units[span.unit_index]
        whole = unit.kind == "paragraph" and len(unit.text) <= _LONGEST  # its other sentences hold the exceptions
        shown = self.locator.index.text(span)
        if whole:
            item = _item(unit.text, span.start)
            shown = item if item != unit.text else _with_provisos(unit.text, span.start, span.end)
        words = " ".join(shown.split())
        words = _unlabelled(words, unit.speaker)
        return f"「{words}」" if lang == "ja" else f'"{words}"'


def _item(text: str, at: int) -> str:
    """A paragraph, or the item of a list in it that stands at a place: other items speak of other things."""
    marks = [m.start() for m in _ITEM.finditer(text)]
    if len(marks) < 2:
        return text
    cuts = [0, *marks, len(text)]
    start = max(c for c in cuts if c <= at)
    return text[start : min(c for c in cuts if c > start)]


def _with_provisos(text: str, start: int, end: int) -> str:
    """A paragraph of few sentences whole; of more the sentence, with those right behind it that limit it."""
    spans = sentence_spans(text)
    if len(spans) <= _FEW:
        return text
    for lo, hi in spans:
        if lo >= end:
            if not _PROVISO.match(text[lo:hi]):
                break
            end = hi
    return text[start:end]


def _unlabelled(words: str, speaker: str | None) -> str:
    return words.removeprefix(f"{speaker}:").strip() if speaker else words


def quotes_words(text: str) -> bool:
    """Whether an answer quotes something."""
    return _QUOTED.search(text) is not None
