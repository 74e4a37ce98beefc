"""What rests on a passage that gives orders is doubtful, unless the rest of the document says the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from tsel_core.answer import Citation
from tsel_core.document import Document, SourceSpan
from tsel_core.trust.claims.parts.claim import Claim
from tsel_core.trust.orders.detect import OrderMark


def without_orders(documents: Sequence[Document], marks: Sequence[OrderMark]) -> list[Document]:
    """The documents with the marked characters blank: every other character stays in its place.

    A unit of which nothing is left is empty, and is not given to the model.
    """
    found = []
    for doc_index, document in enumerate(documents):
        mine: dict[int, list[SourceSpan]] = {}
        for mark in marks:
            if mark.span.doc_index == doc_index:
                mine.setdefault(mark.span.unit_index, []).append(mark.span)
        units = tuple(
            replace(u, text=_blank(u.text, mine[u.index])) if u.index in mine else u for u in document.units
        )
        found.append(replace(document, units=units))
    return found


def _blank(text: str, spans: Sequence[SourceSpan]) -> str:
    for span in spans:
        kept = "".join("\n" if c == "\n" else " " for c in text[span.start : span.end])
        text = text[: span.start] + kept + text[span.end :]
    return text if text.strip() else ""


def is_marked(span: SourceSpan, marks: Sequence[OrderMark]) -> bool:
    """Whether a place of a document stands in a marked passage, by at least one character."""
    return any(
        (m.span.doc_index, m.span.unit_index) == (span.doc_index, span.unit_index)
        and m.span.start < span.end
        and span.start < m.span.end
        for m in marks
    )


def doubted_citations(citations: Sequence[Citation], marks: Sequence[OrderMark]) -> list[Citation]:
    """The citations, those that rest on a marked passage as doubtful."""
    return [replace(c, doubtful=True) if is_marked(c.span, marks) else c for c in citations]


def doubted_claims(
    claims: Sequence[Claim],
    citations: Sequence[Citation],
    marks: Sequence[OrderMark],
    elsewhere: Callable[[], Sequence[Claim]],
) -> tuple[Claim, ...]:
    """The claims, those that rest on marked passages judged again by the rest of the document.

    `elsewhere` gives the same claims judged without the marked passages. What the rest does not support is unsure,
    with the sentence of the rest that comes nearest, so that both are shown.
    """
    doubtful = {c.id for c in citations if c.doubtful}

    def rests(claim: Claim) -> bool:
        if claim.evidence is not None and is_marked(claim.evidence, marks):
            return True
        return bool(claim.citations) and set(claim.citations) <= doubtful

    if not any(rests(c) for c in claims):
        return tuple(claims)
    others = {c.sentence_index: c for c in elsewhere()}
    found = []
    for claim in claims:
        other = others.get(claim.sentence_index)
        if not rests(claim):
            found.append(claim)
        elif other is not None and other.verdict == "supported":
            found.append(replace(other, citations=claim.citations))
        else:
            place = other.evidence if other is not None else None
            found.append(replace(claim, verdict="unsure", why="order", detail="", evidence=place, score=None))
    return tuple(found)
