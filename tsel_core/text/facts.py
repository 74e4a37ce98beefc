# ruff: noqa: E501, SIM905 (one pattern a line)
"""Facts of a text that can be checked: its values (dates, times, money, percentages, numbers) and names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.fact_words import ABBREVIATIONS, is_plain_heading
from tsel_core.text.values import Value, ValueKind, extract_values

Fact = Value
"""A value or a name."""
FactKind = ValueKind

_NAME_EN = lazy_pattern(r"\b[A-Z][\w'’.&-]*(?:\s+(?:of|de|van|der|&)\s+(?=[A-Z])|\s+)?(?:[A-Z][\w'’&-]*\s?)*")
_GAP = lazy_pattern(r"\s*\n\s*|(?<=\.)\s+")  # between words: a line end, or white space behind a full stop
_HEADING_REST_JA = lazy_pattern(r"[\u4e00-\u9fffぁ-ん]{0,12}")
_NAME_JA = lazy_pattern(
    r"(?:株式会社|有限会社|合同会社)[\u4e00-\u9fff\u30a0-\u30ffA-Za-z]{2,12}|[\u4e00-\u9fff\u30a0-\u30ffA-Za-z]{2,14}(?:株式会社|有限会社|合同会社)"
    r"|[\u4e00-\u9fff]{1,4}(?=(?:さん|氏|様|部長|課長|係長|主任|社長|取締役|先生|委員))|[\u30a1-\u30fa\u30fc・]{4,}"
)
_COMMON = frozenset("the a an this that these those it he she they we i yes no not in on at by for from if when while as and but or according there is are was were then also however therefore both each after before since during under all some any its their his her our the".split())


def extract_facts(text: str) -> list[Fact]:
    """Every fact of a text in reading order; no character belongs to two of them."""
    found: list[Fact] = extract_values(text)
    taken = bytearray(len(text) + 1)
    for fact in found:
        taken[fact.start : fact.end] = b"\1" * (fact.end - fact.start)
    for fact in _names(text):
        if not any(taken[fact.start : fact.end]):
            taken[fact.start : fact.end] = b"\1" * (fact.end - fact.start)
            found.append(fact)
    return sorted(found, key=lambda f: f.start)


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
