"""What code says of a sentence: surely listed, perhaps, or not by its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.listing.bounds import VALUE_KINDS, asks_bound, below_bounds, is_currency, other_words, says_bound
from tsel_core.listing.heads import is_anybody
from tsel_core.listing.kinds import PERSON, Kind
from tsel_core.listing.meetings import is_of_meetings, swept
from tsel_core.listing.openings import opens
from tsel_core.listing.parties import Parties, Whose, find_parties
from tsel_core.listing.wish import Wish
from tsel_core.sweep.sentences import Sentence
from tsel_core.text.alike_words import groups
from tsel_core.text.facts import extract_facts
from tsel_core.text.language import Lang, document_lang
from tsel_core.text.spelling import american, one_spelling

Likely = Literal["sure", "perhaps", "no"]

_COUNT = (
    r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:four|six|seven|eigh|nine)teen|thirteen|fifteen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-[a-z]+)?|hundred(?: and [a-z-]+)?)"
)
DURATION = lazy_pattern(
    rf"(?i)\b(?:\d+|{_COUNT})\s*(?:\(\w+\)\s*)?(?:full |further |consecutive )?(?:business |working |calendar )?"
    r"(?:days?|weeks?|months?|years?|hours?)\b"
    r"|[0-9０-９一二三四五六七八九十]+\s*(?:営業日|日間?|週間|[かヶケ箇]月間?|年間?|時間)"
)
_MAY = lazy_pattern(r"\b(?:may|MAY|(?:is|are) (?:allowed|permitted|free|entitled) to)\b(?! not\b)")
_FORBIDS = lazy_pattern(
    r"(?i)\b(?:not|no|never|nor|neither|nothing|nobody|only|solely|without|unless|except|save|prohibit\w*|forbid\w*|forbidden|refrain\w*|unlawful\w*)\b|n['’]t\b"
)
# what nobody may do with a thing: of whom it is asked, a person must see
_FOR_ALL = lazy_pattern(
    r"\bNo (?:[\w-]+ ){1,4}?(?:may|shall|must|can) be\b|\bshall (?:\w+ )?be used\b.*\b(?:only|solely|exclusively)\b"
)
_NUMBERING = 8  # characters of a heading's own number
_HEADING = 60  # characters of a line without an end that says nothing by itself
_BINDING = frozenset({"obligation", "prohibition", "right", "deadline"})  # what a definition states none of
_RECITAL = lazy_pattern(r"(?i)\W*(?:\w[.)]\s*)?whereas\b")  # why a contract is made, not what it asks of anybody
_DEFINES = lazy_pattern(
    r"(?i)^\W*(?:the terms?\s+)?[\"“”][^\"“”]{1,80}[\"“”](?:,[^,]{0,80},)?\s+"
    r"(?:(?:shall|will)\s+)?(?:means?|refers? to|ha(?:s|ve) the meaning)\b"
    r"|^[\s\d.)）]*(?:[（(][^（()）]*[)）])?\s*「[^」]{1,40}」とは.*(?:いう|指す|意味する)[。\s]*$"
)
_MARK = lazy_pattern(r"\W*(?:\w{1,4}|[ivx]{1,6})?[.)）:]*\W*")  # "1.", "(b)"
_PART = lazy_pattern(r"[(（]?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,5}|[ア-ン一二三四五六七八九十①-⑳])[.)）、]\s*|[-•*・]\s*")
_GOES_ON = lazy_pattern(r"(?:[;；,、]|[;,] (?:and|or))\s*$")
_ENDED = lazy_pattern(r"[.;:。；：!?？]['\"”’)）]*\s*$")


@dataclass(frozen=True)
class Coded:
    """What code says of one sentence, and whose it seems to be.

    With `kept` no model's no throws it out; with `apart` it lacks the very thing, and no model's yes alone cites it.
    """

    likely: Likely
    whose: Whose = "unknown"
    kept: bool = False
    apart: bool = False


@dataclass
class Candidates:
    """Code's part of a list: a wish about one set of sentences, whatever language each of the two is in."""

    wish: Wish
    sentences: Sequence[Sentence]

    def __post_init__(self) -> None:
        self.lang: Lang = document_lang([[s.text for s in self.sentences]])  # of the sentences
        self.parties: Parties = find_parties(self.sentences, self.wish.who, self.lang)
        self._alike = _alike(self.wish) if self.wish.kind is None else ()
        first: dict[str, int] = {}
        for sentence in self.sentences:
            first.setdefault(sentence.speaker, sentence.index)
        self._first_words = frozenset(index for name, index in first.items() if name)  # of each speaker
        self._swept = swept(self.sentences, self.wish)
        self._bound = self.wish.kind is not None and asks_bound(self.wish.words, self.wish.lang)
        self._below = below_bounds(self.sentences, self.lang) if self._bound else frozenset()
        head = self.wish.head
        self._headed = bool(head) and any(self._has(head, f"{s.heading} {s.text}".casefold()) for s in self.sentences)
        self._lead = self._led()

    def of(self, sentence: Sentence) -> Coded:
        """What code says of one sentence; a part of a list that a sentence opens ("X agrees to:") is as that is."""
        led = self._lead.get(sentence.index)
        own = self._own(sentence)
        return led if led is not None and own.likely == "no" and own.whose == "unknown" else own

    def _led(self) -> dict[int, Coded]:
        """What lists inherit from the sentence that opens them; a part that is numbered as that itself ends it."""
        found: dict[int, Coded] = {}
        lead: Coded | None = None
        outer = mark = ""  # how the opening is numbered, and what number stood before a sentence
        parts: set[int] = set()  # units that have a part
        for sentence in self.sentences:
            text, unit = " ".join(sentence.text.split()), sentence.span.unit_index
            if _MARK.fullmatch(text):
                mark = text
                continue
            numbered = mark or ("" if (part := _PART.match(text)) is None else part[0])
            if lead is not None and numbered and _style(numbered) == outer:
                lead = None
            if lead is not None and (numbered or _GOES_ON.search(text)):
                explains = not numbered and unit in parts  # "This includes ..., but is not limited to"
                found[sentence.index] = Coded("perhaps", lead.whose) if explains else lead
                parts.add(unit)
            else:
                own = self._own(sentence) if text.endswith((":", "：", ":-")) else None
                lead = own if own is not None and own.likely != "no" else None
                outer, parts = _style(numbered), set()
            mark = ""
        return found

    def _own(self, sentence: Sentence) -> Coded:
        text = " ".join(sentence.text.split())
        kind = self.wish.kind
        if kind is not None and kind.name == PERSON:
            there = sentence.index in self._first_words or kind.says[self.lang].search(text) is not None
            return Coded("sure" if there else "no", "theirs")
        if is_of_meetings(self.wish):
            return self._of_meeting(sentence)
        if kind is None and self._headed:
            return self._of_head(sentence, text)
        if kind is None:
            low = text.casefold()
            held = [self._has(word, low) for word in self.wish.rest]
            if any(held):  # what names a word of the wish is of it, whatever the model makes of it
                return Coded("sure" if all(held) else "perhaps", "theirs")
            return Coded("perhaps" if any(self._has(term, low) for term in self._alike) else "no")
        if (kind.owned or kind.name == "deadline") and opens(text, self.lang):
            return Coded("no", "other")
        if kind.name == "prohibition" and self.lang == "en" and _allows(kind.never["en"].sub(" ", text)):
            return Coded("no", "other")  # whatever the model makes of it
        if not self._says(kind, text) or (kind.name in _BINDING and _DEFINES.search(text)):
            return Coded("no")
        whose = self._whose(kind, text) if kind.owned else "theirs"
        if whose is None:
            return Coded("no")
        if whose == "other":
            return Coded("no", whose)
        if _RECITAL.match(text):
            return Coded("perhaps", whose)
        if kind.name in VALUE_KINDS:
            return self._of_value(sentence, text)
        if self.wish.rest and not all(self._has(word, text.casefold()) for word in self.wish.rest):
            return Coded("perhaps", whose)
        kept = kind.name == "prohibition" and _FOR_ALL.search(text) is not None
        return Coded("perhaps" if whose == "unknown" else "sure", whose, kept=kept)

    def _of_head(self, sentence: Sentence, text: str) -> Coded:
        """A sentence of a paper that has the thing: it names it, stands under a heading that does, or neither."""
        low, over = text.casefold(), sentence.heading.casefold()
        own, under = self._has(self.wish.head, low), self._has(self.wish.head, over)
        if low.endswith(over) and over and len(low) < len(over) + _NUMBERING:
            return Coded("no", "theirs")  # the heading itself
        if not own and not under:
            return Coded("perhaps" if any(self._has(term, low) for term in self._alike) else "no", apart=True)
        beside = [w for w in self.wish.rest if w != self.wish.head and not is_anybody(w)]
        named = own and all(self._has(word, f"{over} {low}") for word in beside)
        return Coded("sure" if named else "perhaps", "theirs", kept=True)

    def _of_value(self, sentence: Sentence, text: str) -> Coded:
        """A sentence with a value of the kind: surely one that is asked for, or one that a person must look at."""
        low = f"{sentence.heading} {text}".casefold()
        beside = other_words(self.wish.rest, self.wish.lang)
        currencies = [money for word in beside if (money := is_currency(word, text)) is not None]
        if currencies and not any(currencies):
            return Coded("no", "other")  # pounds, where euros are asked for
        told = [is_currency(word, text) is not None or self._has(word, low) for word in beside]
        bound = not self._bound or says_bound(text, self.lang) or sentence.index in self._below
        plain = _RECITAL.match(text) is None
        return Coded("sure" if all(told) and bound and plain else "perhaps", "theirs", kept=all(told))

    def _of_meeting(self, sentence: Sentence) -> Coded:
        """What the sweep found in a sentence; what it is not sure of, or what the wish says more of, is looked at."""
        items = self._swept.get(sentence.index)
        if items is None:
            return Coded("no")
        low = " ".join((sentence.text, *(i.section for i in items))).casefold()
        named = all(self._has(word, low) for word in self.wish.rest)
        owned = not self.wish.who or any(i.who for i in items)
        sure = named and owned and any(i.verdict == "supported" for i in items)
        return Coded("sure" if sure else "perhaps", "theirs", kept=named)

    def _whose(self, kind: Kind, text: str) -> Whose | None:
        left = kind.never["en"].sub(" ", text) if self.lang == "en" else text
        return self.parties.whose(left, self.lang, kind.says["en"], kind.taken)

    def _says(self, kind: Kind, text: str) -> bool:
        lang = self.lang
        match = kind.says[lang].search(text)
        if match is None:
            return False
        if len(text) < _HEADING and not _ENDED.search(text) and not kind.values:
            return False  # a heading, a name in a list
        if kind.never[lang].search(text) and not self._more(kind, text):
            return False
        return not kind.values or self._holds(kind, text)

    def _more(self, kind: Kind, text: str) -> bool:
        """Whether a sentence says more of the kind beside what looks like it."""
        left = kind.never[self.lang].sub(" ", text)
        return self.lang == "en" and kind.says["en"].search(left) is not None

    @staticmethod
    def _holds(kind: Kind, text: str) -> bool:
        if "duration" in kind.values and DURATION.search(text):
            return True
        return bool({fact.kind for fact in extract_facts(text)} & kind.values)

    def _has(self, word: str, low: str) -> bool:
        """Whether a sentence (casefolded) has a word of the wish in one of its forms."""
        if self.wish.lang == "ja":
            return word in low
        return re.search(rf"\b{re.escape(_stem(one_spelling(word)))}", american(low)) is not None


def _allows(text: str) -> bool:
    """Whether a sentence allows something and forbids nothing."""
    return _MAY.search(text) is not None and _FORBIDS.search(text) is None


def _alike(wish: Wish) -> tuple[str, ...]:
    """What a document may say for a word of the wish."""
    words = {one_spelling(word) for word in ((wish.head,) if wish.head else wish.rest)}
    return tuple({term for asked, told in groups() if words & set(asked) for term in told})


def _style(mark: str) -> str:
    """How a part is numbered: "(b)" as "(a)", "12." as "1."."""
    return re.sub(r"[a-zA-Z]+", "a", re.sub(r"\d+", "1", mark.strip()))


def _stem(word: str) -> str:
    """A word without a common ending, so that "penalties" finds "penalty"."""
    for end, short in (("ies", "y"), ("ations", "at"), ("ation", "at"), ("es", ""), ("s", ""), ("ing", "")):
        if word.endswith(end) and len(word) - len(end) > 3:
            return word[: -len(end)] + short[:-1] if end == "ies" else word[: -len(end)] + short
    return word
