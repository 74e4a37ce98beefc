# ruff: noqa: E501 (tables of words)
"""The two days of a bill or a wage in one sentence, each in a clause of its own: the day of closing is not that of pay.

"Timesheets are closed on the 21st and pay goes out on the 28th": the 21st is no answer to when pay goes out. Of other
values that share a sentence words do not tell enough: as many right answers as wrong ones stood in the clause with fewer
words of the question.
"""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.same_values import own_values, same_value
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.claims.parts.words import is_japanese

_CUT = lazy_pattern(r"[;；]|,(?!\d)|(?<!\d)、|(?<=\d)、(?!\d)|\s(?:and|but|while|whereas)\s(?!\d)|(?<=[てで])(?=その|次|翌|当)", re.I)
_TOPIC = lazy_pattern(r"^[^、。]{1,20}?は(?!じ)、?")
# how the two days of a bill are asked for, and the words that tell each
_PAIRS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (lazy_pattern(asks, re.I), lazy_pattern(tells, re.I))
    for asks, tells in (
        (r"給料日|給[料与]が(?:出|入|振)|支払い?日|支給日|払われ|支払われ|振り?込|入金|もらえ|受け取|\bpaid\b|\bpay ?day\b|\b(?:wages|salar\w+|pay)\b[^?]*\b(?:arrive|come|go out|due)", r"支払|支給|払い|払う|振り?込|\bpay\b|\bpaid\b|\bpayable\b|\bwages\b|\bsalar"),
        (r"締め?日|締切り?日|締め切|締切|何日まで(?:の|に働)|計算期間|\bcut-?off\b|\bclos(?:e|ed|ing)\b|\btime ?sheets?\b", r"締め|締切|\bclos(?:e|ed|ing)\b|\bcut-?off\b|\btime ?sheets?\b"),
    )
)


def of_the_other(stated: str, question: str, sentence: str) -> str:
    """ "21st / 28th": the value stands in the clause of one day, and the other one is asked for; ""."""
    ours = own_values(stated, question)
    theirs = [v for v in extract_values(sentence) if v.kind != "name"]
    if len(ours) != 1 or len(theirs) < 2:
        return ""
    mine = [v for v in theirs if same_value(v, ours[0])]
    others = [v for v in theirs if not same_value(v, ours[0]) and _alike(v, mine[0])] if mine else []
    if len(mine) != 1 or not others:
        return ""
    topic = _TOPIC.match(sentence) if is_japanese(sentence) else None
    start = topic.end() if topic and "は" not in sentence[topic.end() :] else 0  # each clause may have its own
    own = _clause(sentence, mine[0], start)
    best = _told(question, own)
    for other in others:
        clause = _clause(sentence, other, start)
        if clause != own and _told(question, clause) > best:
            return f"{ours[0].text} / {other.text}"
    return ""


def _alike(one: Value, two: Value) -> bool:
    return one.kind == two.kind and (one.unit == two.unit or one.kind == "date")


def _clause(sentence: str, value: Value, start: int) -> str:
    """The clause in which a value stands, from `start` (behind the topic, which all clauses share)."""
    cuts = [start, *(m.end() for m in _CUT.finditer(sentence)), len(sentence)]
    left = max((c for c in cuts if c <= value.start), default=start)
    return sentence[left : min(c for c in cuts if c >= value.end)]


def _told(question: str, clause: str) -> int:
    """Of which of the two days a clause tells that a question asks for."""
    return sum(1 for asks, tells in _PAIRS if asks.search(question) and tells.search(clause))
