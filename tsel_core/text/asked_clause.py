# ruff: noqa: E501 (one pattern a line)
"""Which clause a question asks to be quoted, by its number."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import NUMERAL_JA, number_value

_WORD = r"(?:clause|section|article|paragraph|para\.?|§|sec\.?|art\.?)"
_ASKS = lazy_pattern(
    r"^(?:please,? )?(?:(?:can|could|would) you (?:please )?)?(?:quote|cite|show|copy(?: out)?|print|read(?: out)?|give|repeat|recite)\b(?: (?:me|us|out))?"
    rf"(?:,? (?:the|whole|full|entire|complete|exact|original|text|words|wording|of|from|all))*,? {_WORD} ?(?P<number>\d{{1,3}}(?:\.\d{{1,3}})*)"
    r"(?:,? (?:in full|verbatim|word for word|exactly|please|to me|as it stands))*\s*[.?!]?$",
    re.I,
)
_SAYS = lazy_pattern(rf"^what (?:exactly )?does (?:the )?{_WORD} ?(?P<number>\d{{1,3}}(?:\.\d{{1,3}})*) (?:say|state|read)(?: exactly| word for word)?\s*\?*$", re.I)
_ASKS_JA = lazy_pattern(
    rf"^第(?P<number>{NUMERAL_JA})条(?:第?(?P<para>{NUMERAL_JA})項)?(?:の(?:条文|全文|原文|文言|本文|内容))?(?:の?全文|全体)?を?(?:、?(?:そのまま|全文|正確に|原文のまま|一字一句|全部|すべて))*を?"
    r"(?:引用|抜粋|抜き出|書き出|書き写|読み上げ|表示|示|見せ)(?:して|し|て)?(?:ください|下さい|くれますか|もらえますか|いただけますか|てください)?[。.？?]?$"
)
_SAYS_JA = lazy_pattern(rf"^第(?P<number>{NUMERAL_JA})条(?:第?(?P<para>{NUMERAL_JA})項)?(?:に|には)(?:何|なん)と(?:書かれ|書い|記載され|規定され)て(?:いますか|ありますか|いる|ある)[。.？?]?$")


def asked_clause(question: str) -> tuple[str, str]:
    """The clause ("7.3", "第9条") and its paragraph ("2") that are to be quoted whole; "" for none."""
    text = " ".join(question.split())
    asked = _ASKS.match(text) or _SAYS.match(text)
    if asked:
        return asked["number"], ""
    asked = _ASKS_JA.match(text) or _SAYS_JA.match(text)
    if asked is None:
        return "", ""
    return f"第{number_value(asked['number'])}条", number_value(asked["para"]) if asked["para"] else ""
