# ruff: noqa: E501, SIM905 (lists of words)
"""Words that stand for numbers, days and Japanese eras."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern

ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867}
_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
NUMBER_WORDS = {w: i for i, w in enumerate(_UNITS)} | {w: 10 * (i + 2) for i, w in enumerate(_TENS)}
NUMBER_WORDS |= {"hundred": 100, "thousand": 1000, "million": 10**6}
_FIRST = "first second third fourth fifth sixth seventh eighth ninth".split()
_TEENS = "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth".split()
ORDINALS = {w: str(i) for i, w in enumerate([*_FIRST, *_TEENS], 1)} | {"twentieth": "20", "thirtieth": "30"}
ORDINALS |= {f"twenty{sep}{w}": str(20 + i) for i, w in enumerate(_FIRST, 1) for sep in "- "}
ORDINALS |= {f"thirty{sep}first": "31" for sep in "- "}

# a full stop behind one of these does not end a sentence
ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof sr jr st messrs inc ltd co corp llc plc no dept gen col capt sgt lt rev hon gov sen rep mt ft ave bros est vs sec art".split()
)
# what headings of summaries are made of; a heading with any other word may name something and is traced
_HEADING_WORDS = frozenset(
    """main key major important other general additional next open final points point summary overview decisions decision action actions
    items item steps step topics topic agenda conclusion conclusions findings background terms details discussion discussions participants
    attendees dates deadlines obligations parties risks issues questions introduction purpose scope notes minutes highlights takeaways
    outcomes results recommendations responsibilities and of the""".split()
)
_HEADING_WORDS_JA = frozenset("アクション アクションアイテム アイテム リスク ポイント サマリー サマリ スケジュール テーマ トピック".split())


def is_plain_heading(words: str) -> bool:
    """Whether a text is nothing but words that any summary may have as a heading ("Main Points", 「リスク」)."""
    return words in _HEADING_WORDS_JA or all(word in _HEADING_WORDS for word in words.casefold().split())


def word_number(text: str) -> str | None:
    """ "forty-two" -> "42", "one hundred and twenty" -> "120"; None when the words are no number."""
    total = current = 0
    seen = False
    for word in re.split(r"[\s-]+", text.strip().lower()):
        if word == "and":
            continue
        value = NUMBER_WORDS.get(word)
        if value is None:
            return None
        seen = True
        if value == 100:
            current = (current or 1) * 100
        elif value >= 1000:
            total += (current or 1) * value
            current = 0
        elif _joins(current % 100, value):
            current += value
        else:
            return None
    return str(total + current) if seen else None


def spoken_pair(text: str) -> tuple[str, str] | None:
    """ "thirty-two fifty" -> ("32.5", "3250"): a price or a year as it is said; None for any other words."""
    words = [w for w in re.split(r"[\s-]+", text.strip().lower()) if w]
    for cut in range(1, len(words)):
        one, two = (word_number(" ".join(part)) for part in (words[:cut], words[cut:]))
        if one and two and len(one) <= 2 and len(two) == 2:
            return f"{one}.{two.rstrip('0')}", f"{one}{two}"
    return None


def _joins(before: int, value: int) -> bool:
    """Whether a number below a hundred goes on what was said: two behind thirty, not fifty behind thirty-two."""
    return before == 0 or (before >= 20 and before % 10 == 0 and value < 10)


# what makes a single kanji numeral a number (六か月) and not a part of a word (一部)
COUNTED = lazy_pattern(r"(?:个月|個月|个工作日|天|周|小时|个|次|份|개월|か月|カ月|ヶ月|ヵ月|箇月|週間|時間|年|日間|日|人|名|件|社|回|円|銭|点|歳|台|枚|杯|個|本|冊|匹|頭|棟|戸|軒|便|箱|組|班|泊|倍|割|階|種|か所|箇所|カ所|パーセント|%|％)")
