"""Citations of an answer in one call, as the tests ask for them."""

from __future__ import annotations

from collections.abc import Sequence

from tsel_core.answer import Citation
from tsel_core.document import Document, RenderedText
from tsel_core.trust.citations import CitationFinder, UnitWeights
from tsel_core.trust.passages import PassageIndex


def find_citations(
    answer_text: str,
    rendered: RenderedText,
    documents: Sequence[Document],
    *,
    question: str,
    selected: Sequence[UnitWeights] | None = None,
    max_per_sentence: int = 2,
) -> list[Citation]:
    """CitationFinder.find over documents; `rendered` is what the model was shown of them."""
    del rendered
    return CitationFinder(PassageIndex.build(documents)).find(answer_text, question, selected, max_per_sentence)
