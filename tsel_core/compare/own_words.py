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

# what may be said of any clause
_OF_ANY = frozenset(
    """
    accordance according action actions act acts agreed aforementioned applicable carry certain clauses comply
    conditions contain contains details described documents duties entail establish establishes follow following
    further general given impose imposes include included includes including indicate indicates information introduce
    introduces involve involved mention mentioned necessary need needs order ordered other others otherwise outline
    outlined outlines particular passages perform performed performs possible present provide provided provides
    provisions regarding related relevant requirements requires responsibilities responsibility right rights rule
    rules sections set signify signifies some someone something specific specified specifies specify stand stated
    states stipulate stipulates stipulated terms there these those thing things topic various within without
    """.split()  # noqa: SIM905
)
_ANY_WORD = lazy_pattern(r"[々〆㐀-鿿]+|[ァ-ヺー]{2,}|[a-zà-ÿ]{3,}")
_SHORT = frozenset(
    """
    all and any are but can for had has her his how its may new nor not now old one our out own per she the two use was
    who why yet you
    """.split()  # noqa: SIM905
)
_OF_ANY_JA = lazy_pattern(
    "行為|行動|特定|記載|明記|説明|関連|適用|実施|実行|遵守|義務付|求|何|有|無|場|合|本|同|各|為|従|守|必|要|可"
)
_LEAD_JA = lazy_pattern(r"^(?:この|本|当該)(?:条項の?)?(?:変更|修正|改定|改正)(?:により|によって|は|では|で)[、,]")
_TURNS_JA = lazy_pattern(
    r"(?:変更|修正|改定|改正|短縮|延長|増額|減額|引き上げ|引き下げ|引上げ|引下げ|追加|削除)(?:され(?:ます|ました|る|た)?)。?$"
)


def plain_sentence(text: str) -> str:
    """A Japanese sentence with one subject: "この変更は、日数が6日に変更されました。" without its "this change"."""
    lead = _LEAD_JA.match(text)
    return text[lead.end() :] if lead and _TURNS_JA.search(text) else text


def says_nothing(sentence: str, texts: str) -> bool:
    """Whether a sentence has no word of the texts but such as may be said of any clause, and no figure."""
    said = unicodedata.normalize("NFKC", sentence).casefold()
    if any(c.isdigit() for c in said):
        return False
    there = unicodedata.normalize("NFKC", texts).casefold()
    return not any(_tells(match[0], there) for match in _ANY_WORD.finditer(said))


def _tells(word: str, there: str) -> bool:
    if re.match("[々〆㐀-鿿ァ-ヺ]", word):
        rest = _OF_ANY_JA.sub("", _TOLD_JA.sub("", word))
        return bool(rest) and any(part in there for at in range(len(rest)) for part in _around(rest, at))
    return word not in _TOLD | _OF_ANY | _SHORT and word[: max(4, len(word) - 3)] in there


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
