# ruff: noqa: E501 (one pattern a line)
"""Sentences that leave something open (English and Japanese)."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern

_OPEN_EN = lazy_pattern(
    r"(?i)\b(?:(?:leave|left|keep|leaving)\b.{0,60}\bopen\b|(?:still|remains?|yet) (?:to be (?:confirmed|decided|agreed|clarified|settled|determined)|open|unclear|undecided|unresolved|pending)|to be (?:confirmed|determined)|TBC|TBD|"
    r"no decision (?:was taken |has been taken )?(?:on|about|regarding)|(?:do not|don['’]t|did not|didn['’]t) (?:want to )?(?:decide|settle|agree)(?: on)?\b|next time we(?:['’]ll| will)? (?:talk|discuss|look|decide|settle)\b|is (?:still )?open(?=\s*\.?$)|(?:come|get|go) back to (?:that|it|this)\b|park (?:it|that|this)\b|needs? (?:more|further) (?:thought|discussion|work|information|analysis)|"
    r"take (?:it|that|this) up (?:again )?(?:in|at|next)|(?:postpone|defer|adjourn)(?:ed|s)?\b|open (?:question|point|issue)s?|have not (?:talked|decided|agreed)|haven['’]t (?:talked|decided|agreed)|not (?:yet )?(?:been )?(?:settled|resolved|decided|clarified)|raised and not settled|we (?:will|['’]ll) see about|(?:could|did) not agree on|couldn['’]t agree on|(?:has|have|will have) to wait\b|take .{2,50} offline|(?:decide|talk|discuss|settle) .{0,40}(?:another time|later on|next time|in the next)|decide (?:then|afterwards|on the day)|nobody knows yet|no conclusion|not something we can decide"
    r"|we(?:['’]ll| will)? park\b|(?:is|are|been) parked|(?:stays?|remains?|stay|keep it|goes) on (?:the|our) (?:list|agenda)|(?:is|are|put|stays?) on hold|hold off on|carried over|(?:is|was|we) tabled? (?:for|until)|under discussion|left for (?:the )?next (?:time|meeting)|(?:have|has)(?: not|n['’]t) (?:found|chosen|received|heard|got)\b[^.;]{0,80}\byet|(?:is|are|was) not yet (?:found|chosen|known|clear))\b"
)
_NOT_EN = lazy_pattern(
    r"(?i)^(?:I['’]m not sure|I am not sure|we will see\.?$)|\blet['’]?s not\b|\blater in this meeting\b|\bin a (?:minute|moment)\b|\bis open (?:to|for|from|until|at)\b"
)
_OPEN_JA = lazy_pattern(
    r"(?:次回|後日|改めて|もう少し|引き続き|継続して|今後)(?:の会議|まで)?[^。]{0,20}(?:検討|議論|話し合|相談|判断|審議|審査|協議|調べ|確認して)|様子を見|まとまりません|まとまらな|(?:次回|後日|来週|次の会議)(?:に回|へ回|に持ち越|に先送|あらためて|改めて)|持ち越|持ち帰り|持ち帰って|未定|未決|継続(?:審議|検討|協議)|保留(?!ボタン|音|する(?:設定|機能|仕組))|結論(?:が|は)(?:出|持ち越)|決まっていません|決まりません|決めていません|未解決|ここでは決め|今日(?:は|の?ところは)決め|決めずに|宿題|先送り|決めかね|結論(?:は)?なし|決着し(?:て(?:い)?ない|ません)|ペンディング|積み残し|棚上げ|今後の課題|要確認|確認が必要|検討(?:事項|課題|中)|課題(?:として|が)残|分かっていません|わかっていません|まだ[^。]{0,14}(?:見つか|決ま|届い|返事|回答|めど|目途)[^。]{0,8}(?:ません|ない)"
)
_NOT_JA = lazy_pattern(r"(?:ですよね|ですか|ますか)[。？?]*$|正式に決まったわけ")
_BACK_EN = lazy_pattern(r"(?i)\b(?:that|it|this)\b")
_LEAD_EN = lazy_pattern(r"(?i)^(?:(?:ok(?:ay)?|right|so|now|well|good|then|and|but|yes|no(?!\s+decision))\b[,.!]?\s+)+")
_LEAD_JA = lazy_pattern(r"^(?:(?:はい|では|それでは|じゃあ|そうですね)[、。,\s]*)+")
_WHAT_EN = (
    lazy_pattern(
        r"(?i)^(?:we |I )?(?:leave|keep) (?:the (?:question|matter|point|issue) of )?(?P<x>(?!that\b|it\b|this\b).{3,80}?) open\b"
    ),
    lazy_pattern(
        r"(?i)^no decision (?:was taken |has been taken )?(?:on|about|regarding) (?P<x>[^.;,]{3,80}?)(?: today| yet| then)*[.,;]"
    ),
    lazy_pattern(
        r"(?i)^(?:I|we) (?:do not|don['’]t) (?:want to )?(?:decide|settle|agree)(?: on)? (?P<x>(?!that\b|it\b|this\b)[^.;,]{3,80}?)(?: today| now| yet| here)*[.,;]"
    ),
    lazy_pattern(r"(?i)^(?:we )?have(?: not|n['’]t) (?:talked about|decided on|agreed on|discussed) (?P<x>[^.;,]{3,80})"),
)


def finds_open(text: str, lang: str) -> bool:
    """Whether a sentence leaves something open."""
    if lang == "ja":
        return _OPEN_JA.search(text) is not None and _NOT_JA.search(text) is None
    return _OPEN_EN.search(text) is not None and _NOT_EN.search(text) is None and not text.rstrip().endswith("?")


def open_words(text: str, lang: str) -> str:
    """The open point as minutes write it."""
    bare = (_LEAD_JA if lang == "ja" else _LEAD_EN).sub("", text.strip())
    if lang != "ja":
        for pattern in _WHAT_EN:
            match = pattern.search(bare)
            if match:
                return match["x"].strip()
    bare = re.sub(r"^(?:Decision|Resolution)\s*[\d.]+\s+", "", bare)
    return bare.strip(" 。.")


def says_too_little(text: str, lang: str) -> bool:
    """Whether a sentence neither names its subject nor points at one (まだ検討中です): nobody could tell what is open."""
    return lang == "ja" and not re.search(r".[はがをも].|について|それ|これ|その|ここでは|この件", text)


def needs_more(text: str, lang: str) -> bool:
    """Whether the sentence only points back at what was said before it ("We leave that open")."""
    bare = (_LEAD_JA if lang == "ja" else _LEAD_EN).sub("", text.strip())
    if lang == "ja":
        return not re.search(r".[はがをも].|について", bare) or bare.startswith(
            ("それ", "これ", "その", "ここでは", "この件")
        )
    return _BACK_EN.search(bare[:45]) is not None and len(bare.split()) < 16
