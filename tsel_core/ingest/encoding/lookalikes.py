"""Letters that only look alike: Latin words with Cyrillic or Greek ones in them, numbers with letters for digits.

Nobody who reads them sees the difference, and no search finds them; who set them may have meant that.
"""

from __future__ import annotations

from collections.abc import Iterator

from tsel_core.lazy_pattern import lazy_pattern

_CYRILLIC = "АВЕЅІЈКМНОРСТУХЗасеорхуіјѕһԁԛԝьӏ"
_GREEK = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρυ"
_SIGNS = lazy_pattern(f"[{_CYRILLIC}{_GREEK}]+")
_LATIN = lazy_pattern("[A-Za-z]")
_OWN = {"Cyrillic": lazy_pattern("[\u0400-\u052f]"), "Greek": lazy_pattern("[\u0370-\u03ff]")}
_LOOKS = {"Cyrillic": frozenset(_CYRILLIC), "Greek": frozenset(_GREEK)}
_NUMBER = lazy_pattern(
    r"(?<![\w,.])(?=[\dOolI,.]*\d)(?=[\d,.]*[OolI])[\dOolI]{1,3}(?:,[\dOolI]{3})+(?:\.[\dOolI]+)?(?![\w,])"
)
LEAST, LONGEST = 3, 40  # letters of a word: shorter ones are signs and units; a longer one is looked at in part


def mixed_words(text: str) -> list[str]:
    """'"Tерm" (Cyrillic)' of each word of two alphabets, '"1O,OOO" (letters)' of each such number."""
    found = [f'"{match[0]}" (letters)' for match in _NUMBER.finditer(text)] if "," in text else []
    if text.isascii():
        return found
    for word in _words(text):
        if len(word) < LEAST or not _LATIN.search(word):
            continue
        for name, own in _OWN.items():
            letters = own.findall(word)
            if letters and _LOOKS[name].issuperset(letters):
                found.append(f'"{word}" ({name})')
    return found


def _words(text: str) -> Iterator[str]:
    """The words that hold a letter which looks like another one's."""
    after = 0
    for match in _SIGNS.finditer(text):
        if match.start() < after:
            continue
        start, end = match.span()
        least, most = max(0, start - LONGEST), min(len(text), end + LONGEST)
        while start > least and text[start - 1].isalpha():
            start -= 1
        while end < most and text[end].isalpha():
            end += 1
        after = end
        yield text[start:end]
