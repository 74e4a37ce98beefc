"""What the paper plainly holds is shown instead of "not found" and of what is beside the point; never as sure."""

from __future__ import annotations

from dataclasses import dataclass

from tsel_core.evidence.heads.sentence import Sentence
from tsel_core.evidence.locating.agree import says_nothing
from tsel_core.evidence.locating.kind import QuestionKind
from tsel_core.evidence.locating.locate import Located, Locator
from tsel_core.evidence.locating.signers import names_all, signed_by
from tsel_core.evidence.locating.signs import Signs
from tsel_core.evidence.locating.told_clause import beside_the_point, told_clause
from tsel_core.evidence.locating.told_whole import told_whole
from tsel_core.evidence.without_heading import without_heading
from tsel_core.trust.claims.judge import judge_claims
from tsel_core.trust.fact_tracing import FactIndex


@dataclass(frozen=True, slots=True)
class Told:
    """Words of the paper that are shown, and the sentences that they stand in."""

    text: str
    sentences: tuple[Sentence, ...]


def told_instead(
    text: str, question: str, kind: QuestionKind, locator: Locator, located: Located, signs: Signs
) -> Told | None:
    """What is shown instead of an answer: the clause that holds what is asked for, or the lines of who signed.

    None where the answer says something of the kind that is asked for, or no such clause stands there.
    """
    signed = signed_by(question, locator.index)
    if signed:
        spans = [span for one in signed for span in one.spans]
        found = tuple(s for s in locator.sentences if any(s.span.touches(span) for span in spans))
        return None if names_all(text, signed) else Told("\n".join(one.words for one in signed), found)
    if not says_nothing(text, question) and not beside_the_point(text, question):
        return None
    spoken = told_whole(question, kind, locator, located) or told_clause(question, kind, locator, located, signs)
    if spoken is None:
        return None
    words = " ".join(locator.index.text(spoken.span).split())
    return None if _is_of_another(words, question, locator) else Told(words, (spoken,))


def _is_of_another(words: str, question: str, locator: Locator) -> bool:
    """Whether a clause, said as an answer, is one of another thing: 正社員 for パート, hall B for hall A."""
    said = without_heading(words, locator.index.documents)
    claims = judge_claims(said, question, FactIndex(locator.index))
    return any(claim.verdict != "supported" for claim in claims)
