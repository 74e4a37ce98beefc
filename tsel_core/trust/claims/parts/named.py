# ruff: noqa: E501 (patterns)
"""What the parties and persons of a document are called: its own names for them, beside the usual ones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from tsel_core.lazy_pattern import lazy_pattern

_FIRM = r"(?:Ltd|Limited|Inc|Incorporated|LLC|LLP|L\.P|plc|PLC|Corp|Corporation|Company|Co|GmbH|AG|S\.A|B\.V|N\.V|K\.K|Partnership|Trust|Bank|an? individual)"
_DEFINED = lazy_pattern(rf"{_FIRM}\b\.?[^()]{{0,120}}\((?:the |hereinafter |each,? )*[\"“”']([A-Z][a-z]+)[\"“”']\)")
# "the Hirer": one who does something, by the ending; what is no person
_DOER = lazy_pattern(r"\b(?:[Tt]he|[Ee]ach|[Ee]very) ([A-Z][a-z]+(?:er|or|ee))\b(?! of (?:the )?(?:Agreement|Contract))")
_THINGS = frozenset(
    ["order", "letter", "matter", "offer", "number", "center", "centre", "tender", "transfer", "error", "color", "floor", "labor", "paper", "fee", "water", "power", "computer", "printer", "container", "trailer", "cover", "quarter", "december", "september", "october", "november", "register", "folder", "header", "footer", "server", "router", "meter", "boiler", "chapter", "guarantee", "royalty", "major", "minor", "factor", "monitor", "mirror", "corridor", "elevator", "tower", "copier", "other", "former", "latter", "committee", "member", "officer", "driver", "inner", "outer", "upper", "lower", "whatever", "either", "neither", "per"]
)  # fmt: skip
# 荷主は、運送人が: who does something in two places or more
_DOER_JA = lazy_pattern(r"(?:^|[。、\s「（]|、)([\u3400-\u9fff]{1,4}[主人者元社])(?=は|が|を|に(?!おい)|の(?:費用|承諾|同意|責任))", re.M)
_NOBODY_JA = frozenset("本人 第三者 当事者 何人 他人 個人 法人 両者 前者 後者 各社 同社 他社 関係者 担当者 責任者 出席者 欠席者 参加者".split())  # noqa: SIM905
_LISTED_JA = lazy_pattern(r"(?:出席者|欠席者|参加者|出席|欠席|参加)[：:]\s*([^。\n]+)")
_PERSON_JA = lazy_pattern(r"(?<![\u3400-\u9fff])([\u3400-\u9fff々]{2,4}?)(?:会長|副会長|部長|課長|係長|主任|社長|議長|さん|氏|様)")
_TITLE_JA = lazy_pattern(r"(?:会長|副会長|部長|課長|係長|主任|社長|議長|委員|監事|理事|さん|氏|様)$")


def party_names(texts: Iterable[str], speakers: Iterable[str] = ()) -> frozenset[str]:
    """English ones in lower case (the "Hirer", the firm called "Warehouse"), Japanese ones as they stand (岡本)."""
    found = {s.strip() for s in speakers if s and not s.isascii()}
    often: Counter[str] = Counter()
    for text in texts:
        if "(" in text:
            found |= {m[1].lower() for m in _DEFINED.finditer(text)}
        found |= {m[1].lower() for m in _DOER.finditer(text)} - _THINGS
        if text.isascii():
            continue
        doers = [m[1] for m in _DOER_JA.finditer(text)]
        often.update(doers)
        for listed in _LISTED_JA.finditer(text):
            names = (_TITLE_JA.sub("", n.strip()) for n in re.split(r"[、，,・]", listed[1]))
            found |= {n for n in names if 2 <= len(n) <= 4 and re.fullmatch(r"[\u3400-\u9fff々]+", n)}
        found |= {m[1] for m in _PERSON_JA.finditer(text)}
    found |= {name for name, times in often.items() if times > 1 and name not in _NOBODY_JA}
    return frozenset(_TITLE_JA.sub("", name) for name in found)
