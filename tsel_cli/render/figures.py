"""Values of extracted cells as a spreadsheet holds them: a number with its format, a date, else words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from tsel_cli.i18n import message_language
from tsel_cli.render.extract import shown
from tsel_core.lazy_pattern import lazy_pattern

if TYPE_CHECKING:
    from tsel_core.extract.cell import Cell

_PLAIN_BELOW = 10_000  # a number below it is written without marks of thousands: it may be a year
_MOST_DIGITS = 15  # that a spreadsheet's number keeps
_MOST_DECIMALS = 6
_DAY = lazy_pattern(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Figure:
    """A number as a spreadsheet holds it, the format it is shown in, and its unit ("EUR", "%" or "")."""

    number: int | float
    form: str
    unit: str = ""

    @property
    def currency(self) -> str:
        """The unit of an amount of money."""
        return "" if self.unit == "%" else self.unit

    def __str__(self) -> str:
        amount = Decimal(str(self.number))
        return f"{_plain(amount * 100)}%" if self.unit == "%" else f"{_plain(amount)} {self.unit}".strip()


def typed_value(cell: Cell) -> Any:
    """What the cell holds: a Figure, a date, yes or no, or words; "" where nothing is stated."""
    if cell.status == "not stated":
        return ""
    kind, value = cell.field.kind, cell.value
    if kind == "date" and isinstance(value, str) and _DAY.fullmatch(value):
        return _day(value) or shown(cell)
    if kind in ("money", "percent") and isinstance(value, str):
        return _measured(value) or shown(cell)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if len(Decimal(str(value)).as_tuple().digits) > _MOST_DIGITS:
            return shown(cell)
        return Figure(value, _form(Decimal(str(value)), grouped=abs(value) >= _PLAIN_BELOW))
    return shown(cell)


def _day(text: str) -> date | None:
    """A day, or None where the calendar has no such day (31 February)."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _measured(text: str) -> Figure | None:
    """ "250000 GBP" and "4.5%" as numbers; None for what a number does not hold."""
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?)(?:(%)| ?([^\W\d_]{0,7}|[^\w\s\"\\]{1,3}))", text.strip())
    try:
        amount = None if match is None else Decimal(match[1])
    except InvalidOperation:
        return None
    if match is None or amount is None or len(amount.as_tuple().digits) > _MOST_DIGITS:
        return None
    if match[2]:
        return Figure(_number(amount / 100), _form(amount, grouped=False) + "%", "%")
    code = match[3]
    form = _form(amount, grouped=True, money=code != "JPY")
    name = "円" if code == "JPY" and message_language() == "ja" else f" {code}" if code else ""
    return Figure(_number(amount), f'{form}"{name}"' if name else form, code)


def _form(amount: Decimal, *, grouped: bool, money: bool = False) -> str:
    """The format with as many decimals as the amount has; money with none or with two."""
    decimals = max(0, -int(amount.normalize().as_tuple().exponent))
    decimals = min(_MOST_DECIMALS, max(decimals, 2 if money and decimals else 0))
    return ("#,##0" if grouped else "0") + ("." + "0" * decimals if decimals else "")


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _plain(amount: Decimal) -> str:
    return format(amount.normalize() if amount else Decimal(0), "f")
