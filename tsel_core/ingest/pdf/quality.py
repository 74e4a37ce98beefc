"""How well a page's text came out: ok, low, garbled, no text."""

from __future__ import annotations

import re
import string

from tsel_core.document import Quality
from tsel_core.ingest.pdf.letter_shares import LEAST_LETTERS, letters_of_none
from tsel_core.lazy_pattern import lazy_pattern

_BAD = lazy_pattern("[\ufffd\ue000-\uf8ff\U000f0000-\U0010fffd\u0080-\u009f]|\\(cid:\\d+\\)")
_HAN = lazy_pattern("[\u3400-\u9fff]")
_KANA = lazy_pattern("[\u3041-\u30fa\uff66-\uff9d]")
_WORD = lazy_pattern("[A-Za-z]{2,}")
_CONSONANTS = lazy_pattern("[b-df-hj-np-tv-xz]{6,}", re.I)
_RUN = re.compile(rb"([^A-Za-z0-9])\1{2,}")  # a line to write on, or one drawn with signs
_SPACES, _NUMERIC = b" \t\n\r", b"0123456789.,-+%$()/:"
_COMMON = b"etaoinsrETAOINSR"  # more than half of the letters of any text in a European language
_LETTERS = string.ascii_letters.encode()
MANY_SIGNS = 12  # different ones besides letters and digits: more than a table of numbers has
MANY_CONSONANTS = 25  # per cent of the letters that stand in runs of six or more: German compounds reach a few
USUAL = 45  # per cent of the letters of a text that are common ones
MANY_PIECES = 20  # words of a page
SOME_SIGNS = 10  # more than formulas and drawn tables have
SOME_UNMAPPED, MANY_UNMAPPED = 0.04, 0.12  # of the signs: more than bullets and check marks of a font of symbols
MEASURED = 6000  # signs of a page whose letters are counted
_FEW = 30  # characters: less than this on a page that is a picture is a stamp or a page number


def grade(text: str, picture: float, unmapped: float = 0.0) -> Quality:
    """Grade of a page's text. Shares: `picture` of the page that one covers, `unmapped` of its signs without a map.

    no-text: nothing, on a page that shows a picture; low: a few words on a page that is a picture, or some bad
    characters; garbled: many characters that mean nothing, or whose letters are those of no language.
    """
    if unmapped >= SOME_UNMAPPED and _is_cjk(text):
        unmapped = 0.0  # their codes are the characters themselves
    if unmapped >= MANY_UNMAPPED:
        return "garbled"
    size = len("".join(text.split()))
    if size == 0:
        return "no-text" if picture > 0.02 else "ok"
    bad = 0 if text.isascii() and "(cid:" not in text else sum(len(m) for m in _BAD.findall(text))
    if size >= 8 and bad * 10 > size:
        return "garbled"
    if size >= 40 and (_rare_kanji(text) or _no_words(text, size)):
        return "garbled"
    odd = letters_of_none(text[:MEASURED]) if 2 * size > LEAST_LETTERS else ""
    if odd == "all":
        return "garbled"
    if odd or unmapped >= SOME_UNMAPPED or _spelled(text):
        return "low"
    if (picture > 0.6 and size < _FEW) or bad * 50 > size:
        return "low"
    return "ok"


def _is_cjk(text: str) -> bool:
    """Mostly Japanese or Chinese signs."""
    return 2 * (len(_HAN.findall(text)) + len(_KANA.findall(text))) > len(text)


def _spelled(text: str) -> bool:
    """Most words fell into single letters."""
    pieces = text[:4000].split()
    single = [p for p in pieces if len(p) == 1]
    if len(pieces) < MANY_PIECES or 2 * len(single) <= len(pieces):
        return False
    return 2 * sum(p.isascii() and p.isalpha() for p in single) > len(pieces)


def _rare_kanji(text: str) -> bool:
    """Kanji of which few are in everyday use, and no kana: what a wrong character map makes of Japanese."""
    if text.isascii():
        return False
    han = _HAN.findall(text)
    if len(han) < 20 or len(_KANA.findall(text)) * 20 > len(han):
        return False
    return _share(han, "euc_jp", 0xCF) < 0.5 and _share(han, "gb2312", 0xD7) < 0.5 and _share(han, "big5", 0xC6) < 0.5


def _share(han: list[str], codec: str, last: int) -> float:
    """Share of the characters in the first, everyday level of a national set."""
    found = 0
    for char in han:
        raw = char.encode(codec, "ignore")
        found += len(raw) == 2 and raw[0] <= last
    return found / len(han)


def _no_words(text: str, size: int) -> bool:
    """Text in Latin letters without words: a font's codes shifted against its letters."""
    signs = text.encode("ascii", "ignore").translate(None, _SPACES)
    if len(signs) * 10 < size * 9:
        return False
    signs = _RUN.sub(rb"\1", signs)
    letters = len(signs) - len(signs.translate(None, _LETTERS))
    common = len(signs) - len(signs.translate(None, _COMMON))
    if letters * 10 >= 7 * len(signs) and common * 100 >= USUAL * letters:
        return False
    kinds = len(set(signs.translate(None, _LETTERS + b"0123456789")))
    if letters * 20 < len(signs) and kinds >= MANY_SIGNS:
        return True
    if len(signs) < 80:
        return False
    if len(signs.translate(None, _NUMERIC)) * 2 < len(signs):
        return False  # a table of numbers
    if letters * 5 < len(signs) * 2 and kinds >= SOME_SIGNS:
        return True
    if sum(map(len, _CONSONANTS.findall(text[:4000]))) * 100 > MANY_CONSONANTS * min(letters, 4000):
        return True
    words = "".join(_WORD.findall(text[:4000])).encode()
    if len(words) * 3 < min(letters, 4000):
        return kinds >= SOME_SIGNS  # letters between signs: formulas have fewer kinds of them
    return (len(words) - len(words.translate(None, _COMMON))) * 3 < len(words)
