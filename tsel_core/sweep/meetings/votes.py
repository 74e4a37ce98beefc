# ruff: noqa: E501 (one pattern a line)
"""Votes of a formal sitting: the motion that is put, and what the chair states of it (Japanese assemblies)."""

from __future__ import annotations

from collections.abc import Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.item import Item, Status
from tsel_core.sweep.sentences import Sentence
from tsel_core.sweep.text import behind

_STATED = lazy_pattern(
    r"(?:御|ご)?異議(?:は|が|も)?(?:なし|ない|ありません|ございません)(?:もの)?と認め|(?:挙手|起立|賛成)(?:者)?(?:全員|多数|少数)(?:で(?:す|あります|ございます)|と認め)|(?:全員|全会|満場)一致"
)
_LOST = lazy_pattern(r"少数|否決|不採択|採択(?:し|すべき)?(?:ない|ません)")
_FOLLOWS = lazy_pattern(r"^(?:よって|従って|したがって|ついては)[、,]?")
_PUTS = lazy_pattern(r"お?諮り|採決(?:し|いたし|に入)|(?:御|ご)異議(?:は)?(?:ございません|ありません|ない)か|賛成の(?:方|諸君|委員|議員)")
_ASKS = lazy_pattern(r"^(?:御|ご)異議|^賛成の(?:方|諸君|委員|議員)|^お諮り(?:いたし|し)ます[。]?$")
_WORDS = (
    lazy_pattern(r"^(?:それでは|では|これより|続いて|お諮り(?:いたし|し)ます)[、。,]?"),
    lazy_pattern(r"(?:について|を|との[^。]{0,6}案について)?(?:お?諮り(?:いたし|し)ます|採決(?:いたし|し)ます|採決に入ります)[。]?$"),
    lazy_pattern(r"(?:こと)?(?:に|で)?(?:賛成の(?:方|諸君|委員|議員)|(?:御|ご)異議).*$"),
)
_REMARK = lazy_pattern(r"^[〔［（(].*[〕］）)][。]?$")
_OPENS = lazy_pattern(r"(?:開会|閉会|散会|開議|再開|休憩)(?:を)?(?:いたし|致し|し|宣告し)ます[。]?$")
_BACK = 8  # sentences before a statement in which its motion was put
_SHORT = 26  # characters of a verdict that names no motion
_POINTS = lazy_pattern(r"(?:原案|修正案|提案|委員長報告|そ|こ)の(?:とおり|通り|よう)|本(?:件|案|議案|請願|陳情)は")


def is_remark(sentence: Sentence) -> bool:
    """Whether a sentence is the clerk's remark (〔「異議なし」と呼ぶ者あり〕), which nobody said."""
    return _REMARK.match(sentence.text.strip()) is not None


def votes(sentences: Sequence[Sentence], topics: Sequence[str]) -> tuple[list[Item], set[int]]:
    """A decision for each vote, in the words of the motion, and the sentences that are used up by them."""
    items: list[Item] = []
    used = {s.index for s in sentences if is_remark(s) or (s.speaker and _OPENS.search(s.text))}
    for at, sentence in enumerate(sentences):
        if not sentence.speaker or not _STATED.search(sentence.text):
            continue
        after = sentences[at + 1] if at + 1 < len(sentences) else None
        follows = after if after is not None and after.turn == sentence.turn and _FOLLOWS.match(after.text) else None
        verdict = follows or sentence
        motion = _motion(sentences, at)
        if motion is None:
            continue
        lost = _LOST.search(f"{sentence.text}{verdict.text}") is not None
        status: Status = "rejected" if lost else "decided"
        items.append(Item("decision", _what(verdict, motion), (verdict.span, motion.span), sentence.speaker, "", status, topics[at]))
        used |= {at, verdict.index, *(n for n in range(motion.index, at) if _PUTS.search(sentences[n].text))}
    return items, used


def _motion(sentences: Sequence[Sentence], at: int) -> Sentence | None:
    """The last sentence before that puts something, not one that only asks for objections."""
    for before in reversed(sentences[max(0, at - _BACK) : at]):
        if _PUTS.search(before.text) and not _ASKS.search(before.text.strip()):
            return before
    asked = [s for s in sentences[max(0, at - _BACK) : at] if _PUTS.search(s.text)]
    named = [s for s in sentences[max(0, at - _BACK) : at] if asked and s.turn == asked[-1].turn and s.index < asked[-1].index]
    return named[-1] if named else None


def _what(verdict: Sentence, motion: Sentence) -> str:
    words = motion.text.strip()
    for pattern in _WORDS:
        words = pattern.sub("", words).strip("、 ")
    said = _FOLLOWS.sub("", verdict.text.strip()).strip(" 。")
    if len(said) > _SHORT and not _POINTS.search(said):
        return said
    return behind(words, said, "ja") if words else said
