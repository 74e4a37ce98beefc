# ruff: noqa: E501 (one pattern a line)
"""By when: the words of a sentence that say a time to come."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.fact_words import ORDINALS
from tsel_core.text.facts import extract_facts

_LEAD = 80  # characters before a day in which its "by the" stands
_DAYNAME = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_PART = r"(?:\s(?:morning|noon|afternoon|evening|night|lunchtime))"
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_SPAN = r"(?:day|week|month|quarter|year|fiscal year|business day|sprint|term|shift|season|summer|autumn|spring|winter)"
_WHEN_EN = (
    rf"(?:(?:the\s)?(?:end|close|beginning|start|middle)\sof\s(?:the\s|this\s|next\s|play|business)?(?:(?:{_SPAN}|{_MONTH}|{_DAYNAME}|meeting)\b)?(?:\son\s{_DAYNAME})?"
    rf"|(?:the\s)?(?:first|second|third|last)\s(?:week|half|days?)\sof\s(?:{_MONTH}|(?:the|next|this)\s(?:month|year|quarter))"
    rf"|(?:next\s|this\s|coming\s|the\sfollowing\s)?{_DAYNAME}{_PART}?(?:\snext\sweek|,?\s(?:the\s)?(?:{'|'.join(ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th))(?!\s(?:draft|version|floor|one|time|part|item|question|quarter)))?"
    rf"|(?:noon|midday|lunchtime|midnight|first\sthing)\s(?:today|tomorrow|on\s{_DAYNAME})"
    rf"|today|tonight|tomorrow{_PART}?|this\s(?:morning|afternoon|evening|week|month|quarter|year)|next\s(?:week|month|quarter|year|time)"
    rf"|(?:the|our)\s(?:next|following|{_MONTH}|\w+day)\s(?:\w+\s)?(?:meeting|call|session|review)|(?:the\s)?{_MONTH}\s(?:meeting|call|session)"
    rf"|(?:within|in)\s(?:the\snext\s)?(?:a|an|one|two|three|four|five|six|seven|eight|nine|ten|\d+)\s(?:working\s|business\s)?(?:hour|day|week|month)s?(?:['’]?\stime)?"
    rf"|(?:in|by|until)\s{_MONTH}(?:\s\d{{4}})?|(?:mid|early|late)[-\s]{_MONTH}|week\s\d{{1,2}}|Q[1-4]|EOD|EOW|COB|ASAP|as\ssoon\sas\spossible|right\saway|immediately|straight\saway"
    rf"|(?:right\s|just\s|straight\s)?after\s(?:lunch|this|work|the\s(?:meeting|break|holidays|weekend|call))|(?:over\s|this\s)?(?:the\s)?weekend|this\sevening|first\sthing|(?:the\s)?\d{{1,2}}(?:st|nd|rd|th)(?:\sof\s{_MONTH})?|Easter|Christmas|New\sYear(?:['’]s(?:\s(?:Eve|Day))?)?"
    r"|noon|\d{1,2}(?:[:.]\d\d)?\s?(?:am|pm|o['’]clock))"
)
_LEAD_EN = r"(?:(?:no|not)\slater\sthan|by|before|until|till|on|at|for|from|in|due|within)"
_BEFORE_EN = r"before\s+(?:the\s+|our\s+)?(?!we\b|you\b|I\b|they\b|it\b|that\b|this\b|he\b|she\b)[a-z]+(?:\s(?:meeting|audit|review|holidays?|weekend|launch|visit|closing|deadline))?(?=[\s.,?!]*$|[.,?!]|\s+and\b)"
# "by the sixteenth": an ordinal without a month is a day only behind such a word, and with nothing that it counts
_ORDINAL_EN = rf"(?:by|on|until|till|before)\s+the\s+(?:{'|'.join(sorted(ORDINALS, key=len, reverse=True))})(?:\sof\s{_MONTH})?(?=\s*(?:[.,;:?!]|$)|\s+(?:and|or|then|at|if|please|so|but|for)\b)"
_EN = lazy_pattern(rf"(?i)\b(?:{_LEAD_EN}\s+)?(?:the\s+)?{_WHEN_EN}(?![\w-])|\b{_ORDINAL_EN}|\b{_BEFORE_EN}")
_STRONG_EN = lazy_pattern(r"(?i)^(?:(?:no|not)\slater\sthan|by|before|until|till|due|within)\b")

_NUM = r"[0-9０-９〇一二三四五六七八九十]+"
_DATE_JA = rf"(?:(?:令和|平成)?{_NUM}年)?(?:(?:{_NUM}|来|今|再来|翌)月(?:の)?)?{_NUM}日(?:の?[（(]?[月火水木金土日](?:曜日?)?[）)]?)?"
_NOUN_JA = r"[\u4e00-\u9fffァ-ヶー0-9０-９]"
_JA = lazy_pattern(
    rf"(?:(?<![0-9/]){_NUM}/{_NUM}(?=までに)|(?:{_NOUN_JA}{{1,10}}の)?{_NOUN_JA}{{1,10}}(?=までに)"  # whatever stands before までに: 連休前までに
    rf"|(?<![0-9/]){_NUM}/{_NUM}(?:[（(][月火水木金土日][）)])?(?=まで|に|中|ごろ|頃|[、。）)]|$)|{_DATE_JA}"
    rf"|(?:{_NUM}|来|今|再来|翌)月(?=に[^、。]*(?:ます|ください|いただ|もら|お願い)|までに)"
    rf"|(?:今週|来週|再来週|次|今度|翌週)?の?[月火水木金土日]曜日?"
    rf"|(?:今週|来週|再来週|今月|来月|再来月|今年度?|来年度?|年度|年|月|期|四半期|{_NUM}月)(?:の?(?:末|上旬|中旬|下旬|初旬|中|初め|頭|前半|後半))"
    rf"|(?:今週|来週|再来週|今月|来月|今日|本日|明日|明後日|あさって|次回(?!の(?!会議|定例|打ち?合わ?せ|役員会|理事会|委員会|総会|例会|会合)))(?:の(?:会議|定例|打ち?合わ?せ|役員会|理事会|委員会|総会|例会|会合))?(?:中)?"
    rf"|{_NUM}(?:日|週間|か月|ヶ月|カ月|時間|営業日)以内|[\u4e00-\u9fffァ-ヶー]{{2,6}}の前|次の(?:会議|定例|打ち?合わ?せ|役員会|理事会|委員会|例会|会合)(?=に(?!は)|まで)|昼過ぎ|昼休み|昼|夕方|今夜|今晩|今夕|週末|朝一番?|この(?:あと|後)(?:すぐ)?|すぐに?(?=[^。]*ます)|至急|早急|速やか|できるだけ早く|今すぐ|年内|年明け)"
    rf"(?:の?(?:朝|昼|夕方|夜|正午|午前|午後)(?:中)?)?(?:の?(?:午前|午後)?{_NUM}時(?:{_NUM}分|半)?)?(?P<tail>までには?|まで|中に|中|以内に|に(?!は|つ|も|な|変|決|し)|には|で(?=お願)|くらいまでに|頃までに|ごろまでに|を?(?:目途|目処|めど)に|のうちに)?"
)
_STRONG_JA = lazy_pattern(r"まで|中に?$|うちに$|目途|目処|めど|以内|至急|早急")


def find_deadline(text: str, lang: str) -> tuple[int, int, bool] | None:
    """(start, end, plain) of the words that say by when, lead words included; `plain` when they say "by", not "on".

    The last plain one wins, else the last of all: "the figures of March by Friday".
    """
    found = [(m.start(), m.end()) for m in (_JA if lang == "ja" else _EN).finditer(text)]
    if lang != "ja":
        found += [
            _with_lead(text, f.start, f.end) for f in extract_facts(text) if f.kind == "date" and not f.text.isdigit()
        ]
    found = _longest(found)
    strong = _STRONG_JA if lang == "ja" else _STRONG_EN
    marked = [(lo, hi, strong.search(text[lo:hi]) is not None) for lo, hi in sorted(found)]
    plain = [m for m in marked if m[2]]
    if plain:
        return plain[-1]
    return marked[-1] if marked else None


def deadline_words(text: str, lang: str) -> str:
    """The deadline as minutes write it: without "by", までに."""
    if lang == "ja":
        return re.sub(
            r"(?:くらい|頃|ごろ)?(?:までには?|まで|を?(?:目途|目処|めど)に|のうちに|に|には|で)$", "", text.strip()
        )
    words = re.sub(
        r"(?i)^(?:(?:no|not)\slater\sthan|by|on|at|due|for)\s+(?:the\s+(?=\d|\w+day))?", "", text.strip()
    )
    return re.sub(r"(?i)^till\b", "until", words).strip(" ,.")


def _with_lead(text: str, start: int, end: int) -> tuple[int, int]:
    first = max(0, start - _LEAD)
    lead = re.search(rf"(?i)\b{_LEAD_EN}\s+(?:the\s+)?(?:{_DAYNAME},?\s+)?(?:the\s+)?$", text[first:start])
    return (first + lead.start(), end) if lead else (start, end)


def _longest(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that overlap or touch become one."""
    merged: list[tuple[int, int]] = []
    for lo, hi in sorted(spans):
        if merged and lo <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(hi, merged[-1][1]))
        else:
            merged.append((lo, hi))
    return merged
