"""An answer that the second look was not sure of, and that a sentence of the document bears out.

The look is unsure where the whole document's reading found nothing and the located passages' did, and where two agree
though too few of the question's words stand in the paper. Of such answers whose every sentence is supported, and where
the heads look at one place far more than for what a document does not say, all of the first kind and most of the second
were right (docs/dev/unseen-questions.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.same_values import all_alike, own_values
from tsel_core.text.sentences import split_sentences
from tsel_core.trust.amendments.words import FORMER
from tsel_core.trust.check import Trust
from tsel_core.trust.claims.parts.held import without
from tsel_core.trust.passages import features

_REFUSED, _AGREED = "document-refuses", ("agree", "seen")  # why a look is unsure
_SEEN, _LOOKED_AT = 1.0, 2.0  # the heads' mass as a multiple of that for absent answers, for each of the two
# no plain statement of a value
_PLAIN = lazy_pattern(r"\b(?:not?|never|longer|neither|nor|without|unless)\b|n['’]t\b|ない|なく|ません|ではな", re.I)
_TOGETHER = 0.66  # of the heads name the same sentence


def is_borne_out(extra: Mapping[str, Any], trust: Trust) -> bool:
    """Whether an unsure answer may be relied on: each of its sentences is supported, and the heads see it."""
    if extra.get("confidence") != "unsure" or not trust.claims or not trust.support.found:
        return False
    if any(claim.verdict != "supported" for claim in trust.claims):
        return False
    why, mass, together = _signs(extra)
    return (why == _REFUSED and mass >= _SEEN) or (why in _AGREED and mass >= _LOOKED_AT and together >= _TOGETHER)


def may_rely(extra: Mapping[str, Any]) -> bool:
    """Whether two readings of an unsure answer agree on what the heads see, so that its sentences may rest on it."""
    why, mass, together = _signs(extra)
    return extra.get("confidence") == "unsure" and why in _AGREED and mass >= _LOOKED_AT and together >= _TOGETHER


def says_the_same_now(before: str, trust: Trust, other: str, question: str) -> bool:
    """Whether the other reading gives the values that an amendment put into the answer, and each sentence is supported.

    One reading told what the clause says, the other what the amendment does: they agree on what stands now. `before`
    is the answer as it was written.
    """
    if before.strip() == trust.text.strip() or any(claim.verdict != "supported" for claim in trust.claims):
        return False
    spans = split_sentences(trust.text)
    now = " ".join(trust.text[a:b] for a, b in spans if FORMER.search(trust.text[a:b]) is None)
    told, said = own_values(other, question), own_values(now, question)
    same = bool(told) and all_alike(told, said) and all_alike(said, told) and FORMER.search(question) is None
    # "the deposit is" tells of another thing than the fee that is asked for
    of_more = features(without(other, told)).keys() - features(without(now, said)).keys() - features(question).keys()
    return same and _PLAIN.search(other) is None and not of_more


def _signs(extra: Mapping[str, Any]) -> tuple[str, float, float]:
    looks = extra.get("looks") or {}
    signs = looks.get("signs") or {}
    return looks.get("why") or "", signs.get("mass") or 0.0, signs.get("heads_agree") or 0.0
