# ruff: noqa: E501 (one pair of patterns a line)
"""Everyday words of questions about work, leases and bookings, and the words of rules for the same thing.

They only tell that a clause is about what is asked, so that it is shown instead of "not found": no claim is judged by them.
"""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern

_PAIRS = tuple(
    (lazy_pattern(asked, re.I), lazy_pattern(told, re.I))
    for asked, told in (
        (r"亡くな|死[んに]|葬[式儀]|お悔やみ", r"死亡|忌引|弔慰|服喪"),
        (r"生まれ|産[みまむん]|赤ちゃん|お産", r"出産|出生|分娩|産前|産後"),
        (r"結婚|籍を入れ|入籍|挙式", r"結婚|婚姻|慶弔"),
        (r"辞め|辞職|やめたい|やめる(?:とき|には|場合)|退社", r"退職|辞職"),
        (r"クビ|首になる|辞めさせ", r"解雇"),
        (r"残業|定時(?:後|を過ぎ)", r"時間外|割増"),
        (r"給料|お給料|給与|サラリー", r"賃金|給与|報酬"),
        (r"お?昼休み|休憩|お昼", r"休憩|正午"),
        (r"有休|有給", r"年次有給|年休"),
        (r"試用|見習い|お試し", r"試用|試みの"),
        (r"返って|返し|戻[りっるし]|返金|払い戻", r"返還|返金|払戻|返却"),
        (r"キャンセル|取り?消|取りやめ|やめたら", r"取消|取り消|解約|キャンセル"),
        (r"家賃|部屋代", r"賃料|家賃"),
        (r"直[しすさ]|修理", r"修繕|修理|補修"),
        (r"予約", r"予約|申込|受け?付"),
        (r"お?休み(?:は|の日)|定休", r"休館|休業|定休|休日"),
        (r"\bquit\w*|\bleav(?:e|es|ing)\b|\bresign\w*|\bstop working", r"\bresign\w*|\bterminat\w+|\bleav(?:e|es|ing)\b|\bend\b.{0,20}\bemployment"),
        (r"\bmarr(?:y|ies|ied|iage)\b|\bwedding|\bget(?:ting)? married", r"\bmarriage|\bmarr(?:y|ies|ied)\b|\bwedding"),
        (r"\bdie[sd]?\b|\bdeath\b|\bfuneral|\bpass(?:es|ed)? away|\blos(?:e|es|ing) (?:a|my) ", r"\bdeath\b|\bbereave\w*|\bdeceased|\bfuneral|\bcompassionate"),
        (r"\bbaby|\bbirth\b|\bborn\b|\bbecom(?:e|ing) a (?:father|mother|parent)", r"\bbirth\b|\bmaternity|\bpaternity|\bparental|\bconfinement"),
        (r"\bovertime|\bextra hours|\bstay(?:ing)? late|\bworks? late", r"\bovertime|\bbeyond\b.{0,30}\bhours|\bin excess of\b.{0,30}\bhours|\bextra hours"),
        (r"\bprobation\w*|\btrial\b", r"\bprobation\w*|\btrial\b"),
        (r"\b(?:money|deposit|it) back\b|\brefund\w*|\brepaid\b|\breturn(?:ed|s)?\b", r"\brefund\w*|\brepa(?:y|ys|id|yment)\b|\breturn\w*|\bsent back|\bgiven back"),
        (r"\bcancel\w*|\bcall(?:ed)? off", r"\bcancel\w*|\bwithdraw\w*"),
        (r"\bsick\b|\bill\b|\billness", r"\bsick\w*|\billness|\bincapacity"),
        (r"\bsacked\b|\bfired\b|\bdismiss\w*", r"\bdismiss\w*|\bterminat\w+"),
        (r"\bholidays?\b|\bvacation|\btime off|\bdays? off", r"\bannual leave|\bholidays?\b|\bvacation|\bdays? (?:of leave|off)"),
    )
)


def speaks_of_the_same(question: str, text: str) -> bool:
    """Whether a text of rules has the words for what a question asks in everyday ones."""
    return any(asked.search(question) and told.search(text) for asked, told in _PAIRS)
