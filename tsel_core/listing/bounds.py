# ruff: noqa: E501 (one pattern a line)
"""Lists of values (sums, dates, rates): which of them are bounds ("every limit in money"), and what a currency's name asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from re import Pattern

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.sentences import Sentence
from tsel_core.text.language import Lang

VALUE_KINDS = frozenset(("amount", "date", "percentage"))
_ASKED: Mapping[Lang, Pattern[str]] = {
    "en": lazy_pattern(r"(?i)\b(?:limits?|limited|maximum|maxima|max|caps?|capped|ceilings?|upper|highest|most|bounds?|thresholds?)\b"),
    "ja": lazy_pattern(r"上限(?:額)?|限度(?:額)?|最高(?:額)?|最大(?:額)?"),
}  # fmt: skip
_SAID: Mapping[Lang, Pattern[str]] = {
    "en": lazy_pattern(
        r"(?i)\b(?:up to|at (?:the )?most|(?:not|never|no) (?:to )?(?:exceed|be more than|more than|higher than|go above)|may not exceed|exceeding|maximum|max|limit(?:ed|s)?|cap(?:ped|s)?|ceiling|no more than|not more than|or less)\b"
    ),
    "ja": lazy_pattern(r"上限|限度|最高|最大|以内|以下|まで(?=[をはが、。で])|超え(?:て|ない|る)|未満"),
}  # fmt: skip
_HEADS: Mapping[Lang, Pattern[str]] = {
    "en": lazy_pattern(r"(?i)\b(?:limits?|maximum|maxima|caps?|ceilings?)\b"),
    "ja": lazy_pattern(r"上限|限度|最高額"),
}  # fmt: skip
_CURRENCIES = {
    ("pounds", "pound", "sterling", "gbp", "ポンド"): lazy_pattern(r"(?i)£|\bgbp\b|\bpounds?\b|\bpence\b|ポンド"),
    ("euros", "euro", "eur", "ユーロ"): lazy_pattern(r"(?i)€|\beur\b|\beuros?\b|ユーロ"),
    ("dollars", "dollar", "usd", "ドル"): lazy_pattern(r"(?i)\$|\busd\b|\bdollars?\b|ドル"),
    ("yen", "jpy", "円"): lazy_pattern(r"(?i)[¥￥円]|\bjpy\b|\byen\b"),
}
_ROW = 60  # characters of a line that goes on a list


def asks_bound(words: str, lang: Lang) -> bool:
    """Whether a wish is for limits."""
    return _ASKED[lang].search(words) is not None


def other_words(rest: Sequence[str], lang: Lang) -> tuple[str, ...]:
    """Words of a wish that say more than that it is for limits."""
    return tuple(word for word in rest if _ASKED[lang].fullmatch(word) is None)


def says_bound(text: str, lang: Lang) -> bool:
    """Whether a sentence says that a value is a limit."""
    return _SAID[lang].search(text) is not None


def below_bounds(sentences: Sequence[Sentence], lang: Lang) -> frozenset[int]:
    """Indices of lines and rows that stand below words for limits: a sentence with a colon, or a table's head."""
    found: set[int] = set()
    lead, row = False, False
    for sentence in sentences:
        text = sentence.text.strip()
        head = _HEADS[lang].search(text) is not None and (text.endswith((":", "：")) or bool(sentence.cells))
        if head and not any(c.isdigit() for c in text):
            lead, row = True, bool(sentence.cells)
            continue
        goes_on = bool(sentence.cells) if row else len(text) < _ROW and text[-1:] not in ".。"
        lead = lead and goes_on
        if lead:
            found.add(sentence.index)
    return frozenset(found)


def is_currency(word: str, text: str) -> bool | None:
    """Whether a text has a sum of the currency that a word of a wish names; None where it names none."""
    pattern = next((p for names, p in _CURRENCIES.items() if word.casefold() in names), None)
    return None if pattern is None else pattern.search(text) is not None
