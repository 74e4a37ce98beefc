"""A value that became another: by how much, more or less, earlier or later."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from tsel_core.compare.same_value import is_doubtful, may_be_other_currency, same_for_all, whole_text
from tsel_core.compare.value_edits import Step
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.prompts.library import prompt_text
from tsel_core.text.language import Lang
from tsel_core.text.said_twice import at_odds
from tsel_core.text.values import Value

_WRITTEN = (  # the unit of a length of time as it is written
    ("year", lazy_pattern(r"年|year|annum", re.I)),
    ("month", lazy_pattern(r"月|month", re.I)),
    ("week", lazy_pattern(r"週|week|fortnight", re.I)),
    ("day", lazy_pattern(r"日|day", re.I)),
    ("hour", lazy_pattern(r"時|hour|\bhrs?\b", re.I)),
    ("minute", lazy_pattern(r"分|min", re.I)),
    ("second", lazy_pattern(r"秒|sec", re.I)),
)
_THOUSANDS = lazy_pattern(r"\d([.,])\d{3}(?!\d)")
_UNITS = {"year": "年", "month": "か月", "day": "日", "workday": "営業日", "minute": "分", "second": "秒"}


def step_words(step: Step, texts: tuple[str, str], lang: Lang) -> str:
    """ "“30 days” becomes “45 days” (15 days more)."; without the difference where it cannot be told.

    `texts` are those that the two values stand in.
    """
    name, by = _difference(step.old, step.new, lang)
    if name not in ("same", "becomes", "perhaps") and not step.alone:
        name = "becomes"
    words = prompt_text("compare", "told_" + name, lang)
    return words.format(old=whole_text(step.old, texts[0]), new=whole_text(step.new, texts[1]), by=by)


def _difference(old: Value, new: Value, lang: Lang) -> tuple[str, str]:
    """(more, less, later, earlier, same, perhaps the same, or becomes; how much in words)."""
    if same_for_all(old, new):
        return "same", ""
    if at_odds(old.text) or at_odds(new.text) or (may_be_other_currency(old, new) and old.value == new.value):
        return "becomes", ""
    if old.kind == "money" and set(old.readings) & set(new.readings):
        return "perhaps", ""
    if old.also or new.also or (old.value == new.value and is_doubtful(old, new)):
        return "becomes", ""
    if old.kind == "date":
        return _apart(old.value, new.value, lang)
    one, two = _number(old), _number(new)
    if one is None or two is None or one[1] != two[1] or old.unit != new.unit or one[0] == two[0]:
        return "becomes", ""
    if "-" in old.value + new.value or _otherwise_marked(old.text, new.text):
        return "becomes", ""
    unit = one[1]
    if old.kind == "duration":
        written = _written(old.text)
        if written is None or written != _written(new.text):
            return "becomes", ""
        unit = "year" if written == "year" and one[1] == "month" else one[1]
        if written != unit and (written, unit) != ("day", "workday"):
            return "becomes", ""
    step = two[0] - one[0]
    by = _shown(abs(step) / (12 if unit != one[1] else 1), old, unit, lang)
    return "more" if step > 0 else "less", by


def _written(text: str) -> str | None:
    """The one unit that a length of time is written in; None for "1 year 6 months"."""
    found = [name for name, pattern in _WRITTEN if pattern.search(text)]
    return found[0] if len(found) == 1 else None


def _otherwise_marked(old: str, new: str) -> bool:
    """Whether 1.000 stands beside 1,000."""
    return len({m[1] for m in (*_THOUSANDS.finditer(old), *_THOUSANDS.finditer(new))}) > 1


def _number(value: Value) -> tuple[Decimal, str] | None:
    """The figure and the unit of a canonical value."""
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?)(%| .+)?", value.value)
    if match is None or value.kind not in ("money", "percent", "duration"):
        return None
    try:
        return Decimal(match[1]), (match[2] or "").strip()
    except InvalidOperation:
        return None


def _shown(step: Decimal, value: Value, unit: str, lang: Lang) -> str:
    figure = f"{step.normalize():,f}"
    if value.kind == "percent":
        return prompt_text("compare", "told_point" if step == 1 else "told_points", lang).format(figure=figure)
    if value.kind == "money":
        figure = figure if step == step.to_integral_value() else f"{step:,.2f}"
        return f"{figure}円" if lang == "ja" and unit == "JPY" else f"{unit} {figure}"
    return _of(step, unit, lang)


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
