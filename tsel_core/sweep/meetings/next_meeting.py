# ruff: noqa: E501 (one pattern a line)
"""When a meeting meets again: the sentence that says so, for the end of its minutes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tsel_core.document import SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.item import Item
from tsel_core.sweep.sentences import Sentence

NEXT = "next meeting"  # the name of the fact
_SAYS = lazy_pattern(
    r"(?i)^(?:\W*(?:\d{1,2}[.)]|ok(?:ay)?|right|and|so|then|well|good|fine|perfect|great)\W+)*(?:the |our )?(?:date of (?:the )?)?next (?:meeting|call|session|board meeting|committee meeting)\b(?!['’]s)"
    r"|\bwe(?:['’]ll| will)? meet again\b|^(?:\W*[0-9０-９]{1,2}[.．、)）]?\s*)?次回(?:の?(?:会議|会合|理事会|役員会|委員会|定例会?|打ち?合わ?せ|例会|総会|開催|日程))?(?:は|を|[:：\s　])"
)
_DAY = lazy_pattern(
    r"(?i)\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b|\b\d{1,2}(?:st|nd|rd|th)\b|\b\d{4}-\d\d-\d\d\b|\d[/.]\d|\b(?:next|in (?:two|three|\d+)) weeks?\b|\btomorrow\b"
    r"|[0-9０-９一二三四五六七八九十]+[月日](?!間)|[月火水木金土日]曜|来週|再来週|来月"
)
_HEADING = lazy_pattern(r"(?i)^(?:\W*[0-9０-９]{1,2}[.．、)）]?\s*)?(?:(?:date(?: and (?:time|place))? of (?:the )?)?next (?:(?:board |committee )?meeting|call|session)|次回(?:の?(?:会議|会合|理事会|役員会|委員会|定例会?|打ち?合わ?せ|例会|総会|開催))?(?:の?(?:日程|日時|予定|開催日))?)\W*$")
_NUMBER = lazy_pattern(r"^\W*[0-9０-９]{1,2}[.．、)）]\s*")
_OTHER = lazy_pattern(r"(?i)\b(?:until|till|before|by|for|to) (?:the |our )?next (?:meeting|call)|までに|までの|[?？]\s*$|か。?$")


def next_meeting(sentences: Sequence[Sentence], taken: Collection[SourceSpan]) -> list[Item]:
    """The last sentence that says when the next meeting is, else the first day below a heading that is about it.

    None where no day is named, or an item says it.
    """
    dated = [s for s in sentences if _DAY.search(s.text) and not _OTHER.search(s.text)]
    told = [s for s in dated if _SAYS.search(s.text)] or [s for s in dated if _HEADING.match(s.heading)][:1]
    if any(s.span in taken for s in told):
        return []
    return [Item("fact", _NUMBER.sub("", s.text).strip(), (s.span,), s.speaker, name=NEXT) for s in told[-1:]]
