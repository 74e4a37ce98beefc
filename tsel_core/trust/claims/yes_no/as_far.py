# ruff: noqa: E501 (patterns)
"""A Yes or No of a sentence as far as it goes: of a part, unless somebody agrees, in one of its clauses alone."""

from __future__ import annotations

import re
from dataclasses import replace

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.asked import Asked
from tsel_core.trust.claims.parts.evidence import Sentence
from tsel_core.trust.claims.parts.polarity import has_denial
from tsel_core.trust.claims.parts.reading import Reading
from tsel_core.trust.claims.parts.words import is_japanese

_PARTLY = lazy_pattern(r"\bparts? of\b|\bpartly\b|一部(?!又は)|部分的", re.I)
_WHOLLY = lazy_pattern(r"\b(?:whole|entire|entirely|wholly|all)\b|全部|全体|全て|すべて", re.I)
# a ban on a part alone: "shall not underlet part", not "the whole or any part"
_PART_ONLY = lazy_pattern(r"(?<!any )(?<!\bor )(?<!each )(?<!every )(?<!no )\bparts?\b(?: only)?(?! (?:of|in) (?:this|the) (?:agreement|contract|lease|policy|deed|handbook)\b)|(?<![又は及びも])一部(?!又は|若しくは|または|及び|でも|たりとも)", re.I)
_SOME = lazy_pattern(r"\b(?:parts?|partly|half|halves|third|quarter|portion|some|section|room|desk)\b|一部|半分|部分", re.I)
_PIECES = lazy_pattern(r";|,?\s+\b(?:but|while|whereas)\b")
_BANS = lazy_pattern(r"\b(?:prohibited|forbidden|banned|excluded)\b", re.I)
_UNLESS_AGREED = lazy_pattern(r"\bunless\b[^.;]{0,60}\b(?:agree[sd]?|consent(?:s|ed)?|approve[sd]?|permit(?:s|ted)?|allow(?:s|ed)?)\b|\bwithout\b", re.I)


def as_far(asked: Asked, sentence: Sentence, found: Reading) -> Reading:
    """A Yes or No as far as it goes: of a part, unless somebody agrees, in one of two clauses, of making others do it."""
    text = sentence.text
    open_ = Reading("", "words", share=found.share)
    if _makes_do(asked, text):
        return open_
    if found.says == "yes" and not asked.banned and _PARTLY.search(text) and not _PARTLY.search(asked.question):
        return open_ if _WHOLLY.search(asked.question) else replace(found, narrowed=True)
    if found.says == "no" and _PART_ONLY.search(text) and not _WHOLLY.search(text) and not _SOME.search(asked.question):
        return open_  # what is said of a part says nothing of the whole
    if found.says == "no" and found.why == "negation" and not is_japanese(text):
        pieces = [p for p in _PIECES.split(text) if has_denial(p) or _BANS.search(p)]
        if len(pieces) == 1 and asked.share(f"{sentence.headings} {pieces[0]}") < asked.share(f"{sentence.headings} {text}"):
            return open_
        bound = _UNLESS_AGREED.search(text) is not None and _UNLESS_AGREED.search(asked.question) is None and not asked.leave
        return replace(found, narrowed=True) if bound else found
    return found


def _makes_do(asked: Asked, text: str) -> bool:
    """Whether a Japanese sentence speaks of making somebody do what the question asks of doing, or the other way round."""
    runs = [run for run in asked.words if len(run) > 1 and re.search(rf"{re.escape(run)}(?:す|し|さ|せ|で|を)", asked.statement)]
    for run in runs[-1:]:
        made = re.search(rf"{re.escape(run)}させ", text) is not None
        alone = re.search(rf"{re.escape(run)}(?!させ)", text) is not None
        if (made and not alone and f"{run}させ" not in asked.statement) or (f"{run}させ" in asked.statement and not made and alone):
            return True
    return False
