# ruff: noqa: E501 (patterns)
"""A value of one of two owners that one sentence sets against each other: "B社は保証が1年であるのに対しA社は5年である"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.same_values import same_value
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.claims.parts.words import is_japanese
from tsel_core.trust.passages import features

_SENTENCE_EN = lazy_pattern(r"(?<=[.;])\s|\n")
_AGAINST_EN = lazy_pattern(r",?\s(?:whereas|while|against)\s")
_PIECE_EN = lazy_pattern(r"[,:]\s|\sthat\s")
_WORD_EN = r"[A-Z][\w&-]*"
_NAMED_EN = lazy_pattern(rf"^\W*(?:\d[\d.]*\s+)?(?P<owner>{_WORD_EN}(?:\s{_WORD_EN}){{0,3}})(?:['’]s?)?\s(?=[a-z\d£$€¥]|(?:GBP|EUR|USD|JPY|CHF)\b)")
# capitalised, and nobody's name: "Delivery takes 3 days", "Rent is", "Monday", "Clause 3"
_NO_NAME = lazy_pattern(
    r"^(?:The|An?|This|That|These|Those|It|He|She|They|We|You|In|On|At|For|From|By|Each|Every|Both|If|When|No|All|Any|One|Two|Three|Four|Five|GBP|EUR|USD|JPY|CHF|VAT"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October|November|December"
    r"|\w+(?:tion|sion|ment|ance|ence|ery|ity|ness|ing|age|ure|ism|ship|als?)"
    r"|(?:Deposit|Rent|Fee|Price|Cost|Charge|Tax|Kitchen|Hall|Garden|Room|House|Work|Service|Product|Plan|Option|Phase|Part|Lot|Item|Clause|Section|Article|Schedule|Annex|Class|Type|Grade|Level|Model|Lease|Notice|Support|Repair|Interest|Term|Month|Week|Year|Day|Staff|Bank|Night|Winter|Summer|Weekend|Holiday|Order|Stock|Good)s?)$"
)
_COMPANY = lazy_pattern(r"\b(?:Ltd|Limited|Inc|LLC|LLP|GmbH|Corp|Plc|PLC|Co)$")
_CUT_JA = lazy_pattern(r"[。\n]|(?:のに対し(?:て)?|一方(?:で)?|が)?、|のに対し(?:て)?|一方(?:で)?")
_NAMED_JA = lazy_pattern(r"^[\s\u3000]*(?P<owner>[甲乙丙丁]|[^\s、。はがのをにとで「」（）]{1,10}(?P<kind>社|店|県|市|町|村|区|氏|さん|様|部|課|班))(?:の[^、。は]{1,12})?は")
_GOES_ON_JA = lazy_pattern(r"(?:[をでがに]|とし(?:て)?|であり|だが|ですが)?$")  # of "A社は1年、B社は5年"
_KINDS = ("money", "duration", "percent", "date", "time", "number")
_LONGEST = 600
_MORE = 1  # word that the second half may have of its own: its verb

_Half = tuple[str, Value]  # an owner and what it has


def of_the_other_owner(stated: str, question: str, text: str) -> str:
    """ "5年 / 1年": the claim, or its question, names one owner, and gives what the sentence says of another one; "".

    Only where a sentence sets two of a kind against each other in words (whereas, のに対し), each with one value.
    """
    own = [v for v in extract_values(stated) if v.kind in _KINDS and not any(same_value(v, a) for a in extract_values(question))]
    if len(own) != 1 or len(text) > _LONGEST:
        return ""
    for one, two in (_halves_ja if is_japanese(text) else _halves_en)(text, own[0]):
        for said in (stated, question):
            named = [half for half in (one, two) if _names(said, half[0])]
            if not named:
                continue
            other = two if named[0] is one else one
            turned = len(named) == 1 and not same_value(named[0][1], own[0]) and same_value(other[1], own[0])
            if turned:
                return f"{own[0].text} / {named[0][1].text}"
            break
    return ""


def _halves_en(text: str, wanted: Value) -> Iterator[tuple[_Half, _Half]]:
    for sentence in _SENTENCE_EN.split(text):
        cuts = list(_AGAINST_EN.finditer(sentence))
        if len(cuts) != 1:
            continue
        first = _PIECE_EN.split(sentence[: cuts[0].start()])[-1]
        second = sentence[cuts[0].end() :]
        one, two = _half_en(first, wanted), _half_en(second, wanted)
        if one is None or two is None or one[0] == two[0] or bool(_COMPANY.search(one[0])) != bool(_COMPANY.search(two[0])):
            continue
        more = features(second).keys() - features(f"{first} {two[0]} {two[1].text}").keys()
        if len(more) <= _MORE:
            yield one, two


def _half_en(part: str, wanted: Value) -> _Half | None:
    match, value = _NAMED_EN.match(part), _one_value(part, wanted)
    if match is None or value is None or any(_NO_NAME.match(word) for word in match["owner"].split()):
        return None
    return match["owner"], value


def _halves_ja(text: str, wanted: Value) -> Iterator[tuple[_Half, _Half]]:
    begin = 0
    before: tuple[_Half, str | None, Set[str], Set[str]] | None = None
    for cut in [*_CUT_JA.finditer(text), None]:
        part = text[begin : cut.start() if cut else len(text)]
        begin = cut.end() if cut else begin
        match, value = _NAMED_JA.match(part), _one_value(part, wanted)
        ours: tuple[_Half, str | None, Set[str], Set[str]] | None = None
        if match is not None and value is not None:
            ours = (match["owner"], value), match["kind"], features(part[match.end() : value.start]).keys(), features(part).keys()
        if before is not None and ours is not None and ours[1] == before[1] and ours[0][0] != before[0][0] and ours[2] <= before[3]:
            yield before[0], ours[0]
        plain = cut is not None and cut.group() == "、"
        ends = cut is None or cut.group() in "。\n"
        goes_on = value is not None and (not plain or _GOES_ON_JA.match(part[value.end :]) is not None)
        before = ours if goes_on and not ends else None


def _one_value(part: str, wanted: Value) -> Value | None:
    values = [v for v in extract_values(part) if v.kind == wanted.kind and v.unit == wanted.unit]
    return values[0] if len(values) == 1 else None


def _names(said: str, owner: str) -> bool:
    if is_japanese(owner):
        return owner in said
    return re.search(rf"\b{re.escape(owner)}\b", said) is not None
