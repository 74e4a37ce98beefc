"""Words without what tells nothing where they are compared: blanks, the s of a plural."""

from __future__ import annotations

import unicodedata

_LEAST = 4  # letters of a word that has no plural s: "bus", "gas"


def without_blanks(text: str) -> str:
    """A text without blanks of any width; line ends are blanks."""
    return "".join(text.split())


def compact(text: str) -> str:
    """A text without blanks and differences of width (NFKC): Japanese as it is compared."""
    return without_blanks(unicodedata.normalize("NFKC", text))


def without_plural(word: str) -> str:
    """An English word (lower case) of five letters or more without the s of its plural; "glass" keeps its two."""
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > _LEAST else word
