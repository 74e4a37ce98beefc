"""Words of a sentence about a change that neither text has: what a model says with them is its own."""

from __future__ import annotations

import re
import unicodedata

from tsel_core.lazy_pattern import lazy_pattern

_WORD = lazy_pattern(r"[々〆㐀-鿿]+|[ァ-ヺー]{2,}|[a-zà-ÿ]{4,}")
# how a change is told, whatever it is about
_TOLD = frozenset(
    """
    add added adds adjust adjusted after agreement allowed also amount amounts article become becomes been before
    being benefit both change changed changes changing clause contract date deadline decrease decreased decreases
    document does done drop drops each extend extended extends fall falls fell fewer from gain gains give gives
    greater had has have increase increased increases instead into larger less longer lose loses lower lowered made
    make makes may mean meaning means meant more must now number obligation obliged old only other parties party
    passage percent period provision raise raised raises rather reduce reduced reduces remove removed removes
    replace replaced replaces required requirement rise rises same section shall shorten shortened shorter smaller
    such take takes term text than that their them they this time under update updated value were what when which
    whole will with would
    """.split()  # noqa: SIM905
)
_TOLD_JA = lazy_pattern(
    "変更|意味|当事者|条項|規定|内容|増加|減少|短縮|延長|追加|削除|引上|引下|引き上げ|引き下げ|期限|期間|必要|修正|条件|場合|双方|両者|対象"
    "|義務|一部|一部分|全体|文書|文章|契約書|契約|異|指|示|述|定|部|行|関|係|対|従前|以前|以後|今後|新|旧|改|等|事|際|前|後|長|短|増|減|加|者|側|得|可能|数値|値"
)


def own_words(sentence: str, texts: str) -> list[str]:
    """Words of the sentence that stand in none of the texts and are not those in which any change is told."""
    there = unicodedata.normalize("NFKC", texts).casefold()
    words = _WORD.finditer(unicodedata.normalize("NFKC", sentence).casefold())
    return [word for match in words if (word := _left(match[0], there))]


def _left(word: str, there: str) -> str:
    """What of a word is new; a word may be put together of two that are there."""
    if word.isascii() or not re.match("[々〆㐀-鿿ァ-ヺ]", word):
        stem = word[: max(4, len(word) - 3)]
        return "" if word in _TOLD or stem in there else word
    if word in there:
        return ""
    rest = _TOLD_JA.sub("", word)
    if not rest or rest in there:
        return ""
    return "" if all(any(part in there for part in _around(rest, at)) for at in range(len(rest))) else rest


def _around(word: str, at: int) -> list[str]:
    """The pairs of signs that hold the sign at a place; of a single sign itself."""
    return [word[lo : lo + 2] for lo in (at - 1, at) if lo >= 0 and lo + 2 <= len(word)] or [word]
