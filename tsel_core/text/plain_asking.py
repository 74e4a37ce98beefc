# ruff: noqa: E501 (patterns)
"""Japanese questions in the plain form ("土曜日にも工事をする？"): whether they ask for Yes or No, and the same with か."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern

ASKS_JA = lazy_pattern(
    r"何(?!も)|誰|だれ|いつ(?!でも)|どこ|いくら|いくつ|どの|どれ|どちら|どっち|どんな|どう(?!し(?:ても|て(?:も)?必要))|なぜ|なに|なん(?=で|と|の|に|人|時|日|円|回)|どなた|何故"
)
# 教えてくれますか asks for words, whatever its end
_ORDERS = lazy_pattern(
    r"(?:教え|示し|挙げ|あげ|書い|書き出し|説明し|まとめ|要約し|列挙し|引用し|答え|述べ|見せ|出し|並べ|一覧にし)て(?:くれ|くださ|下さ|もら|いただ|頂|ほし|欲し)"
)
_ENDS = r"[。．?？!！\s]*$"
_POLITE = lazy_pattern(rf"(?:ます|です|でしょう|ません|ました|ませんでした|でした|ある|ない|できる|いる|いい|よい)か{_ENDS}")
_PLAIN_KA = lazy_pattern(rf"[るくすつぬむうぐぶただいのん]か(?:な|ね)?{_ENDS}")
# a verb, an adjective or の, な, よね behind a particle: 払う？ ない？ 済んだ？; but 支払い？ is a noun
_VERB = lazy_pattern(
    r"[はがをにもでとのへ、ら](?:(?![。？?]).)*?(?:(?<!払)(?<!扱)(?<!違)(?<!伝)(?<!祝)(?<!使)(?<!願)(?<!狙)(?<!問)い|[るくすつぬむうぐぶただ]|(?<=[るいただな])の|よね|だよね|かな)[?？]+\s*$"
)
# 試用期間は6か月？ 屋根が原因？: something said of something; 納期は？ and 違約金の額？ ask for it
_NOUN = lazy_pattern(r"[はがも](?:(?![はがも。？?]).){2,}[?？]+\s*$")
_MARKS = lazy_pattern(r"[?？]+\s*$")


def asks_yes_no_ja(question: str) -> bool:
    """Whether the first sentence of a Japanese question is answered by Yes or No."""
    first = re.split(r"(?<=[。?？])", question.strip(), maxsplit=1)[0]
    if ASKS_JA.search(first) or _ORDERS.search(first):
        return False
    return any(pattern.search(first) for pattern in (_POLITE, _PLAIN_KA, _VERB, _NOUN))


def with_ka(question: str) -> str:
    """A yes/no question in the plain form with か before its mark; any other question as it is."""
    text = question.strip()
    if not _MARKS.search(text) or re.search(r"か(?:な|ね)?[?？]+$", text) or re.search(r"[。?？].", text) or not asks_yes_no_ja(text):
        return question
    bare = re.sub(r"(?:の|よね|だよね)$", "", _MARKS.sub("", text)) or text
    return f"{bare}か？"
