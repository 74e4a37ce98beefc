# ruff: noqa: E501 (one pattern a line)
"""Values of a text in one canonical form: dates, times, money, percentages, lengths of time, ordinals, numbers.

Two texts that state the same agree, however it is written and in which language: $1,950.00 = 1950 dollars, 31/12/2026 =
令和8年12月31日, 1,950,000.00円 = 195万円, 18か月 = eighteen (18) months.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.alternation import any_of, trie, whole_words
from tsel_core.text.amounts import AMOUNT, DAIJI, DECIMAL_COMMA, GROUPED, PLAIN, SPACED, WORDS, amount_value, scaled
from tsel_core.text.currency_words import OTHER_COUNTRY
from tsel_core.text.dates import find_dates, find_times
from tsel_core.text.fact_words import COUNTED, NUMBER_WORDS, ORDINALS
from tsel_core.text.number_words import SPELT, han_numerals
from tsel_core.text.value_words import (
    CODES,
    COUNTERS,
    CURRENCIES,
    MONTHS,
    MONTHS_SHORT,
    PARTS_OF,
    PERCENT_OTHER,
    PERCENT_WORDS,
    PLURALS,
    SCALES,
    SIGNS,
    TIME_UNITS,
)

ValueKind = Literal["date", "time", "money", "percent", "duration", "ordinal", "number", "name"]


_MANY = 40  # values of a sentence, each of which is held against each of another


@dataclass(frozen=True, slots=True)
class Value:
    """Characters [start, end) of a text that state a value; `value` is canonical, `also` another reading of it or "".

    Dates are "2026-09-09", "-09-09" without a year, "2026-09" or "2026" without day; times "14:30"; percentages "12%";
    money "41300 GBP"; lengths of time "18 month", "90 minute", "14 day" or "14 workday"; ordinals and numbers their
    digits, `unit` what a number counts (人, 回, day) where a counter says so; names casefolded words.
    """

    kind: ValueKind
    text: str
    value: str
    start: int
    end: int
    also: str = ""
    unit: str = ""

    @property
    def readings(self) -> tuple[str, ...]:
        """Every canonical value that the text may mean."""
        return (self.value, self.also) if self.also else (self.value,)


_I = re.I
_ENGLISH = PLURALS | {"annum", "min", "mins", "sec", "secs"}
_OTHER_UNITS = [w for w in TIME_UNITS if w not in _ENGLISH and w[0] < "\u3000"]  # behind a number in words of theirs
_SIGN = r"(?P<minus>(?:(?<![\w)）%-])|(?<=[はがもを]))-|[△▲])?\s?"  # 利益は-7億円 stands behind no space
_NUM = rf"(?P<num>{WORDS}\s?\((?:{AMOUNT})\)|{AMOUNT}\s?\({WORDS}\)|{AMOUNT}|{WORDS})"  # "thirty (30)" is one number
_MONEY_NUM = rf"(?P<num>{SPACED}|{GROUPED}|(?<![\d.,]){DECIMAL_COMMA}|{WORDS}\s?\((?:{AMOUNT})\)|{AMOUNT}\s?\({WORDS}\)|{AMOUNT}|{DAIJI}(?=[円圆圓元])|{WORDS})"
_SCALE = rf"(?:\s?(?P<scale>{any_of(SCALES)})(?![A-Za-zÀ-ÿ])\.?)?"
_BEFORE = rf"(?:(?P<code>\b(?:{any_of(CODES)}))(?![A-Za-z])|(?<![A-Za-z])(?P<sign>{any_of(SIGNS)})\.?)"
_UNIT = rf"(?P<unit>{whole_words(CURRENCIES, CURRENCIES)}|(?:{any_of(CODES)})\b|[A-Z]{{0,2}}\$(?:US\b)?(?!\s?\d)|CN¥|[€£₩￦₹]|(?:S?Fr)\b\.?|{OTHER_COUNTRY})"
_SPELT = trie(SPELT)
_PATTERNS: tuple[tuple[ValueKind, re.Pattern[str]], ...] = (
    ("money", lazy_pattern(rf"\b(?P<num>half)\s(?:a|an)\s(?P<scale>million|billion|thousand)\s{_UNIT}", _I)),
    ("number", lazy_pattern(r"\b(?P<num>half)\s(?:a|an)\s(?P<scale>million|billion)\b", _I)),
    ("duration", lazy_pattern(rf"\b(?!um\san\b)(?P<num>{_SPELT})(?:\s?\((?:{AMOUNT})\))?\s(?P<unit>{whole_words(_OTHER_UNITS, ())})", _I)),
    ("duration", lazy_pattern(rf"(?P<num>{AMOUNT})\s?\({_SPELT}\)\s(?P<unit>{whole_words(_OTHER_UNITS, ())})", _I)),
    ("percent", lazy_pattern(rf"\b(?P<num>{_SPELT})(?:\s?\((?:{AMOUNT})(?:\s?%)?\))?\s(?:{PERCENT_OTHER})", _I)),
    ("percent", lazy_pattern(rf"{_SIGN}(?P<num>(?<![\d.,]){DECIMAL_COMMA}|{WORDS}\s?\((?:{AMOUNT})\)|{AMOUNT}\s?\({WORDS}\)|{AMOUNT}|{WORDS})\s?(?:%|{PERCENT_WORDS}|(?P<wari>割)(?:\s?(?P<bu>[\d一二三四五六七八九])分|(?!り当|合|(?<=\s割)[引増]|[引増](?=率|料|券|額|価|制)))|(?P<bps>bps\b|basis points?\b))(?:\s?\((?:{AMOUNT})%\))?", _I)),
    ("money", lazy_pattern(rf"{_SIGN}{_BEFORE}\s?(?P<minus2>-)?{_MONEY_NUM}{_SCALE}(?:\s?(?P<after>USD|US\b|円|JPY|EUR))?", _I)),
    ("money", lazy_pattern(rf"{_SIGN}{_MONEY_NUM}(?:[ -]?(?P<scale>(?:{any_of(SCALES)})\b\.?))?(?:\s|-)?(?:d[eio]\s|of\s|d')?{_UNIT}", _I)),
    ("duration", lazy_pattern(rf"(?P<half>(?:半年|半月|半日)(?!分)|\bhalf\s(?:a\syear|an\shour)\b|\ba\sfortnight\b)|(?P<num>{WORDS}\s?\((?:{AMOUNT})\)|{AMOUNT}\s?\({WORDS}\)|{AMOUNT}|{WORDS})[\s-]?(?P<unit>{whole_words(TIME_UNITS, PLURALS)})(?P<more>半)?", _I)),
    ("percent", lazy_pattern(rf"(?P<of>[{''.join(PARTS_OF)}])分之(?P<num>{AMOUNT})")),
    ("ordinal", lazy_pattern(rf"第\s?(?P<num>{AMOUNT})(?![者国])|(?<![\w.,])(?P<digits>\d{{1,4}})(?:st|nd|rd|th)\b", _I)),
    ("number", lazy_pattern(rf"{_SIGN}{_NUM}(?:\s(?P<scale>million|billion|trillion|thousand|lakh|crore)\b)?", _I)),
)  # fmt: skip
_LIST_MARK = lazy_pattern(rf"(?m)^[ \t]*(?:\d{{1,2}}[.)](?!\s(?:{any_of(MONTHS)}|(?:{any_of(MONTHS_SHORT)})\.?\s\d{{4}})\b|\s\d{{1,2}}\.\s?(?:19|20)\d\d)|[-*•])[ \t]|\[\d{{1,3}}\]", _I)
_HALVES = {"半年": "6 month", "半月": "15 day", "半日": "12 hour", "half a year": "6 month", "half an hour": "30 minute", "a fortnight": "14 day"}
_SINGLE_KANJI = lazy_pattern(r"[一二两兩三四五六七八九十百千万億亿兆〇零]")
_COUNTER = lazy_pattern(r"\s?(人|名様?|件|社|回|度|台|枚|杯|個|本|冊|匹|頭|棟|戸|軒|便|箱|組|班|泊|倍|階|種|歳|点|か所|箇所|カ所|ヶ所|か条|箇条|日|일|次|个|명|건|회|개(?!월)|persons?\b|people\b|times?\b)", _I)
# how often: "once" is as often a conjunction ("once it is signed") or means at once
_TIMES = lazy_pattern(
    r"\b(?:(?P<two>twice)|(?P<three>thrice)|(?<!\bat )once(?=\s*[.,;:)?!]|\s*$|\s(?:only|per|each|every)\b|\s(?:a|in (?:a|each|every)) (?:\w+ )?(?:day|week|month|quarter|year)\b)"
    r"|(?:(?<=only )|(?<=just )|(?<=most )|(?<=than )|(?<=exactly ))once)\b"
    r"|(?<![もう今いま])(?:一度(?=限り|に限|だけ|のみ|まで)|(?P<ni>二度)(?!と)|(?P<san>三度))",
    _I,
)
_ENGLISH_BEFORE = lazy_pattern(r"\b(?:the|an?|may|can|shall|will|must|be|is|are|was|were|it|and|only|just|not|more|most|than|exactly|at)\b[^(]*$", _I)
_ORDINAL_WORD = lazy_pattern(rf"\b(?:{any_of(ORDINALS)})\b", _I)
# between the ends of a range; the last end's unit is the first one's too
_RANGE = lazy_pattern(r"\s*(?:-|~|から|乃至|ないし|至|to|and|or|bis|à|a|y|e|又は|または|及び)\s*", _I)
RANGE_WORDS = frozenset(["-", "~", "から", "乃至", "ないし", "to", "bis"])
_ANY_NUMERAL = lazy_pattern(rf"[0-9０-９〇零一二三四五六七八九十百千万億兆壱弐参半元两兩亿일이삼사오육칠팔구십백천만한두세석네넉]|\b{_SPELT}\b|\b(?:{'|'.join(NUMBER_WORDS)}|noon|once|twice|thrice|half|fortnight)\b|正午|\b(?:{any_of(ORDINALS)})\b", _I)


def bounded(values: Sequence[Value]) -> Sequence[Value]:
    """Values as they are; of very many (a text that repeats itself) the first of each, and no more than a sentence has."""
    if len(values) <= _MANY:
        return values
    found: dict[tuple[str, ...], Value] = {}
    for value in values:
        found.setdefault((value.kind, value.value, value.also, value.unit), value)
    return list(found.values())[:_MANY]


def extract_values(text: str, *, order: str = "", ordinal_words: bool = False) -> list[Value]:
    """Every value of a text in reading order; no character belongs to two of them. Marks of lists are none.

    `order` as in `find_dates`; `ordinal_words` takes "third" for a value too (as prose it is too often none).
    """
    return list(_values(text, order, ordinal_words))


@lru_cache(maxsize=8192)
def _values(text: str, order: str, ordinal_words: bool) -> tuple[Value, ...]:
    """See extract_values; remembered, as each claim of an answer is held against the same lines of its document."""
    if not _ANY_NUMERAL.search(text):
        return ()
    plain = han_numerals(text.translate(PLAIN))
    taken = bytearray(len(text) + 1)
    for mark in _LIST_MARK.finditer(plain):
        taken[mark.start() : mark.end()] = b"\1" * (mark.end() - mark.start())
    found: list[Value] = []
    for value in _raw(plain, order, ordinal_words):
        if value.start < value.end and not any(taken[value.start : value.end]):
            taken[value.start : value.end] = b"\1" * (value.end - value.start)
            found.append(replace(value, text=text[value.start : value.end].strip()))
    return tuple(_share_units(sorted(found, key=lambda v: v.start), plain))


def _raw(text: str, order: str, ordinal_words: bool) -> Iterator[Value]:
    for start, end, value, also in find_dates(text, order):
        yield Value("date", "", value, start, end, also)
    for start, end, value, also in find_times(text):
        yield Value("time", "", value, start, end, also)
    for match in _TIMES.finditer(text):
        if match.group().lower() == "once" and _ENGLISH_BEFORE.search(text[: match.start()][-60:]) is None:
            continue  # eleven in Spanish
        often = "2" if match["two"] or match["ni"] else "3" if match["three"] or match["san"] else "1"
        yield Value("number", "", often, match.start(), match.end(), unit="回")
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            made = _MAKERS[kind](match)
            if made is not None:
                lead = len(match.group()) - len(match.group().lstrip())
                start, end = match.start() + lead, match.start() + len(match.group().rstrip())
                yield replace(made, start=start, end=end)
    if ordinal_words:
        for match in _ORDINAL_WORD.finditer(text):
            yield Value("ordinal", "", ORDINALS[match.group().lower()], match.start(), match.end())


def _amount(match: re.Match[str], comma: bool = False) -> tuple[str, str] | None:
    text = match["num"]
    inner = re.search(r"\(([^()]*)\)$", text)
    made = amount_value(inner[1] if inner else text, comma)
    part = match.groupdict()
    if made and (part.get("minus") or part.get("minus2")):
        return f"-{made[0]}", f"-{made[1]}" if made[1] else ""
    return made


def _value(kind: ValueKind, made: tuple[str, str] | None, unit: str, scale: int = 1, glue: str = " ") -> Value | None:
    if made is None:
        return None
    one, two = (f"{scaled(v, scale)}{glue}{unit}" if v else "" for v in made)
    return Value(kind, "", one, 0, 0, two)


def _percent(match: re.Match[str]) -> Value | None:
    made = _amount(match, comma=True)
    if made is None:
        return None
    part = match.groupdict()
    if part.get("bps") or part.get("of"):
        parts_of = 100 if part.get("bps") else PARTS_OF[part["of"]]
        return Value("percent", "", f"{scaled(format(Decimal(made[0]) / parts_of, 'f'), 1)}%", 0, 0)
    if part.get("wari"):
        parts = amount_value(match["bu"] or "0") or ("0", "")
        return Value("percent", "", f"{int(float(made[0]) * 10) + int(float(parts[0]))}%", 0, 0)
    return _value("percent", (made[0], ""), "%", glue="")


def _coded(unit: str) -> str:
    """A code as it stands (KES, ILS), and a currency of no table without its plural."""
    return unit if unit in CODES else unit.removesuffix("S")


def _money(match: re.Match[str]) -> Value | None:
    part = match.groupdict()
    scale = SCALES.get((part["scale"] or "").lower().rstrip("."), 1)
    made = _amount(match, comma=True)
    if part.get("unit"):
        unit = " ".join(part["unit"].lower().rstrip(".").split())
        code = CURRENCIES.get(unit) or CURRENCIES.get(unit.removesuffix("s")) or SIGNS.get(unit) or _coded(unit.upper())
    else:
        sign = (part.get("sign") or "").lower()
        code = (part.get("code") or "").upper() or SIGNS.get(sign, sign.upper())
    value = _value("money", made, code, scale)
    if value is not None and made is not None and part.get("sign") in ("¥", "￥") and not value.also:
        return replace(value, also=f"{scaled(made[0], scale)} CNY")  # the sign of Japan and of China
    return value


def _duration(match: re.Match[str]) -> Value | None:
    part = match.groupdict()
    if part.get("half"):
        return Value("duration", "", _HALVES[" ".join(match["half"].lower().split())], 0, 0)
    unit = " ".join(re.split(r"[\s-]+", match["unit"].lower()))
    base, factor = TIME_UNITS.get(unit) or TIME_UNITS[unit.removesuffix("s")]
    made = _amount(match)
    if made is None or (_SINGLE_KANJI.fullmatch(match["num"]) and match["unit"] in ("分", "周", "周", "秒", "天")):
        return None
    if part.get("more"):
        made = (format(Decimal(made[0]) + Decimal("0.5"), "f"), "")
    return _value("duration", made, base, factor)


def _ordinal(match: re.Match[str]) -> Value | None:
    made = amount_value(match["num"] or match["digits"])
    return None if made is None else Value("ordinal", "", made[0], 0, 0)


def _number(match: re.Match[str]) -> Value | None:
    written = match["num"]
    if written == "万一" or (written.lower() == "one" and not match["scale"]):
        return None
    counted = COUNTED.match(match.string, match.end())
    if _SINGLE_KANJI.fullmatch(written) and not counted:
        return None  # 一部, 十分, 万一: a single kanji is too often part of a word
    made = _amount(match)
    if made is None:
        return None
    counter = _COUNTER.match(match.string, match.end())
    unit = "" if counter is None else COUNTERS.get(counter[1].lower(), counter[1].lower())
    one, two = (scaled(v, SCALES.get((match["scale"] or "").lower(), 1)) if v else "" for v in made)
    return Value("number", "", one, 0, 0, two, unit)


_MAKERS: dict[str, Callable[[re.Match[str]], Value | None]] = {"percent": _percent, "money": _money, "duration": _duration, "ordinal": _ordinal, "number": _number}


def _share_units(values: list[Value], text: str) -> list[Value]:
    """The first end of a range gets the unit of the last: 3 to 5 days, 1,000～2,000円, 5-10%."""
    made = list(values)
    for i in range(len(made) - 2, -1, -1):
        first, last = made[i], made[i + 1]
        if first.kind != "number" or first.unit or last.kind not in ("money", "percent", "duration"):
            continue
        if _RANGE.fullmatch(text[first.end : last.start]) is None:
            continue
        unit = last.value.partition(" ")[2] if last.kind != "percent" else "%"
        per = _times(last)
        also = first.also and f"{scaled(first.also, per)}{'' if unit == '%' else ' '}{unit}"
        value = f"{scaled(first.value, per)}{'' if unit == '%' else ' '}{unit}"
        made[i] = replace(first, kind=last.kind, value=value, also=also)
    return made


def _times(value: Value) -> int:
    """How many base units the unit of a length of time holds (a year 12 months), or the scale of an amount of money."""
    if value.kind == "duration":
        word = re.sub(r"^.*?\(?[\d)\s,.〇零一二三四五六七八九十百千万億兆]+[)\s-]*", "", value.text.translate(PLAIN).lower(), count=1)
        unit = TIME_UNITS.get(word) or TIME_UNITS.get(word.removesuffix("s")) or ("", 1)
        return unit[1]
    scale = re.search(rf"(?:{any_of(SCALES)})(?=[.\s]|$)", value.text.lower()) if value.kind == "money" else None
    return SCALES.get(scale.group(), 1) if scale else 1
