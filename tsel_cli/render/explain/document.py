# ruff: noqa: E501 (markup is easier to read in one piece)
"""The document's side of the report: its units with the cited words marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from tsel_core.document import Document, Unit, file_name
from tsel_core.report.build import ExplainData
from tsel_core.text.safe import escape_html


def documents_html(data: ExplainData, words: Mapping[str, str]) -> str:
    """Every unit of the documents, escaped, with the quotes of the citations marked."""
    marks: dict[tuple[int, int], list[Any]] = {}
    for citation in data.citations:
        if citation.check != "missing":
            marks.setdefault((citation.doc_index, citation.unit_index), []).append(citation)
    parts: list[str] = []
    for doc_index, document in enumerate(data.documents):
        parts.append(f'<h2 class="file">{escape_html(file_name(document))}</h2>{_metadata(document)}')
        for unit in document.units:
            parts.append(_unit(doc_index, unit, marks.get((doc_index, unit.index), ()), words))
    return "\n".join(parts)


def _metadata(document: Document) -> str:
    title = document.metadata.get("title")
    return f'<p class="hint">{escape_html(str(title))}</p>' if title else ""


def _unit(doc_index: int, unit: Unit, citations: Sequence[Any], words: Mapping[str, str]) -> str:
    label = escape_html(unit.label) + ("" if unit.in_flow else f" ({escape_html(words['not_read'])})")
    text = _marked(unit.text, citations) if unit.text.strip() else escape_html(words["no_text"])
    kind = f"unit {'page' if unit.kind == 'page' else ''}{'' if unit.in_flow else ' out'}"
    return (
        f'<section class="{kind}" id="u-{doc_index}-{unit.index}"><div class="label" data-share=""><span>{label}</span></div>'
        f"<p>{text}</p></section>"
    )


def _marked(text: str, citations: Sequence[Any]) -> str:
    """The text, escaped, with the quotes of citations in <mark data-cite="1 3">; quotes may overlap."""
    cuts = sorted({0, len(text), *(min(len(text), max(0, p)) for c in citations for p in (c.start, c.end))})
    parts = []
    for lo, hi in pairwise(cuts):
        held = [c for c in citations if c.start <= lo and hi <= c.end]
        ids = " ".join(str(int(c.id)) for c in held)
        ends = "".join(f"[{int(c.id)}]" for c in held if c.end == hi)  # its number is shown behind its last word
        kind = f'data-cite="{ids}"' + (f' data-no="{ends}"' if ends else "")
        piece = escape_html(text[lo:hi])
        parts.append(f"<mark {kind}>{piece}</mark>" if held else piece)
    return "".join(parts)
