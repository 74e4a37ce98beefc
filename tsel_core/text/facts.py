# ruff: noqa: E501, SIM905 (one pattern a line)
"""Facts of a text that can be checked: dates, times, money, percentages, numbers and names, with canonical values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tsel_core.text.fact_words import (
    ABBREVIATIONS,
    COUNTED,
    ERAS,
    MONTHS,
    NUMBER_WORDS,
    ORDINALS,
    is_plain_heading,
    word_number,
)
from tsel_core.text.normalize import NUMBER, number_value

FactKind = Literal["date", "time", "money", "percent", "number", "name"]


@dataclass(frozen=True, slots=True)
class Fact:
    """Characters [start, end) of a text that state a fact. `value` is canonical: two texts that mean the same agree.

    Dates are "2026-09-09", "-09-09" without a year, "2026-09" or "2026" without day; times "14:30"; percentages "12%";
    money "41300 GBP"; numbers their digits; names casefolded words.
    """

    kind: FactKind
    text: str
    value: str
    start: int
    end: int


_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True))
_WORD = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
_DAY = rf"(?P<day>\d{{1,2}}(?:st|nd|rd|th)?|{_ORDINAL})"
_N = rf"(?:{NUMBER})"
_ERA = "|".join(ERAS)
_I = re.I
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("date_ja", re.compile(rf"(?:(?P<era>{_ERA})\s?(?P<eray>元|{_N})\s?年|(?P<year>{_N})\s?年)(?:\s?(?P<month>{_N})\s?月(?:\s?(?P<day>{_N})\s?日)?)?(?!間|目|前|後|度目|以|ごと|周期|生|債|に一|とし)")),
    ("monthday_ja", re.compile(rf"(?P<month>{_N})\s?月\s?(?P<day>{_N})\s?日")),
    ("date_iso", re.compile(r"(?<![\d.])(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?![\d])")),
    ("date_en", re.compile(rf"(?<!\w){_DAY}\s+(?:day\s+)?(?:of\s+)?(?P<month>{_MONTH})\b\.?,?(?:\s+(?P<year>\d{{4}})\b)?", _I)),
    ("date_us", re.compile(rf"\b(?P<month>{_MONTH})\b\.?\s+(?P<day>\d{{1,2}}(?:st|nd|rd|th)?)\b(?:,?\s+(?P<year>\d{{4}})\b)?", _I)),
    ("month_en", re.compile(rf"\b(?P<month>{_MONTH})\b\.?,?\s+(?:of\s+)?(?P<year>\d{{4}})\b", _I)),
    ("time_ja", re.compile(rf"(?P<half>午前|午後)?\s?(?P<hour>{_N})\s?時(?!間|代|点|期|価)(?:\s?(?P<minute>{_N})\s?分|(?P<mid>半))?")),
    ("time_en", re.compile(r"(?<![\d:.])(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s?(?P<half>[ap]\.?m\b\.?)|(?<![\d:.])(?P<h24>\d{1,2}):(?P<m24>\d\d)(?![\d])", _I)),
    ("percent", re.compile(rf"(?P<num>{_N}|\b(?:{_WORD})(?:[ -](?:{_WORD}))*)\s?(?:%|％|percent\b|per cent\b|パーセント|(?P<wari>割)(?!り当|合|引|増))", _I)),
    ("money", re.compile(rf"(?P<sign>[£$€¥￥])\s?(?P<num>{_N}(?:[.]\d+)?)(?:\s?(?P<scale>million|billion|thousand|m\b|bn\b|k\b))?|(?P<num2>{_N}|\b(?:{_WORD})(?:[ -](?:{_WORD}))*)\s?(?:(?P<scale2>million|billion|thousand)\s)?(?P<unit>円|ドル|ユーロ|pounds?\b|euros?\b|dollars?\b|yen\b|pence\b|GBP\b|EUR\b|USD\b|JPY\b)", _I)),
    ("number", re.compile(rf"(?P<num>{_N})(?:\s(?P<scale>million|billion)\b)?|\b(?P<words>(?:{_WORD})(?:(?:[ -]|\sand\s)(?:{_WORD}))*)\b", _I)),
)  # fmt: skip
_SCALE = {"million": 10**6, "m": 10**6, "billion": 10**9, "bn": 10**9, "thousand": 1000, "k": 1000}
_CURRENCY = {"£": "GBP", "$": "USD", "€": "EUR", "¥": "JPY", "￥": "JPY", "円": "JPY", "ドル": "USD", "ユーロ": "EUR"}
_CURRENCY |= {"pound": "GBP", "euro": "EUR", "dollar": "USD", "yen": "JPY", "pence": "GBX"}
_LIST_MARK = re.compile(r"(?m)^[ \t]*(?:\d{1,2}[.)]|[-*•])[ \t]|\[\d{1,3}\]")
_NAME_EN = re.compile(r"\b[A-Z][\w'’.&-]*(?:\s+(?:of|de|van|der|&)\s+(?=[A-Z])|\s+)?(?:[A-Z][\w'’&-]*\s?)*")
_GAP = re.compile(r"\s*\n\s*|(?<=\.)\s+")  # between words: a line end, or white space behind a full stop
_HEADING_REST_JA = re.compile(r"[\u4e00-\u9fffぁ-ん]{0,12}")
_NAME_JA = re.compile(
    r"(?:株式会社|有限会社|合同会社)[\u4e00-\u9fff\u30a0-\u30ffA-Za-z]{2,12}|[\u4e00-\u9fff\u30a0-\u30ffA-Za-z]{2,14}(?:株式会社|有限会社|合同会社)"
    r"|[\u4e00-\u9fff]{1,4}(?=(?:さん|氏|様|部長|課長|係長|主任|社長|取締役|先生|委員))|[\u30a1-\u30fa\u30fc・]{4,}"
)
_SINGLE_KANJI = re.compile(r"[一二三四五六七八九十百千万億兆〇零]")
_COMMON = frozenset("the a an this that these those it he she they we i yes no not in on at by for from if when while as and but or according there is are was were then also however therefore both each after before since during under all some any its their his her our the".split())


def extract_facts(text: str) -> list[Fact]:
    """Every fact of a text in reading order; no character belongs to two of them."""
    taken = [False] * (len(text) + 1)
    for mark in _LIST_MARK.finditer(text):
        taken[mark.start() : mark.end()] = [True] * (mark.end() - mark.start())
    found: list[Fact] = []
    for fact in _raw_facts(text):
        if not any(taken[fact.start : fact.end]):
            taken[fact.start : fact.end] = [True] * (fact.end - fact.start)
            found.append(fact)
    return sorted(found, key=lambda f: f.start)


def _raw_facts(text: str) -> Iterator[Fact]:
    for name, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            value = _value(name, match)
            if value:
                kind: FactKind = "date" if "date" in name or "month" in name else "time" if "time" in name else name  # type: ignore[assignment]
                yield Fact(kind, match.group().strip(), value, match.start(), match.start() + len(match.group().rstrip()))
    yield from _names(text)


def _value(name: str, match: re.Match[str]) -> str | None:
    part = match.groupdict()
    if "date" in name or "month" in name:
        return _date(part)
    if name.startswith("time"):
        return _time(part)
    if name == "percent":
        number = _number(part["num"])
        if number is None:
            return None
        return f"{_scaled(number, 10 if part.get('wari') else 1)}%"
    if name == "money":
        number = _number(part["num"] or part["num2"])
        scale = _SCALE.get((part["scale"] or part["scale2"] or "").lower(), 1)
        unit = part["sign"] or (part["unit"] or "").lower()
        code = _CURRENCY.get(unit) or _CURRENCY.get(unit.rstrip("s")) or unit.upper()
        return None if number is None else f"{_scaled(number, scale)} {code}"
    if part["words"]:
        number = word_number(part["words"])
        return None if number in (None, "1") else number
    digits = part["num"]
    if digits == "万一":
        return None
    if len(digits) == 1 and _SINGLE_KANJI.fullmatch(digits) and not COUNTED.match(match.string, match.end()):
        return None  # 一部, 十分, 万一: a single kanji is too often part of a word
    return _scaled(number_value(digits), _SCALE.get((part["scale"] or "").lower(), 1))


def _number(text: str) -> str | None:
    return word_number(text) if text[0].isascii() and text[0].isalpha() else number_value(text)


def _scaled(number: str, scale: int) -> str:
    from decimal import Decimal, InvalidOperation

    try:
        value = Decimal(number) * scale
    except InvalidOperation:
        return number
    if scale == 1 and "." not in number:
        return number.lstrip("0") or "0"
    return str(int(value)) if value == int(value) else format(value.normalize(), "f")


def _date(part: dict[str, str | None]) -> str | None:
    era, year = part.get("era"), part.get("year")
    if era:
        count = part.get("eray") or ""
        made = "1" if count == "元" else number_value(count)
        year = str(ERAS[era] + int(float(made)))
    elif year:
        year = number_value(year)
    month, day = part.get("month") or "", part.get("day") or ""
    if year and not month and len(year) != 4:
        return None  # 三年 is a duration
    number = MONTHS.get(month.lower().rstrip(".")) or (number_value(month) if month else None)
    if number is not None and not 1 <= int(float(number)) <= 12:
        return None
    date = f"{year or ''}" + (f"-{int(float(number)):02}" if number else "")
    if day:
        words = ORDINALS.get(day.lower()) or re.sub(r"(?:st|nd|rd|th)$", "", number_value(day.lower()))
        if not 1 <= int(float(words)) <= 31:
            return None
        date += f"-{int(float(words)):02}"
    return date or None


def _time(part: dict[str, str | None]) -> str | None:
    hour = part.get("hour") or part.get("h24")
    minute = part.get("minute") or part.get("m24") or ("30" if part.get("mid") else "0")
    if hour is None:
        return None
    hours, minutes = float(number_value(hour)), float(number_value(minute))
    half = (part.get("half") or "").lower()
    if half[:1] == "p" or half == "午後":
        hours = hours % 12 + 12
    if hours > 24 or minutes > 59:
        return None
    return f"{int(hours):02}:{int(minutes):02}"


def _names(text: str) -> Iterator[Fact]:
    for match in _NAME_JA.finditer(text):
        goes_on = _HEADING_REST_JA.match(text, match.end())  # 「アクション」項目: 「リスク」と未解決事項:
        assert goes_on is not None
        if is_plain_heading(match.group()) and _is_heading(text, match.start(), goes_on.end()):
            continue
        yield Fact("name", match.group(), match.group(), match.start(), match.end())
    for start, words in (part for match in _NAME_EN.finditer(text) for part in _within_sentences(match)):
        words = words.strip(" .'’&-")
        while words and words.split()[0].lower() in _COMMON:
            first = words.split()[0]
            rest = words[len(first) :]
            start += len(first) + len(rest) - len(rest.lstrip())
            words = rest.strip()
        if not words or (" " not in words and _opens_sentence(text, start) and not words.isupper()) or len(words) < 2:
            continue
        if is_plain_heading(words) and _is_heading(text, start, start + len(words)):
            continue
        yield Fact("name", words, " ".join(words.casefold().split()), start, start + len(words))


def _within_sentences(match: re.Match[str]) -> Iterator[tuple[int, str]]:
    """The parts (start, words) of capitalised words in a row: a name goes neither past a full stop nor past a line."""
    text, at = match.group(), 0
    for gap in _GAP.finditer(text):
        last, following = text[at : gap.start()].split(" ")[-1], text[gap.end() :]
        if "\n" in gap.group() or _ends_sentence(last, following):
            yield match.start() + at, text[at : gap.start()]
            at = gap.end()
    yield match.start() + at, text[at:]


def _ends_sentence(word: str, following: str) -> bool:
    bare = word[:-1]
    goes_on = len(bare) == 1 or "." in bare or bare.lower() in ABBREVIATIONS  # J. Smith, U.S. Steel, Dr. Weber
    return not goes_on or next(iter(following.lower().split()), "") in _COMMON


def _is_heading(text: str, start: int, end: int) -> bool:
    """Whether characters [start, end) are all of a line but its marks, or all of it up to a colon."""
    before = text[text.rfind("\n", 0, start) + 1 : start]
    return not before.strip("#*_-• \t0123456789.)") and re.match(r"[ \t*_]*(?:[:：]|\n|$)", text[end:]) is not None


def _opens_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip(" \t\"“'(*#-")
    return not before or before[-1] in ".!?:\n。"
