# ruff: noqa: E501 (patterns)
"""A number with a label of its own told for one of another label: the company's number for the account's."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern

_HEADS = r"(?:numbers?|nos?\.|nos?(?= \d|: ?\d)|codes?|ids?|identifier|reference|ref\.?)"
_ASKED = lazy_pattern(rf"\b((?:[a-z][a-z'’&-]*[ ]){{1,4}}){_HEADS}(?![a-z])", 2)
_LABEL = lazy_pattern(r"\b((?:[A-Za-z][\w'’&-]* ){1,4})(?:number|no\.?|code|id|identifier|reference|ref\.?)(?: of (?:[a-z]+ ){1,3}?[\w'’-]+)?(?: (?:is|was))?[ :#]*$", 2)
_SIGNS = lazy_pattern(r"(?=[A-Z0-9./-]*\d)[A-Z0-9][A-Z0-9./-]{3,}", 2)  # what a number, a code or a reference is written in
_NONE_OF = frozenset(
    "the a an of for in on to and or what which is are was were its their his her our my your this that under with does do whose whole full total same new old give tell me please".split()  # noqa: SIM905
)
_RUN = "[\u3400-\u9fff々\u30a1-\u30faー]"
_ASKED_JA = lazy_pattern(rf"({_RUN}{{1,10}})番号")
_LABEL_JA = lazy_pattern(rf"({_RUN}{{1,10}})番号[\s\u3000:：は]*$")
_SHORT = lazy_pattern("^(?:tel|telephone|phone|fax|mobile|vat|tax|bank|account|sort|iban|swift|bic|company|registration|registered|policy|order|invoice|customer|contract|reference|case|claim|passport|licen[cs]e|plate|part|serial|batch|room|unit|model|employee|member|personnel|post|postal|zip)s?$", 2)


def told_of_another_number(stated: str, question: str, sentence: str) -> str:
    """ "bank account / company": a claim's number stands behind another label than the one asked for; "" otherwise.

    Only where the label before the number and the question each say whose kind of number it is, without a word in common.
    """
    asked = _asked(question)
    if not asked:
        return ""
    for match in _SIGNS.finditer(stated):
        for place in re.finditer(rf"(?<![\w./-]){re.escape(match.group().rstrip('.'))}(?![\w])", sentence, re.I):
            label = _label(sentence[: place.start()])
            if label and not any(_same(a, b) for a in asked for b in label):
                return f"{' '.join(asked)} / {' '.join(label)}"
    return ""


def _asked(question: str) -> list[str]:
    found = _ASKED.search(question)
    if found:
        return _words(found[1])
    japanese = _ASKED_JA.search(question)
    return [japanese[1]] if japanese else []


def _label(before: str) -> list[str]:
    found = _LABEL.search(before)
    if found:
        words = _words(re.split(r"[(;:,]", found[1])[-1])
        return words if any(_SHORT.match(word) for word in words) else []
    japanese = _LABEL_JA.search(before)
    return [japanese[1]] if japanese else []


def _words(text: str) -> list[str]:
    """Without the small words and whose it is ("the landlord's")."""
    return [w for w in text.lower().split() if w not in _NONE_OF and not w.endswith(("'s", "’s", "s'"))]


_ALIKE = (
    ("client", "customer", "buyer"), ("staff", "employee", "personnel", "member", "worker", "payroll"), ("bill", "invoice"), ("insurance", "policy"), ("order", "purchase"), ("phone", "telephone", "tel", "mobile"), ("registration", "company", "registered"),
    ("発注", "注文"), ("従業員", "社員", "職員"), ("顧客", "お客様", "得意先"), ("証券", "保険"), ("請求", "請求書"),
)  # fmt: skip


def _same(one: str, other: str) -> bool:
    if any(one in group and other in group for group in _ALIKE):
        return True
    if not one.isascii() or not other.isascii():
        return one in other or other in one
    return one[:5] == other[:5]
