"""Whether the values of a statement are those of the document: code compares numbers and dates better than a model."""

from __future__ import annotations

import re

from tsel_core.text.values import extract_values
from tsel_core.trust.claims.judge import judge_claims
from tsel_core.trust.fact_tracing import FactIndex
from tsel_core.trust.passages import PassageIndex

_ASKED = re.compile(r"(?:です|でしょう|ます)か[。？?]*$")  # 「翌月末ですか。」 says 「翌月末です。」


def values_checked(matter: str, index: PassageIndex) -> bool | None:
    """True where the sentence nearest to a statement (or yes/no question) holds its values, False for other ones.

    None where the statement has no value, and where no sentence is about it.
    """
    if not extract_values(matter):
        return None
    said = _ASKED.sub(lambda m: m.group()[:2] + "。", matter.strip())
    claims = judge_claims(said.rstrip("?？"), "", FactIndex(index))
    if not claims:
        return None
    if claims[0].verdict == "contradicted" and claims[0].why in ("number", "date"):
        return False
    return True if claims[0].verdict == "supported" else None
