# ruff: noqa: E501 (patterns)
"""What a contract calls its parties, and who they are: 甲 and 株式会社青葉, "the Buyer" and Alder Ltd."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tsel_core.lazy_pattern import lazy_pattern

_FORM_JA = r"(?:株式会社|有限会社|合同会社|合資会社|一般社団法人|一般財団法人|医療法人|学校法人|社会福祉法人|特定非営利活動法人)"
_FIRM_JA = rf"(?:{_FORM_JA}[\u3400-\u9fff々\u30a1-\u30faーA-Za-z・]{{1,14}}|[\u3400-\u9fff々\u30a1-\u30faーA-Za-z・]{{1,14}}{_FORM_JA})"
_TERM_JA = r"(?:[甲乙丙丁]|発注者|受注者|委託者|受託者|賃貸人|賃借人|貸主|借主|売主|買主|注文者|請負者)"
_JA = (
    lazy_pattern(rf"(?<![\u3400-\u9fff])(?P<term>{_TERM_JA})\s*(?:[（(]|[:：]\s*)\s*(?:以下、?)?(?P<name>{_FIRM_JA})"),
    lazy_pattern(rf"(?P<name>{_FIRM_JA})\s*[（(](?:以下[、,]?)?(?:単に)?「?(?P<term>{_TERM_JA})」?[^（）()]{{0,20}}[)）]"),
)
_FORMS_EN = r"(?:Ltd|Limited|Inc|Incorporated|LLC|LLP|plc|PLC|GmbH|AG|Corp|Corporation|Company|Co|BV|B\.V)"
_EN = lazy_pattern(
    rf"\b(?P<name>[A-Z][\w&'’-]*+(?: (?:and |& )?[A-Z][\w&'’-]*+){{0,4}}? {_FORMS_EN}\b\.?)[^()\n]{{0,80}}\((?:(?:the|hereinafter|referred|to|as)[\s,]+)*[\"“'‘](?:the )?(?P<term>[A-Z][a-z]+(?: [A-Z][a-z]+)?)[\"”'’]\)"
)
_LEAST = 3  # letters of a name without the form of its firm


def parties_called(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """(name, what the contract calls it) of each party, the longest name first; one that is called two ways is none."""
    found: dict[str, set[str]] = {}
    for text in texts:
        for pattern in _JA:
            for match in pattern.finditer(text):
                _add(found, match["name"], re.sub(_FORM_JA, "", match["name"]), match["term"])
        for match in _EN.finditer(text):
            short = re.sub(rf",? {_FORMS_EN}\.?$", "", match["name"])
            _add(found, match["name"], short, f"the {match['term']}")
    one = [(name, terms) for name, terms in found.items() if len(terms) == 1]
    return tuple((name, next(iter(terms))) for name, terms in sorted(one, key=lambda p: -len(p[0])))


def _add(found: dict[str, set[str]], name: str, short: str, term: str) -> None:
    for form in {name.strip(), short.strip()}:
        if len(form) >= _LEAST or (len(form) > 1 and not form.isascii()):
            found.setdefault(form, set()).add(term)


def by_letters(text: str, called: Iterable[tuple[str, str]]) -> str:
    """A text in which each party is called as its contract calls it; one that says itself who is called so stays."""
    parties = list(called)
    if any(name in text and re.sub("^the ", "", term) in text for name, term in parties):
        return text
    for name, term in parties:
        if name.isascii():
            text = re.sub(rf"(?:\b[Tt]he )?\b{re.escape(name)}(?!\w)\.?(?=\W|$)", lambda _, term=term: term, text)  # type: ignore[misc]
        else:
            text = text.replace(name, term)
    return text
