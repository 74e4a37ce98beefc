"""A claim: a sentence of an answer with the verdict on it, why, and the sentence of the document that decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from tsel_core.document import SourceSpan
from tsel_core.trust.amendments.changed import Change
from tsel_core.trust.claims.parts.words import is_japanese

Verdict = Literal["supported", "contradicted", "not stated", "unsure"]
VERDICTS: tuple[Verdict, ...] = ("supported", "contradicted", "not stated", "unsure")
Why = Literal[
    "", "number", "date", "name", "role", "negation", "opposite", "quantifier", "modality", "kind",
    "echo", "elsewhere", "rival", "amended", "words", "no-evidence", "yes-no", "judge", "order", "other-language",
]  # fmt: skip

ClaimJudge = Callable[[str, str], float]
"""(claim with its question, evidence) -> how likely the evidence states the claim, 0..1; asked of the model."""

# of the model's judgement, by the default model (docs/trust.md): no wrong claim reached the first, no right one fell
# below the second
JUDGE_SUPPORTS = 0.9
JUDGE_DENIES = {"en": 0.3, "ja": 0.02}


@dataclass(frozen=True, slots=True)
class Claim:
    """Sentence `sentence_index` of the answer, characters [start, end) of its text.

    `evidence` is the whole sentence of the document that was compared, None when nothing came near; `detail` are the
    words that differ; `citations` the ids of the citations of the sentence. `score` is what the model's own judgement
    gave (0..1, higher is supported), None without one. `changes`: what became of its values since (why "amended").
    """

    text: str
    start: int
    end: int
    sentence_index: int
    verdict: Verdict
    why: Why = ""
    detail: str = ""
    evidence: SourceSpan | None = None
    citations: tuple[int, ...] = ()
    score: float | None = None
    changes: tuple[Change, ...] = ()


def count_verdicts(claims: Sequence[Claim]) -> dict[Verdict, int]:
    """How many claims have which verdict; verdicts that none has are left out."""
    counted = Counter(claim.verdict for claim in claims)
    return {verdict: counted[verdict] for verdict in VERDICTS if counted[verdict]}


def denies_below(text: str) -> float:
    """The judgement from which on, downwards, the model says no to a claim in this language."""
    return JUDGE_DENIES["ja" if is_japanese(text) else "en"]
