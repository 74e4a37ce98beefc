# ruff: noqa: E501 (one pattern a line)
"""The thing that a wish in free words is for, apart from who gives it to whom (会社が従業員に与える休暇: 休暇)."""

from __future__ import annotations

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.language import Lang

_JA = lazy_pattern(
    r"^(?P<who>(?:[^がはにへをからより、。]{1,12}(?:が|は|に|へ|から|より|を)(?:対して)?[、]?){1,3})(?P<does>[\u4e00-\u9fffぁ-ん]{0,9}[うくぐすつぬぶむるいた])(?P<head>[\u4e00-\u9fffァ-ヶー]{2,12})(?:の?(?:すべて|全て|一覧|全部))?$"
)
_PARTS_JA = lazy_pattern(r"[がはにへを]|から|より|対して|、")
_GIVES = r"(?:gives?|grants?|offers?|provides?|allows?|pays?|owes?|takes?|receives?|gets?|is entitled to|are entitled to|can take|may take|must pay)"
_EN = lazy_pattern(rf"(?i)^.*?\b(?P<head>[a-z][\w-]+)\s+(?:that|which)\s+(?P<who>(?:[\w'’-]+\s+){{1,4}}?){_GIVES}\b(?P<rest>.*)$")
# whoever gives or takes in any paper: their names say nothing of the thing
_ANYBODY = lazy_pattern(
    r"(?i)(?:会社|当社|従業員|社員|職員|労働者|使用者|甲|乙|丙|双方|当事者|全員|the|companies|company|employers?|employees?|staff|workers?|firms?|party|parties|to|its|their|for|any|people|members?)"
)


def head_of(words: str, lang: Lang) -> tuple[str, tuple[str, ...]]:
    """(the thing, whoever stands beside it) of a wish that says who gives it; ("", ()) for any other."""
    match = (_JA if lang == "ja" else _EN).match(words.strip(" .。?？"))
    if match is None:
        return "", ()
    if lang == "ja":
        return match["head"], tuple(p for p in _PARTS_JA.split(match["who"]) if len(p) > 1)
    beside = tuple(w for w in f"{match['who']} {match['rest']}".casefold().split() if len(w) > 1)
    return match["head"].casefold(), beside


def is_anybody(word: str) -> bool:
    """Whether a word names a giver or a taker of any paper."""
    return _ANYBODY.fullmatch(word) is not None
