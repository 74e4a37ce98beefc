# ruff: noqa: E501 (tables of words)
"""A sum that is called by its name in a question: the deposit, the fine, 敷金. Another sentence of the paper tells that sum."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.values import extract_values

_SUMS = lazy_pattern(
    r"\b(deposit|fine|penalty|bonus|allowance|discount|refund|subsidy|grant|premium|commission|surcharge|bond|excess|supplement|tip|royalty|pension)s?\b"
    r"|(敷金|礼金|保証金|手付金|内金|違約金|更新料|保険料|手数料|賞与|退職金|補助金|助成金|祝金|見舞金|罰金|割引|割増|追加料金|入会金|年会費|キャンセル料|送料|日当|宿泊費)",
    re.I,
)
_PRICE = lazy_pattern(r"\bprices?\b|値段|価格|単価", re.I)
_NO_PRICE = lazy_pattern(r"\b(?:budget|balance|turnover|revenue|salary|arrears|wage)\b|予算|残高|売上|滞納|積立|給料|給与|月給", re.I)
_AMOUNT = lazy_pattern(r"\bhow much\b|\bwhat (?:is|are|was|does)\b|\bhow (?:high|big|large)\b|いくら|何円|何パーセント|何％|何割|額は", re.I)
_KINDS = ("money", "percent", "number")


def another_sum(question: str, sentence: str, near: str, others: Iterable[str]) -> str:
    """ "deposit": the sum that a question names, where its sentence and what is `near` do not, and another one states it; ""."""
    price, told = _PRICE.search(question), _NO_PRICE.search(sentence)
    if price is not None and told is not None and not _PRICE.search(sentence) and not _NO_PRICE.search(question):
        return f"{price.group()} / {told.group()}"
    found = _SUMS.search(question)
    if found is None or _AMOUNT.search(question) is None:
        return ""
    name = (found[1] or found[2]).lower()
    if name in f"{sentence}\n{near}".lower():
        return ""
    return name if any(name in other.lower() and _valued(other) for other in others) else ""


def _valued(text: str) -> bool:
    return any(v.kind in _KINDS for v in extract_values(text)) and re.search(r"\d|[一二三四五六七八九十]", text) is not None
