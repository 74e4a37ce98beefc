"""A cell of the table: what a checked answer gives for a field, typed by code and never without its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from rapidfuzz import fuzz

from tsel_core.answer import Answer
from tsel_core.extract.fields import Field
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import normalise
from tsel_core.text.values import Value, extract_values
from tsel_core.text.yes_no import SAYS_NO, SAYS_YES
from tsel_core.trust.claims.parts.words import is_japanese
from tsel_core.trust.passages import features

Status = Literal["stated", "unsure", "not stated"]
_MARKS = lazy_pattern(r"\s*\[\d+\]")
_LINE = lazy_pattern(r"_{2,}|＿{2,}|[●■□…]|\.{4,}|[(\[（［]\s*[)\]）］]")
_STOP = lazy_pattern(r"(?<![A-Z]\.[A-Z])(?<!\b(?:Inc|Ltd))(?<!\bCo)(?<!\bCorp)\.$")  # not that of an abbreviation
_STOP_JA = lazy_pattern(r"(?:です|である)?[.。]$")
_LONE_NUMBER = lazy_pattern(r"[\d０-９]{1,3}(?:[.．][\d０-９]{1,3})*[.．]?")  # a clause's, or what lost its unit
_COUNTS = lazy_pattern(
    r"\b(?:number|count|how many|no|quantity|code|id|floor|room|page|version|copies|age|score|grade|article|section)\b"
    r"|\b(?:clause|year|points?|rank|lot|unit)\b|歳|点|条|級|位|数|番|号|階|部|件|回|人",
    re.I,
)
OTHER_VALUE = "another passage has another value"
UNPROVED = "it may not be what is asked"
_RIVALS = ("date", "number", "name", "rival", "amended")
_QUOTED = 0.5  # of the weight of a text's words
_VALUE_KINDS = frozenset({"money", "date", "percent", "duration"})  # kinds of a field that values have, too


@dataclass(frozen=True)
class Place:
    """Where a value stands: the document's own words and their label."""

    label: str
    quote: str


@dataclass(frozen=True)
class Cell:
    """A field of one document. `text` are the words of the answer, `value` what they mean for the field's kind.

    `value` is a number, an ISO date, "41300 GBP", "18 month", True or False, one of the choices, a list of texts, or
    the text; None where nothing is stated, or nothing of the kind ("unsure"). `nearest` are passages for "not stated".
    """

    field: Field
    status: Status
    text: str = ""
    value: Any = None
    places: tuple[Place, ...] = ()
    nearest: tuple[Place, ...] = ()
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """The object of the JSON."""
        return {
            "status": self.status,
            "value": self.value,
            "text": self.text,
            "places": [{"label": p.label, "quote": p.quote} for p in self.places],
            "nearest": [{"label": p.label, "quote": p.quote} for p in self.nearest],
            "reason": self.reason,
        }

    @staticmethod
    def from_json(field: Field, told: Mapping[str, Any]) -> Cell:
        """The cell that `as_json` told of."""
        places, nearest = (tuple(Place(p["label"], p["quote"]) for p in told[key]) for key in ("places", "nearest"))
        return Cell(field, told["status"], told["text"], told["value"], places, nearest, told["reason"])


def cell_of(field: Field, answer: Answer) -> Cell:
    """The cell that a checked answer to the field's question fills."""
    text = _bare(field, _MARKS.sub("", answer.text).strip())
    if not answer.found:
        near = tuple(Place(str(p.get("label", "")), str(p.get("quote", ""))) for p in answer.extra.get("nearest") or ())
        return Cell(field, "not stated", nearest=near)
    is_open = field.kind in (*_VALUE_KINDS, "number") and bool(_LINE.search(text)) and typed(field, text) is None
    if is_blank(text) or is_open:  # a line to write on, and no value beside it
        left = tuple(Place(c.label, c.quote) for c in answer.citations)
        return Cell(field, "not stated", nearest=left, reason="it is a blank that nobody filled in")
    claims = answer.extra.get("claims") or ()
    places = _nearest_first(text, [Place(c.label, c.quote) for c in answer.citations])
    places += _amending(claims, places)
    value = typed(field, text, [p.quote for p in places])
    doubts = [c for c in claims if c.get("verdict") != "supported"]
    if value is None:
        return Cell(field, "unsure", text, None, places, reason=f"no {field.kind} in the answer")
    if doubts:
        why = _why(doubts[0], places)
        return Cell(field, "unsure", text, value, (*places, *_against(doubts[0], places)), reason=why)
    if not places:
        return Cell(field, "unsure", text, value, places, reason="no citation")
    if "confidence" not in answer.extra and _is_elsewhere(field, places):
        why = "the quote does not name the field, and nobody looked twice"
        return Cell(field, "unsure", text, value, places, reason=why)
    if field.kind == "text" and _LONE_NUMBER.fullmatch(text) and not _COUNTS.search(field.words):
        return Cell(field, "unsure", text, value, places, reason="a number alone")
    if field.kind == "text" and not _quoted(field, text, places):
        return Cell(field, "unsure", text, value, places, reason="most of its words stand in no cited passage")
    return Cell(field, "stated", text, value, places)


