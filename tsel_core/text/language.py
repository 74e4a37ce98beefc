"""Which of the languages we speak a text is in."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import islice
from typing import Literal

from tsel_core.text.tongue import is_chinese

Lang = Literal["en", "ja"]


def detect_lang(text: str) -> Lang:
    """"ja" when the text holds kana, or more Han characters than Latin words and is not Chinese; "en" otherwise."""
    names = [unicodedata.name(c, "") for c in text if not c.isascii()]
    if any(n.startswith(("HIRAGANA", "KATAKANA")) for n in names):
        return "ja"
    han = sum(1 for n in names if n.startswith("CJK"))
    if is_chinese(text):
        return "en"
    return "ja" if han > len([w for w in text.split() if w.isascii() and w.isalpha()]) else "en"


def document_lang(documents: Iterable[Iterable[str]]) -> Lang:
    """Language of documents, each the texts of its units: "ja" when kana are more than a twentieth of their beginnings.

    Looked at are the first sixty units of every document. Another rule than `detect_lang`: one Japanese name in an
    English contract does not make it Japanese.
    """
    sample = "".join(text[:200] for texts in documents for text in islice(texts, 60))[:4000]
    kana = sum(1 for c in sample if "\u3040" <= c <= "\u30ff")
    return "ja" if kana > len(sample) / 20 else "en"
