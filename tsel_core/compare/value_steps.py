"""A value that became another: by how much, more or less, earlier or later."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.prompts.library import prompt_text
from tsel_core.text.language import Lang
from tsel_core.text.values import Value

_YEARS = lazy_pattern(r"年|year", re.I)
_NAMES = lazy_pattern(
    r"(?:clause|section|article|schedule|annex|exhibit|appendix|paragraph|no\.|number|version|room|floor|account|tel|phone"
    r"|[#§]|番号|番|第)[\s:.]*$",
    re.I,
)
_THINGS = lazy_pattern(r" (?!of\b|and\b|or\b|is\b|shall\b|to\b)[a-z]")  # "240 brake discs"
_UNITS = {"year": "年", "month": "か月", "day": "日", "workday": "営業日", "minute": "分", "second": "秒"}


def step_words(old: Value, new: Value, texts: tuple[str, str], lang: Lang) -> str:
    """ "“30 days” becomes “45 days” (15 days more)."; without the difference where it cannot be told.

    `texts` are those that the two values stand in.
    """
    name, by = _difference(old, new, texts, lang)
    words = prompt_text("compare", "told_" + name, lang)
    return words.format(old=_quoted(old, texts[0]), new=_quoted(new, texts[1]), by=by)


def _quoted(value: Value, text: str) -> str:
    """The value as it is written, with what it counts where that follows."""
    return value.text + (value.unit if text.startswith(value.unit, value.end) else "")


def _difference(old: Value, new: Value, texts: tuple[str, str], lang: Lang) -> tuple[str, str]:
    """(more, less, later, earlier or becomes; how much in words)."""
    if old.also or new.also:
        return "becomes", ""
    if old.kind == "date":
        return _apart(old.value, new.value, lang)
    one, two = _number(old), _number(new)
    if one is None or two is None or one[1] != two[1] or old.unit != new.unit or one[0] == two[0]:
        return "becomes", ""
    if old.kind == "number" and not (_counts(old, texts[0]) and _counts(new, texts[1])):
        return "becomes", ""
    step = two[0] - one[0]
    years = one[1] == "month" and all(v % 12 == 0 for v in (one[0], two[0])) and _YEARS.search(old.text)
    by = _of(abs(step) / 12, "year", lang) if years else _shown(abs(step), old, one[1], lang)
    return "more" if step > 0 else "less", by


def _counts(value: Value, text: str) -> bool:
    """Whether a number counts things; that of a clause, a room or an account does not."""
    if value.unit:
        return True
    before = text[max(0, value.start - 20) : value.start]
    return _NAMES.search(before) is None and _THINGS.match(text, value.end) is not None


def _number(value: Value) -> tuple[Decimal, str] | None:
    """The figure and the unit of a canonical value."""
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?)(%| .+)?", value.value)
    if match is None or value.kind not in ("money", "percent", "duration", "number"):
        return None
    try:
        return Decimal(match[1]), (match[2] or "").strip()
    except InvalidOperation:
        return None


def _shown(step: Decimal, value: Value, unit: str, lang: Lang) -> str:
    figure = f"{step.normalize():,f}"
    if value.kind == "percent":
        return prompt_text("compare", "told_points", lang).format(figure=figure)
    if value.kind == "money":
        figure = figure if step == step.to_integral_value() else f"{step:,.2f}"
        return f"{figure}円" if lang == "ja" and unit == "JPY" else f"{unit} {figure}"
    if value.kind == "duration":
        return _of(step, unit, lang)
    return figure + value.unit if lang == "ja" else figure


def _of(figure: Decimal | int, unit: str, lang: Lang) -> str:
    figure = Decimal(figure).normalize()
    if lang == "ja":
        return f"{figure:,f}{_UNITS.get(unit, unit)}"
    name = "working day" if unit == "workday" else unit
    return f"{figure:,f} {name}{'' if figure == 1 else 's'}"


def _apart(old: str, new: str, lang: Lang) -> tuple[str, str]:
    """How far two days are apart: in years or months where both are the same day of a month, else in days."""
    try:
        one, two = date.fromisoformat(old), date.fromisoformat(new)
    except ValueError:
        return "becomes", ""
    if one == two:
        return "becomes", ""
    name = "later" if two > one else "earlier"
    months = abs((two.year - one.year) * 12 + two.month - one.month)
    if one.day != two.day:
        return name, _of(abs((two - one).days), "day", lang)
    return name, _of(months // 12, "year", lang) if months % 12 == 0 else _of(months, "month", lang)
