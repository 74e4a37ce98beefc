"""Whether two values state the same, and the numbers by which an index finds them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.amounts import AMOUNT, PLAIN, WORDS, amount_value, plain_digits
from tsel_core.text.currency_words import FAMILIES
from tsel_core.text.fact_words import ERAS
from tsel_core.text.values import Value, bounded, extract_values

_HEAD = lazy_pattern(rf"(?:{AMOUNT}|{WORDS})", re.I)


def all_stated(wanted: Sequence[Value], stated: Sequence[Value]) -> bool:
    """Whether each value of one side is one of the other, in whatever form either writes it."""
    return _each(wanted, stated, same_value)


def all_alike(wanted: Sequence[Value], stated: Sequence[Value]) -> bool:
    """The same by kinds: "6" of "6 keys" is no length of 6 months, no date and no sixth."""
    return _each(wanted, stated, alike)


def alike(left: Value, right: Value) -> bool:
    """Whether two values of one kind may be the same."""
    return kind_of(left) == kind_of(right) and same_value(left, right)


def kind_of(value: Value) -> str:
    """A value's kind; sums, counts and percentages have one, as each may be written without its unit."""
    return "amount" if value.kind in ("money", "number", "percent") else value.kind


def _each(wanted: Sequence[Value], stated: Sequence[Value], same: Callable[[Value, Value], bool]) -> bool:
    there = {(v.kind, v.value, v.also, v.unit): v for v in stated}.values()
    return all(any(same(value, other) for other in there) for value in bounded(wanted))


def own_values(text: str, question: str) -> list[Value]:
    """The values of a text, names apart, that its question does not give."""
    asked = extract_values(question)
    return [v for v in extract_values(text) if v.kind != "name" and not any(same_value(v, a) for a in asked)]


def same_value(left: Value, right: Value) -> bool:
    """Whether two values may be the same: a date may leave out its year or day, an amount its unit or currency."""
    if "name" in (left.kind, right.kind):
        return left.kind == right.kind and left.value == right.value
    if left.kind == right.kind == "date":
        return any(_same_date(a, b) for a in left.readings for b in right.readings)
    if "time" in (left.kind, right.kind):
        return left.kind == right.kind and not set(left.readings).isdisjoint(right.readings)
    if "ordinal" in (left.kind, right.kind) and not {left.kind, right.kind} <= {"ordinal", "number"}:
        return False
    if "date" in (left.kind, right.kind):
        date, other = (left, right) if left.kind == "date" else (right, left)
        return other.kind == "number" and any(_in_date(other, v) for v in date.readings)
    return any(_same_amount(left, a, right, b) for a in left.readings for b in right.readings)


def says_less(stated: Value, wanted: Value) -> bool:
    """Whether `stated` leaves open which country's money `wanted` names: "5,000 rupees" for 5,000 INR."""
    if stated.kind != "money" or wanted.kind != "money":
        return False
    return wanted.value.partition(" ")[2] in FAMILIES.get(stated.value.partition(" ")[2], ())


def states_value(stated: Value, wanted: Value) -> bool:
    """Whether `stated` says all that `wanted` does: a more exact date does, an amount without its unit too."""
    if stated.kind == wanted.kind == "date":
        return any(_covers(a, b) for a in stated.readings for b in wanted.readings)
    if wanted.kind == "number" and stated.kind == "date":
        return same_value(stated, wanted)
    return stated.kind != "date" and wanted.kind != "date" and same_value(stated, wanted)


def _date_parts(value: str) -> tuple[str, str, str]:
    year, _, rest = value.partition("-")
    month, _, day = rest.partition("-")
    return year, month, day


def _same_date(left: str, right: str) -> bool:
    one, two = _date_parts(left), _date_parts(right)
    if any(a and b and a != b for a, b in zip(one, two, strict=True)):
        return False
    shared = [bool(a and b) for a, b in zip(one, two, strict=True)]
    return shared[0] or shared[1]


def _covers(stated: str, wanted: str) -> bool:
    pairs = zip(_date_parts(stated), _date_parts(wanted), strict=True)
    return all(not b or a == b for a, b in pairs)


def _in_date(number: Value, date: str) -> bool:
    """2026 is the year of a date, 10日 its day."""
    year, _, day = _date_parts(date)
    return number.value == year or (number.unit == "日" and bool(day) and number.value == str(int(day)))


def _same_amount(left: Value, a: str, right: Value, b: str) -> bool:
    one, unit = _split(left, a)
    two, other = _split(right, b)
    if "日" in (unit, other) and {unit, other} <= {"日", "day", "workday"}:
        return one == two
    if not unit or not other:  # 18 for "18 months", 3 for "three years", which are 36 months
        return (_as_written(left) or one) == (_as_written(right) or two)
    return one == two and (unit == other or unit in FAMILIES.get(other, ()) or other in FAMILIES.get(unit, ()))


def _split(value: Value, reading: str) -> tuple[str, str]:
    if reading.endswith("%"):
        return reading[:-1], "%"
    number, _, unit = reading.partition(" ")
    return number, unit or value.unit


def _as_written(value: Value) -> str | None:
    """The amount that stands before the unit of a length of time."""
    head = _HEAD.match(value.text.translate(PLAIN)) if value.kind == "duration" else None
    made = amount_value(head.group()) if head else None
    return made[0] if made else None


def written_numbers(value: Value) -> set[str]:
    """The numbers that may stand in another way of writing the same value: where an index may look for it.

    2026 or 8 (令和8年), 31 and 12 of a date; 1950 or 1.95 (1.950,00; thousands, millions) or 950 (1'950) of an amount.
    """
    found: set[str] = set()
    for reading in value.readings:
        if value.kind == "date":
            year, month, day = _date_parts(reading)
            found |= {plain_digits(part) for part in (year, month, day) if part}
            found |= {str(int(year) - era) for era in ERAS.values() if year and int(year) > era}
        elif value.kind == "time":
            hour, minute = reading.split(":")
            found |= {str(int(hour)), str(int(hour) % 12), str(int(minute))}
        else:
            found |= _amounts(Decimal(_split(value, reading)[0]), value.kind)
    return found | {_as_written(value) or ""} - {""}


def _amounts(amount: Decimal, kind: str) -> set[str]:
    amount = abs(amount)
    others = {"duration": (7, 12, 60), "percent": (10, Decimal("0.01"))}.get(kind, (1000, 10**6, 10**9))
    found = {plain_digits(format(amount / o, "f")) for o in (1, *others)}
    if amount >= 1000 and amount == amount.to_integral_value():
        found |= {str(int(amount) % 1000), f"{int(amount):,}".replace(",", ".")}
    return {f for f in found if len(f) <= 16}