def is_blank(text: str) -> bool:
    """Nothing but a line to write on, or a mark in its place: ____, [●], (    )."""
    return bool(_LINE.search(text)) and not any(map(str.isalnum, text))


def _bare(field: Field, text: str) -> str:
    """The words without those that only repeat what was asked: "Colorado" of "The governing law is Colorado."."""
    if field.kind not in ("text", *_VALUE_KINDS, "number"):
        return text
    name = r"\s+".join(map(re.escape, field.words.split()))
    raw = re.escape(field.name)
    match = re.match(rf"(?:the\s+)?(?:{name}|{raw})\s*(?:is|are|was|were|[:：]|は、?)\s*(?=\S)", text, re.IGNORECASE)
    if match is None or "\n" in text:
        return text
    rest = text[match.end() :]
    stop = _STOP_JA if match[0].rstrip("、 ").endswith("は") else _STOP
    ends = stop.search(rest)
    return rest[: ends.start()] if ends else rest


def _amending(claims: Iterable[Mapping[str, Any]], places: Sequence[Place]) -> tuple[Place, ...]:
    """The passages that change what a claim says, where they are not cited yet."""
    shown = {(p.label, p.quote) for p in places}
    found = [c["evidence"] for c in claims if c.get("why") == "amended" and c.get("evidence")]
    return tuple(Place(e["label"], e["quote"]) for e in found if (e["label"], e["quote"]) not in shown)


def _why(claim: Mapping[str, Any], places: Sequence[Place]) -> str:
    """Why a claim is doubted, as a person reads it."""
    if claim.get("verdict") != "contradicted":
        return "no passage says just that" if claim.get("verdict") == "not stated" else UNPROVED
    cited, why = not _against(claim, places), claim.get("why")
    if why in _RIVALS:
        return "its quote has another value" if cited else OTHER_VALUE
    is_name = cited and why == "role"  # "the governing law is" names no role
    return UNPROVED if is_name else "a passage speaks against it"


def _against(claim: Mapping[str, Any], places: Sequence[Place]) -> tuple[Place, ...]:
    """The passage that speaks against a claim, where it is not cited."""
    held = claim.get("evidence")
    if claim.get("verdict") != "contradicted" or not held or any(p.quote == held["quote"] for p in places):
        return ()
    return (Place(held["label"], held["quote"]),)


def _is_elsewhere(field: Field, places: Iterable[Place]) -> bool:
    """Whether a value stands where no word of the field's name does: any date is a date, and this may be another's.

    A second look asks about the passage itself; after a first one alone the words must tell.
    """
    if field.kind not in (*_VALUE_KINDS, "number"):
        return False
    named = features(field.words).keys()
    return not any(named & features(f"{place.label} {place.quote}").keys() for place in places)


def _quoted(field: Field, text: str, places: Iterable[Place]) -> bool:
    """Whether half of what a text says beyond its field's name stands in one passage, or they are in another script."""
    said, named = features(text), features(field.words)
    of_its_own = {f: w for f, w in said.items() if f not in named} or said
    shown = [f"{place.label} {place.quote}" for place in places]
    if all(is_japanese(text) != is_japanese(words) for words in shown):
        return True  # told in another language than the document's
    shares = (sum(w for f, w in of_its_own.items() if f in held) for held in map(features, shown))
    return max(shares) >= _QUOTED * sum(of_its_own.values())


def _nearest_first(text: str, places: list[Place]) -> tuple[Place, ...]:
    """The place whose words the answer has comes first: a "Yes" before its quote may cite others."""
    return tuple(sorted(places, key=lambda p: -fuzz.partial_ratio(normalise(text), normalise(p.quote))))


def typed(field: Field, text: str, quotes: Iterable[str] = ()) -> Any:
    """What the words mean for the field's kind, or None. Of several values the one that a quote holds comes first."""
    if field.kind == "yesno":
        return True if SAYS_YES.match(text) else False if SAYS_NO.match(text) else None
    if field.kind == "choice":
        named = [c for c in field.choices if re.search(rf"(?<!\w){re.escape(c)}(?!\w)", text, re.IGNORECASE)]
        return named[0] if len(named) == 1 else None
    if field.kind == "list":
        items = [i.strip(" \t-*•・") for i in re.split(r"\n|;|、|；", text)]
        return [i for i in items if i] or None
    if field.kind == "text":
        return text or None
    return _value(field, text, quotes)


def _value(field: Field, text: str, quotes: Iterable[str]) -> Any:
    found = [v for v in extract_values(text) if _is_kind(v, field)]
    held = {r for quote in quotes for v in extract_values(quote) for r in v.readings}
    best = [v for v in found if set(v.readings) & held] or found
    if not best:
        return None
    return _number(best[0].value) if field.kind == "number" else best[0].value


def _is_kind(value: Value, field: Field) -> bool:
    counts = field.kind == "number" and value.kind in ("number", "ordinal")
    return counts or (field.kind in _VALUE_KINDS and value.kind == field.kind)


def _number(text: str) -> int | float | None:
    try:
        number = Decimal(text.split()[0])
    except (InvalidOperation, IndexError):
        return None
    return int(number) if number == number.to_integral_value() else float(number)
