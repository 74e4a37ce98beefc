"""Where the retrieval heads looked when they read the question: by whole sentences, for the report and the alarm."""

from __future__ import annotations

from collections.abc import Sequence

from tsel_core.answer import QuestionHeat
from tsel_core.document import Document
from tsel_core.evidence.heads.head_table import HeadTable
from tsel_core.evidence.heads.masses import HeadMasses
from tsel_core.evidence.heads.sentence import whole_sentences
from tsel_core.trust.passages import PassageIndex

_MOST, _LEAST = 60, 0.02  # sentences that are kept; share of the best one's below which nothing is


def question_heat(
    masses: HeadMasses | None, heads: HeadTable | None, documents: Sequence[Document]
) -> QuestionHeat | None:
    """The sentences that the heads look at, most first; None where no heads are known."""
    if masses is None or heads is None or not masses.heads:
        return None
    sentences = whole_sentences(PassageIndex.build(documents))
    if not sentences:
        return None
    scores = masses.by_sentence(sentences)
    best = [int(n) for n in scores.argsort()[::-1][:_MOST]]
    kept = [n for n in best if scores[n] > 0 and scores[n] >= _LEAST * scores[best[0]]]
    spans = tuple((sentences[n].span, float(scores[n])) for n in kept)
    return QuestionHeat(spans, heads.times_absent(masses.best_mass(sentences)))
