# ruff: noqa: E501 (patterns)
"""An answer in a language that nobody asked for: neither the one it is to be written in nor one of the documents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from tsel_core.document import Document
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.tongue import LANGUAGES, tongue_of, tongues_in

_WIDE = ("ja", "zh", "ko")
_LEAST_WIDE, _LEAST_KANA, _LEAST_WORDS = 6, 3, 5  # letters, words from which on a text tells its language
_KANA = lazy_pattern("[\u3041-\u309f]")
_QUOTED = lazy_pattern(r"[\"“「『][^\"”」』]{0,400}[\"”」』]|\[\d{1,3}\]")
_TRANSLATED = lazy_pattern(r"\btranslat|\blanguages?\b|翻訳|訳し|[^\s、。]語(?:で|に)|言語|translate|übersetz|tradui|traduc|traduz", re.I)
_UNITS, _CHARS = 40, 400  # of a document, that tell its language


def foreign_tongue(text: str, question: str, lang: str, documents: Sequence[Document]) -> str:
    """The code of the language that an answer is in, where nobody asked for that one; "" for any other answer.

    Words in quotation marks are a document's own; a short text tells no language.
    """
    plain = _QUOTED.sub(" ", text)
    spoken = tongue_of(plain)
    if not spoken or spoken == lang or spoken not in LANGUAGES or _asks_for(spoken, question):
        return ""
    if spoken in _WIDE:
        names = spoken == "ja" and len(_KANA.findall(plain)) < _LEAST_KANA
        if names or sum(ord(c) > 0x2E7F and c.isalpha() for c in plain) < _LEAST_WIDE:
            return ""
    elif len(plain.split()) < _LEAST_WORDS or spoken not in (told := tongues_in(plain)) or lang in told:
        return ""
    return "" if spoken in _tongues_of(documents) or spoken == tongue_of(question) else spoken


def _asks_for(tongue: str, question: str) -> bool:
    return LANGUAGES[tongue].lower() in question.lower() or _TRANSLATED.search(question) is not None


def _tongues_of(documents: Sequence[Document]) -> frozenset[str]:
    units = (u for d in documents for u in islice((u for u in d.units if u.in_flow), _UNITS))
    return tongues_in("\n".join(u.text[:_CHARS] for u in units))
