"""Words of tables and pages for a person, in the language of messages; JSON and Parquet have none of them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from tsel_cli.i18n import message_language, say
from tsel_cli.render.labels import label_in

_SPANS = ("second", "minute", "hour", "day", "workday", "month", "year")
_MARK = "table: "  # before a word in the catalogue: alone it may be another one's value


def table_word(word: str) -> str:
    """The head of a column, the name of a sheet, what became of a cell."""
    said = say(word)
    return say(_MARK + word).removeprefix(_MARK) if said == word else said


def place_words(label: str) -> str:
    """Where something stands: "p. 4" is 4ページ where messages are Japanese."""
    return label_in(label, message_language())


def yes_words(value: bool) -> str:
    """Yes or no."""
    return table_word("yes" if value else "no")


def money_words(value: str) -> str:
    """An amount as it is written: "3100000 JPY" is "3,100,000 JPY", and 3,100,000円 where messages are Japanese."""
    count, _, unit = value.partition(" ")
    try:
        amount = f"{Decimal(count):,}"
    except InvalidOperation:
        return value
    return f"{amount}円" if unit == "JPY" and message_language() == "ja" else f"{amount} {unit}".strip()


def span_words(value: str) -> str:
    """A length of time as it is written: "18 month" (see tsel_core.text.values) is "18 months"."""
    count, _, unit = value.partition(" ")
    if unit not in _SPANS:
        return value
    return say(f"{count} {unit}{'' if count == '1' else 's'}")
