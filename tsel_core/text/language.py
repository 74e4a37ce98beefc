"""Which of the languages we speak a text is in."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Literal

Lang = Literal["en", "ja"]


def detect_lang(text: str) -> Lang:
    """"ja" when the text holds kana, or more Han characters than Latin words; "en" otherwise."""
    names = [unicodedata.name(c, "") for c in text if not c.isascii()]
    if any(n.startswith(("HIRAGANA", "KATAKANA")) for n in names):
        return "ja"
    han = sum(1 for n in names if n.startswith("CJK"))
    return "ja" if han > len([w for w in text.split() if w.isascii() and w.isalpha()]) else "en"


def document_lang(texts: Iterable[str]) -> Lang:
    """Language of a document by the texts of its units: "ja" when kana are more than a twentieth of its beginning.

    Another rule than `detect_lang`: one Japanese name in an English contract does not make it Japanese.
    """
    sample = "".join(text[:200] for _, text in zip(range(60), texts, strict=False))[:4000]
    kana = sum(1 for c in sample if "\u3040" <= c <= "\u30ff")
    return "ja" if kana > len(sample) / 20 else "en"
