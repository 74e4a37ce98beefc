# ruff: noqa: E501 (patterns)
"""A sentence with the proviso behind it: ただし…この限りでない, "This does not apply to ..."."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.words import RUN, english_tokens, is_japanese

_PROVISO = lazy_pattern(r"^\s*(?:ただし|但し)|^\s*(?:However|Provided|This|The (?:above|foregoing))\b[^.]*\bnot apply\b|^\s*(?:Provided,? (?:however,? )?that|However,)", re.I)
_FREES_JA = lazy_pattern(r"この限りで(?:は)?な|を除|適用しな|適用され(?:ない|ません)|及ばない|定めない|設けない|(?:増額|減額)?しない")
_AS_WELL = lazy_pattern(r"でも|にも|ついても|場合も|であっても|においても|を含|\beven\b|\balso\b|\bincluding\b|\bas well\b|\bregardless\b", re.I)
_EXCEPTS = lazy_pattern(r"ただし|但し|除|以外|限り|\bexcept\b|\bunless\b|\bother than\b|\bapart from\b|\bonly\b", re.I)
_LEAST = 2  # characters of a Japanese word that tells the proviso


def with_proviso(claim: str, sentence: str, behind: str) -> str | None:
    """What a claim is to be held against: the sentence, with its proviso where the claim speaks of that.

    None where the claim says that the sentence holds for just what the proviso takes out of it.
    """
    if _PROVISO.match(behind) is None:
        return sentence
    own = _words(behind) & _words(claim) - _words(sentence)
    if not own:
        return sentence
    if _AS_WELL.search(claim) and not _EXCEPTS.search(claim) and (_FREES_JA.search(behind) or "not apply" in behind):
        return None
    return f"{sentence} {behind}"


def _words(text: str) -> set[str]:
    if is_japanese(text):
        return {m.group() for m in RUN.finditer(text) if len(m.group()) >= _LEAST}
    return {t.stem for t in english_tokens(text) if t.content}
