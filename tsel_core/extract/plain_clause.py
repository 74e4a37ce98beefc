# ruff: noqa: E501 (patterns)
"""Clauses that state one value of a fact and nothing else about it: no change, no limit, no condition, no other paper."""

from __future__ import annotations

import re
import unicodedata

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.values import ValueKind, extract_values

KINDS: dict[str, ValueKind] = {"price": "money", "date": "date", "start": "date", "term": "duration"}  # of a fact's value
# a change, a limit, a denial, a condition, or another paper
_TURNED = lazy_pattern(
    r"\b(?:reduc\w+|rais\w+|increas\w+|decreas\w+|lower\w*|chang\w+|amend\w*|adjust\w*|replac\w+|supersed\w+|supplement\w*|vary|var(?:ied|ies)|previous(?:ly)?|former(?:ly)?|old|original(?:ly)?|prior|instead"
    r"|(?:at|not|no) (?:the )?(?:most|least|more|less|later|earlier|longer|before|after)|maximum|minimum|up to|exceed\w*|more|less|fewer|within|below|above|over|before|earlier|later|until|not|never|no|cannot"
    r"|if|unless|provided|subject to|in case|where|when|otherwise|under(?! this\b)|pursuant|accordance|refer\w*|discount\w*|rebates?|refund\w*|credit\w*|penalt\w+|fines?|liab\w+|cap|limit\w*|deposits?|late|cancell?\w*"
    r"|terminat\w*|set-?up|one-?(?:off|time)|initial (?:fee|charge|cost)s?|renew\w*|exten\w+|notice|probation\w*|warrant\w*|about|approximately|estimated?)\b|n['’]t\b"
    r"|以内|以上|以下|以前|以降|以後|未満|超え|超過|最低|最高|最長|最短|上限|下限|限度|従前|従来|旧|変更|改定|改訂|改め|増額|減額|値上|値下|上げ|下げ|割引|返金|違約|遅延|解約|初期|敷金|保証金|仕入|更新|延長|ただし|但し|場合|ない|なかった|ません|まで(?!に)|前(?!月|払)|基づ|付け?の|約[\d]|予告|試用",
    re.I,
)
_MADE = lazy_pattern(r"\b(?:made|dated?|entered into|executed|concluded|signed)\b|締結|作成|契約日|契約年月日|日付|締約", re.I)
_TAKES_EFFECT = lazy_pattern(r"\b(?:effective|effect|force|commenc\w+|beg[iu]n\w*|starts?|starting)\b|発効|効力|開始|から|より", re.I)
_MONTH = r"\bmonthly\b|\b(?:per|a|each|every) month\b|月額|毎月|月々"
_YEAR = r"\b(?:annual|annually|yearly)\b|\bper annum\b|\b(?:per|a|each|every) year\b|年額|毎年|年間"
_MONTHLY = lazy_pattern(_MONTH, re.I)
_ANNUAL = lazy_pattern(_YEAR, re.I)
_ALSO = {"monthly": _MONTH, "月額": _MONTH, "annual": _YEAR, "yearly": _YEAR, "license": r"\blicen[cs]es?\b", "licence": r"\blicen[cs]es?\b"}
_PARTS = lazy_pattern(r"[a-z]+|基本給|賃料|家賃|月額|契約|基本|業務|委託|利用|保守|金額|料金|料|代金|価格|対価|報酬|給与|賃金", re.I)


def is_plain(fact: str, column: str, clause: str) -> bool:
    """Whether a clause states one value of a fact's kind, in the words of the column where that is a price."""
    text = unicodedata.normalize("NFKC", clause)
    if len({v.value for v in extract_values(clause) if v.kind == KINDS[fact]}) != 1 or _TURNED.search(text):
        return False
    if fact == "price":
        return _names_price(column, text)
    if "までに" in text:  # a day to pay by is no limit of a price
        return False
    return fact != "date" or bool(_MADE.search(text) and not _TAKES_EFFECT.search(text))


def _names_price(column: str, text: str) -> bool:
    """Whether every word of a column stands in a clause, and no other period than the column's."""
    parts = [p.lower() for p in _PARTS.findall(column) if p.lower() not in ("the", "this")]
    if not parts or (_MONTHLY.search(text) and _ANNUAL.search(text)):
        return False
    return all(re.search(_ALSO.get(part) or _word(part), text, re.I) for part in parts)


def _word(part: str) -> str:
    return rf"\b{part.removesuffix('s')}s?\b" if part.isascii() else part
