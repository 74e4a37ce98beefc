# ruff: noqa: E501 (one pattern a line)
"""What kind of answer a question asks for: it decides the way the answer is found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.asked_in import ASKS, Asks
from tsel_core.text.bare_question import bare_question
from tsel_core.text.language import Lang, detect_lang
from tsel_core.text.main_question import asks_yes_no_en, usual_form
from tsel_core.text.plain_asking import asks_yes_no_ja
from tsel_core.text.tongue import tongue_of

Kind = Literal["yesno", "truth", "exact", "open"]

_TRUTH = lazy_pattern(r"\btrue\b.{0,40}\bfalse\b|\btrue or (?:not|false)\b|正しいです?か|正しいか(?:どうか)?|真偽|本当です?か|誤りです?か", re.I | re.S)
_QUOTE = lazy_pattern(r"\b(?:quote|cite)\b|\bwhich (?:clause|section|article|paragraph)\b|\bexact (?:words|wording|text)\b|引用|条文|原文|第何条|どの条", re.I)
_EXACT_EN = lazy_pattern(
    r"\b(?:when|who|whom|whose|where|how (?:much|many|long|often|old|far|big|large|high)|by when|(?:what|which) (?:is|are|was|were)? ?(?:the )?(?:\w+ ){0,2}"
    r"(?:date|day|time|deadline|amount|price|cost|fee|rate|number|percentage|percent|name|title|address|period|term|value|sum|total|limit|law|state|country|city|company|person|party|parties|email|phone|version|code|key))\b",
    re.I,
)
_EXACT_JA = lazy_pattern(r"いくら|いくつ|いつ|誰|だれ|どなた|どこ|何(?:円|年|月|日|時|人|名|件|回|か月|カ月|ヶ月|週|％|%|割|台|個|番|条|歳|点|社|枚|冊|分|秒|度|号)|(?:金額|期限|期日|日付|名称|名前|氏名|番号|料率|割合|住所|期間|担当者?|納期|単価|総額|上限額?)(?:は|が)")
_ABOUT = lazy_pattern(
    r"\b(?:name|title|date|part(?:y|ies)|signatories)\b[^?]{0,20}\b(?:of|to|in) (?:this|the) (?:contract|agreement|document|meeting|report)\b|\bwhat (?:kind|type|sort) of (?:document|contract|agreement)\b"
    r"|この(?:契約|文書|会議|覚書|資料|報告書)書?の?(?:当事者|名称|表題|題名|日付|締結日|甲|乙)|契約書?の?(?:当事者|締結日|作成日)|(?:文書|契約書|会議)の(?:名称|表題|題名|日付)|(?:甲|乙)(?:は|とは)(?:それぞれ)?(?:誰|どこ)",
    re.I,
)
_STATEMENT = lazy_pattern(r"[\"“„«「『]\s*([^\"”“»」』]{4,})[\"”“»」』]")


@dataclass(frozen=True, slots=True)
class QuestionKind:
    """`kind`: a judgement ("yesno", "truth": true, false or not mentioned), one value ("exact"), or words ("open").

    `quotes`: the words of the document are asked for. `statement`: what "truth" is asked of, "" where none is quoted. `bare`: the question without its orders ("Quote the clause.").
    `lang`: of the judgements' words. `tongue`: the code of the question's language where it is another than that.
    """

    kind: Kind
    quotes: bool
    lang: Lang
    statement: str = ""
    bare: str = ""
    tongue: str = ""

    @property
    def matter(self) -> str:
        """What is to be judged: the statement, or the question without what it says about the form of the answer."""
        return self.statement or self.bare

    @property
    def about_document(self) -> bool:
        """Whether what is asked stands at the document's beginning: its name, its date, its parties."""
        own = ASKS.get(self.tongue)
        return _ABOUT.search(self.bare) is not None or (own is not None and own.about.search(self.bare) is not None)

    @property
    def judged(self) -> bool:
        """Whether the answer is a judgement, not words of its own."""
        return self.kind in ("yesno", "truth")


def question_kind(question: str) -> QuestionKind:
    """The kind of a question in English, Japanese or one of the languages of `tsel_core.text.asked_in`."""
    text = " ".join(question.split())
    tongue = tongue_of(text)
    if tongue in ASKS:
        return _kind_in(tongue, ASKS[tongue], text)
    lang = detect_lang(text)
    quotes = _QUOTE.search(text) is not None
    said, bare = _STATEMENT.search(text), bare_question(text)
    if _TRUTH.search(text):
        return QuestionKind("truth", quotes, lang, said.group(1).strip() if said else "", bare)
    if _is_yesno(text, lang):
        return QuestionKind("yesno", quotes, lang, "", usual_form(bare))
    exact = (_EXACT_JA if lang == "ja" else _EXACT_EN).search(text) is not None
    return QuestionKind("exact" if exact else "open", quotes, lang, "", bare)


def _kind_in(tongue: str, asks: Asks, text: str) -> QuestionKind:
    quotes = asks.quotes.search(text) is not None
    said, bare = _STATEMENT.search(text), bare_question(text, asks.orders)
    first = re.split(r"(?<=[.。？?])\s*", text, maxsplit=1)[0]
    if asks.truth.search(text):
        return QuestionKind("truth", quotes, "en", said.group(1).strip() if said else "", bare, tongue)
    if asks.is_yesno(first):
        return QuestionKind("yesno", quotes, "en", "", bare, tongue)
    return QuestionKind("exact" if asks.exact.search(first) else "open", quotes, "en", "", bare, tongue)


def _is_yesno(text: str, lang: Lang) -> bool:
    if lang == "en":
        return asks_yes_no_en(text)
    return asks_yes_no_ja(text)
