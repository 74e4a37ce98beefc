# ruff: noqa: E501 (patterns)
"""What a length of time is counted from: three weeks after payment are not three weeks after delivery, 契約締結後 is not 契約終了後."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.may import MAY
from tsel_core.text.same_values import same_value
from tsel_core.text.values import Value, bounded, extract_values
from tsel_core.trust.claims.parts.evidence import key_of
from tsel_core.trust.claims.parts.same_thing import same_thing
from tsel_core.trust.claims.parts.words import IRREGULAR, english_tokens, is_japanese
from tsel_core.trust.other_words import said_otherwise
from tsel_core.trust.passages import features

_FROM = lazy_pattern(r"\s*(?:\([^)]{1,12}\)\s*)?(?:['’]\s*)?(?:calendar |business |working )?(?:(?:written |prior )?notice )?(?:from|after|following|of|before|prior to|preceding)\s+(?P<what>[^.;:,()]{2,60})", re.I)
_CUT = lazy_pattern(rf"\b(?:and|or|but|if|unless|by|in|to|at|for|with|shall|must|will|is|are|which|that|who|whichever|when|where)\b.*$|{MAY}.*$", re.I)
# what stands for any event, or for what was named before
_ANY = frozenset("date day time end receipt receiv such that this thereof it its term period first last calendar month year week written notice said relevant".split())  # noqa: SIM905
_JA = lazy_pattern(r"(?P<what>[\u3400-\u9fff々\u30a1-\u30faー]{2,14})(?:(?:を?(?:した|する|された|の)?日)?(?:から(?:起算して)?|の?翌日から|より|以後|以降|後|前)|の)?[、\s]?$")
_WHICH = lazy_pattern(r"(?:した|する|された|の)?日?$")
_TAIL_JA = lazy_pattern(r"(?:翌日|当日|同日|日|時点|時|以後|以降|直後|後|前)+$")
_NO_EVENT = lazy_pattern(r"(?:最大|最低|最長|最短|期間|毎月|毎年|翌月|当月|各|本契約|契約期間|一律|合計|原則|通算|連続|累計|日数|年数|月数)$")
_SAME_JA = tuple(
    frozenset(words.split())
    for words in (
        "終了 満了 終結 満期 期限 解消 解約 解除", "締結 調印 署名 成立 契約", "納品 納入 引渡 引渡し 引き渡し 搬入 到着 受領 受取", "入金 支払 支払い 振込 送金 着金", "請求 請求書 発行",
        "退去 明渡 明渡し 返却 返還", "開始 着手 発効 施行", "発注 注文 申込 申込み", "通知 連絡 通告", "検収 検査 完了 完成 竣工",
    )
)  # fmt: skip
_HEAD = 2  # characters of a Japanese event that tell it
_BEGINNING = 4  # letters by which two English ones are one


def counted_otherwise(claim: str, evidence: str) -> str:
    """ "payment / delivery": what a length of time of a claim is counted from, where the evidence has another event; ""."""
    japanese = is_japanese(claim)
    if japanese != is_japanese(evidence):
        return ""
    event = _event_ja if japanese else _event
    theirs = [v for v in bounded(extract_values(evidence)) if v.kind == "duration"]
    for value in (v for v in bounded(extract_values(claim)) if v.kind == "duration"):
        ours = event(claim, value)
        there = [event(evidence, v) for v in theirs if same_value(v, value)]
        if not ours or not there or not all(there):
            continue
        if not any(_alike_ja(ours, other) if japanese else _alike(ours, other, evidence) for other in there):
            return f"{' '.join(sorted(ours))} / {' '.join(sorted(there[0]))}"
    return ""


def _event(text: str, value: Value) -> frozenset[str]:
    match = _FROM.match(text, value.end)
    if match is None:
        return frozenset()
    what = _CUT.sub("", match["what"])
    return frozenset(IRREGULAR.get(t.word, t.stem) for t in english_tokens(what) if t.content and t.stem not in _ANY and t.word not in _ANY)


def _alike(ours: frozenset[str], theirs: frozenset[str], evidence: str) -> bool:
    """Whether two events share a word, or one says the other in its own words."""
    if {key_of(o) for o in ours} & {key_of(t) for t in theirs}:
        return True
    if any(o[:_BEGINNING] == t[:_BEGINNING] for o in ours for t in theirs):
        return True
    if any(same_thing(o, t) for o in ours for t in theirs):
        return True
    told = " ".join(theirs)
    return bool(said_otherwise(features(" ".join(ours)), told) or said_otherwise(features(told), " ".join(ours)))


def _event_ja(text: str, value: Value) -> frozenset[str]:
    match = _JA.search(text[max(0, value.start - 24) : value.start])
    what = _TAIL_JA.sub("", match["what"]) if match else ""
    return frozenset([what]) if len(what) >= _HEAD and not _NO_EVENT.search(what) else frozenset()


def _alike_ja(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    one, two = next(iter(ours)), next(iter(theirs))
    if one in two or two in one or one[-_HEAD:] == two[-_HEAD:]:
        return True
    if any(any(w in one for w in group) and any(w in two for w in group) for group in _SAME_JA):
        return True
    return bool(said_otherwise(features(one), two))
