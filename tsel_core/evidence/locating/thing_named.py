"""Whether a passage has the very thing of a question: a compound (介護休暇) or two words of content side by side.

"No passage says so" is then no sure answer: 介護休暇は無給とする answers 介護休暇中に給料は出ますか in a word that the
question does not have. It takes sureness away and gives none.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.bare import without_blanks, without_plural

_COMPOUND = lazy_pattern(r"[㐀-鿿々]{3,12}|[ァ-ヴー]{4,16}")
_OF_THE_PAPER = lazy_pattern(r"本?(?:契約|規則|規程|規定|文書|会社|従業員|当社|社員|書面)[書類者等]?")
_AROUND = lazy_pattern(r"(?<=..)[中後前時内外]$")  # 介護休暇中
_WORD = lazy_pattern(r"[a-z][a-z'’-]*|[^a-z\s]+")
_SMALL = frozenset(
    """
    a an and any are as at be been by can could did do does for from had has have he her his how i if in is it its
    may might must my no not of on or our shall she should so some than that the their them there they this to
    under up us was we were what when where which who will with without would you your document agreement contract
    lease paper say says state mention mentioned include includes contain contains provide provides clause either
    party parties other
    """.split()  # noqa: SIM905
)
_LEAST = 4  # letters of the longer one of two words


def names_the_thing(question: str, texts: Iterable[str]) -> bool:
    """Whether one of the passages holds a compound, or two words side by side, that the question asks about."""
    asked = _plain(question)
    runs = (_AROUND.sub("", run) for run in _COMPOUND.findall(asked))
    compounds = [run for run in runs if len(run) > 2 and not _OF_THE_PAPER.fullmatch(run)]
    pairs = _pairs(asked)
    plain = (_plain(text) for text in texts if compounds or pairs)
    return any(pairs & _pairs(text) or _holds(compounds, text) for text in plain)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _pairs(text: str) -> set[str]:
    words = [without_plural(word) for word in _WORD.findall(text)]
    beside = ((a, b) for a, b in pairwise(words) if _is_content(a) and _is_content(b))
    return {f"{a} {b}" for a, b in beside if max(len(a), len(b)) > _LEAST}


def _holds(compounds: Sequence[str], text: str) -> bool:
    """A compound, within a longer one too: 介護休暇 in 介護休暇中."""
    joined = without_blanks(text)
    return any(compound in joined for compound in compounds)


def _is_content(word: str) -> bool:
    return word.isascii() and word[0].isalpha() and len(word) > 2 and word not in _SMALL
