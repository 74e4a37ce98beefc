# ruff: noqa: E501 (one pattern a line)
"""Dates and times of day as they are written, and as ISO forms."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.fact_words import ERAS, NUMBER_WORDS, ORDINALS
from tsel_core.text.normalize import NUMBER, number_value
from tsel_core.text.value_words import FIRST_DAY, MONTHS, MONTHS_EN, MONTHS_SHORT

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_MONTH_EN = "|".join(sorted(MONTHS_EN, key=len, reverse=True))
_ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True))
_SHORT = "|".join(sorted(MONTHS_SHORT, key=len, reverse=True))
_DAY = rf"(?P<day>\d{{1,2}}(?:st|nd|rd|th|er|\.?[ºª°]|\.)?|{_ORDINAL}|{'|'.join(FIRST_DAY)})"
_N = rf"(?:{NUMBER})"
_ERA = "|".join(ERAS)
ERA_LETTERS = {"R": 2018, "H": 1988, "S": 1925, "T": 1911, "M": 1867, "令": 2018, "平": 1988, "昭": 1925}
_I = re.I
# after 年: what makes it a length of time or a word
_NOT_YEAR = "(?!間|目|前|後|度目|以|ごと|周期|生|債|に一|とし)"
_DATES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ja", lazy_pattern(rf"(?:(?P<era>{_ERA})\s?(?P<eray>元|{_N})\s?年|(?P<year>{_N})\s?[年년])(?:\s?(?P<month>{_N})\s?[月월](?:\s?(?P<day>{_N})\s?[日일号])?)?{_NOT_YEAR}")),
    ("letter", lazy_pattern(r"(?<![A-Za-z0-9])(?P<letter>[RHSTM令平昭])\s?(?P<eray>\d{1,2}|元)[./年-]\s?(?P<month>\d{1,2})[./月-]\s?(?P<day>\d{1,2})(?:日|(?!\d))")),
    ("monthday_ja", lazy_pattern(rf"(?P<month>{_N})\s?[月월]\s?(?P<day>{_N})\s?[日일]")),
    ("iso", lazy_pattern(r"(?<![\d.])(?P<year>(?:19|20)\d\d)(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?!\d)")),
    ("iso", lazy_pattern(r"(?<![\d.])(?P<year>(?:19|20)\d\d)\.\s(?P<month>\d{1,2})\.\s(?P<day>\d{1,2})(?:\.|(?!\d))")),  # Korea
    ("dotted", lazy_pattern(r"(?<![\d./-])(?P<one>\d\d)(?P<sep>\.)(?P<two>\d\d)\.(?P<year>\d\d)(?![\d/.-]\d|\d)")),
    ("slashed", lazy_pattern(r"(?<![\d./-])(?P<one>\d{1,2})(?P<sep>[/.-])\s?(?P<two>\d{1,2})(?P=sep)\s?(?P<year>(?:19|20)\d\d|(?<=/)\d\d)(?![\d/-])(?!\.\d)")),
    ("day_first", lazy_pattern(rf"(?<!\w){_DAY}\s+(?:day\s+)?(?:of\s+|de\s+)?(?P<month>{_MONTH})\b\.?,?(?:\s+(?:de\s+|del\s+)?(?P<year>\d{{4}})\b)?", _I)),
    ("day_short", lazy_pattern(rf"(?<!\w){_DAY}\s+(?:de\s+)?(?P<month>{_SHORT})\b\.?,?\s+(?:de\s+|del\s+)?(?P<year>\d{{4}})\b", _I)),
    ("month_first", lazy_pattern(rf"\b(?P<month>{_MONTH_EN})\b\.?\s+(?P<day>\d{{1,2}}(?:st|nd|rd|th)?)\b(?:,?\s+(?P<year>\d{{4}})\b)?", _I)),
    ("month_year", lazy_pattern(rf"\b(?P<month>{_MONTH})\b\.?,?\s+(?:of\s+|de\s+|del\s+)?(?P<year>\d{{4}})\b", _I)),
    ("month_ja", lazy_pattern(rf"(?<![かカヶケヵ箇個个ヵ来今先毎翌何])(?P<month>{_N})月(?=[、。にのはがを度末初上中下までから\s]|$)")),
)  # fmt: skip
_HOURS = {word: str(number) for word, number in NUMBER_WORDS.items() if 1 <= number <= 12}
_TIMES: tuple[re.Pattern[str], ...] = (
    lazy_pattern(rf"(?P<half>午前|午後|오전|오후|上午|下午)?\s?(?P<hour>{_N})\s?[時시点點](?!間|간|代|点|期|価|鐘)(?:\s?(?P<minute>{_N})\s?[分분]|\s?(?P<mid>[半반]))?"),
    lazy_pattern(r"(?<![\d:.])(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s?(?P<half>[ap]\.?m\b\.?)|(?<![\d:.])(?P<h24>\d{1,2}):(?P<m24>\d\d)(?!\d)", _I),
    lazy_pattern(r"(?<![\d:.])(?P<h24>\d{1,2})\s?(?:(?:h|heures?)\s?(?P<m24>\d\d)\b|[:.](?P<m24b>\d\d)\s?(?:Uhr|horas|h)\b|\s?Uhr\b)"),
    lazy_pattern(r"\b(?:alle|ore|às|las)\s(?:ore\s)?(?P<h24>\d{1,2})\.(?P<m24>\d\d)\b(?![.,]\d)", _I),
    lazy_pattern(rf"\b(?P<mid>half)\spast\s(?P<hour>1[0-2]|[1-9]|{'|'.join(_HOURS)})\b(?:\s(?:in\sthe\s)?(?P<half>[ap]\.?m\b\.?|afternoon|evening))?", _I),
    lazy_pattern(r"(?P<noon>正午|\bnoon\b|\bmidday\b)", _I),
)  # fmt: skip


def find_dates(text: str, order: str = "") -> Iterator[tuple[int, int, str, str]]:
    """(start, end, value, another reading or "") of every date: "2026-12-31", "-12-31", "2026-12", "-12" or "2026".

    `order` "dmy" or "mdy" decides what 04/05/2026 is; without it the other reading is kept.
    """
    for name, pattern in _DATES:
        for match in pattern.finditer(text):
            if name in ("slashed", "dotted"):
                made = _slashed(match, order)
            else:
                made = (_date(match.groupdict()), "")
            if made[0] and not (name == "ja" and _is_length(match)):
                yield match.start(), match.start() + len(match.group().rstrip()), made[0], made[1]


def _is_length(match: re.Match[str]) -> bool:
    """三年 is a length of time; 2026年 and 令和3年 are dates."""
    year = match["year"]
    return bool(year) and not match["month"] and len(number_value(year)) != 4


def _slashed(match: re.Match[str], order: str) -> tuple[str | None, str]:
    one, two, year = int(match["one"]), int(match["two"]), match["year"]
    if len(year) == 2:
        year = ("20" if int(year) < 70 else "19") + year
    day_first = _iso(year, two, one)
    month_first = _iso(year, one, two)
    if match["sep"] == "." or order == "dmy" or month_first is None:
        return day_first, ""
    if order == "mdy" or day_first is None or day_first == month_first:
        return month_first, ""
    return month_first, day_first


def _iso(year: str, month: int, day: int) -> str | None:
    return f"{year}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else None


def _date(part: dict[str, str | None]) -> str | None:
    era, year = part.get("era"), part.get("year")
    if era or part.get("letter"):
        base = ERAS[era] if era else ERA_LETTERS[part["letter"] or ""]
        count = part.get("eray") or ""
        year = str(base + (1 if count == "元" else int(float(number_value(count)))))
    elif year:
        year = number_value(year)
        if len(year) != 4 or not year.isdigit():
            return None
    month, day = part.get("month") or "", part.get("day") or ""
    number = MONTHS.get(month.lower().rstrip(".")) or MONTHS_SHORT.get(month.lower()) or (_small(number_value(month)) if month else None)
    if month and not (number and 1 <= number <= 12):
        return None
    date = f"{year or ''}" + (f"-{number:02}" if number else "")
    if day:
        plain = re.sub(r"(?:st|nd|rd|th|er|\.?[ºª°]|\.)$", "", day.lower())
        on = 1 if day.lower() in FIRST_DAY else _small(ORDINALS.get(day.lower()) or number_value(plain))
        if not on or not 1 <= on <= 31:
            return None
        date += f"-{on:02}"
    return date or None


def _small(digits: str) -> int | None:
    return int(digits) if digits.isdigit() and len(digits) < 5 else None


def find_times(text: str) -> Iterator[tuple[int, int, str, str]]:
    """(start, end, "03:30", "15:30" or "") of every time of day; the other reading where none says before or after noon."""
    for pattern in _TIMES:
        for match in pattern.finditer(text):
            value = _time(match.groupdict())
            if value:
                open_half = not match.groupdict().get("half") and not match.groupdict().get("noon") and "01" <= value[:2] < "12"
                also = f"{int(value[:2]) + 12}{value[2:]}" if open_half else ""
                yield match.start(), match.start() + len(match.group().rstrip()), value, also


def _time(part: dict[str, str | None]) -> str | None:
    if part.get("noon"):
        return "12:00"
    hour = part.get("hour") or part.get("h24")
    minute = part.get("minute") or part.get("m24") or part.get("m24b") or ("30" if part.get("mid") else "0")
    hour = _HOURS.get((hour or "").lower(), hour)
    hours, minutes = _small(number_value(hour or "")), _small(number_value(minute))
    if hours is None or minutes is None:
        return None
    half = (part.get("half") or "").lower()
    if half[:1] == "p" or half in ("午後", "오후", "下午", "afternoon", "evening"):
        hours = hours % 12 + 12
    elif half in ("am", "a.m", "a.m.") and hours == 12:
        hours = 0
    return f"{hours:02}:{minutes:02}" if hours <= 24 and minutes <= 59 else None


def date_order(text: str) -> str:
    """ "dmy" or "mdy" when the dates with slashes that can only be read one way all say so; "" otherwise."""
    first, second = set(), set()
    for match in re.finditer(r"(?<![\d./-])(\d{1,2})[/-](\d{1,2})[/-](?:19|20)\d\d(?!\d)", text):
        one, two = int(match[1]), int(match[2])
        if one > 12 >= two:
            first.add(one)
        elif two > 12 >= one:
            second.add(two)
    return "" if bool(first) == bool(second) else "dmy" if first else "mdy"
