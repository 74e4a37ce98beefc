"""Citations of an answer, and the verdicts on its claims, in one call, as the tests ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tsel_core.answer import Citation
from tsel_core.document import Document, RenderedText
from tsel_core.ingest import read_document
from tsel_core.trust.citations import CitationFinder, UnitWeights
from tsel_core.trust.claims.judge import judge_claims
from tsel_core.trust.claims.parts.claim import Claim
from tsel_core.trust.fact_tracing import FactIndex
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


def claims_about(claim: str, question: str, folder: Path, *texts: str, kind: str = "txt") -> tuple[Claim, ...]:
    """The claims of an answer as code judges them against texts, each read as a file of that kind below `folder`."""
    files = [folder / f"{number}.{kind}" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf-8")
    return judge_claims(claim, question, FactIndex(PassageIndex.build([read_document(file) for file in files])))
