"""The document's side of the report: its units with cited words and the evidence of claims marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from tsel_cli.render.labels import label_in
from tsel_core.document import SourceSpan, Unit, file_name
from tsel_core.report.build import ExplainData

_Span = tuple[int, int, str, str]  # start, end, kind ("cite", "against", "heat", "place"), which one


def heat_spans(data: ExplainData) -> list[SourceSpan]:
    """The document's sentences that any part of the report shows the heat of; their numbers are those of the page."""
    spans = [span for sentence in data.sentences for span, _ in sentence.spans]
    return list(dict.fromkeys([*spans, *(span for span, _ in data.looked_at)]))


def document_views(data: ExplainData, words: Mapping[str, str]) -> list[dict[str, Any]]:
    """What the template needs of every document: its name and its units in pieces."""
    marks: dict[tuple[int, int], list[_Span]] = {}
    for citation in data.citations:
        if citation.check != "missing":
            span = (citation.start, citation.end, "cite", str(int(citation.id)))
            marks.setdefault((citation.doc_index, citation.unit_index), []).append(span)
    for claim in data.claims:
        place = claim.get("evidence")
        if place and claim["verdict"] != "supported":
            span = (place["start"], place["end"], "against", "")
            marks.setdefault((place["doc_index"], place["unit_index"]), []).append(span)
    for number, warm in enumerate(heat_spans(data)):
        marks.setdefault((warm.doc_index, warm.unit_index), []).append((warm.start, warm.end, "heat", str(number)))
    for key, place in _shown_places(data).items():
        there = (place["doc_index"], place["unit_index"])
        marks.setdefault(there, []).append((place["start"], place["end"], "place", key))
    return [
        {
            "name": file_name(document),
            "title": str(document.metadata.get("title") or ""),
            "units": [_unit(number, u, marks.get((number, u.index), ()), words, data.lang) for u in document.units],
        }
        for number, document in enumerate(data.documents)
    ]


def _shown_places(data: ExplainData) -> dict[str, Mapping[str, Any]]:
    """The places that the lists of the panel lead to, by their keys."""
    claims = [c["evidence"] for c in data.claims if c.get("evidence")]
    found = {place_key(p): p for p in (*claims, *data.evidence, *data.nearest)}
    return {key: place for key, place in found.items() if key}


def place_key(place: Mapping[str, Any]) -> str:
    """What tells places apart in the page; "" where only the unit is known."""
    return "-".join(str(int(place[k])) for k in _KEYS) if "start" in place else ""


_KEYS = ("doc_index", "unit_index", "start", "end")


def _unit(doc_index: int, unit: Unit, marks: Sequence[_Span], words: Mapping[str, str], lang: str) -> dict[str, Any]:
    text = unit.text if unit.text.strip() else words["no_text"]
    return {
        "id": f"{doc_index}-{unit.index}",
        "kind": f"unit {'page' if unit.kind == 'page' else ''}{'' if unit.in_flow else ' out'}",
        "label": label_in(unit.label, lang) + ("" if unit.in_flow else f" ({words['not_read']})"),
        "pieces": _pieces(text, marks if unit.text.strip() else ()),
    }


def _pieces(text: str, marks: Sequence[_Span]) -> list[dict[str, str]]:
    """The text cut where a mark begins or ends; marks may overlap. A quote's number stands behind its last word."""
    cuts = sorted({0, len(text), *(min(len(text), max(0, p)) for m in marks for p in m[:2])})
    made = []
    for lo, hi in pairwise(cuts):
        held = [m for m in marks if m[0] <= lo and hi <= m[1]]
        cites = [m for m in held if m[2] == "cite"]
        made.append(
            {
                "text": text[lo:hi],
                "kind": " ".join(dict.fromkeys(m[2] for m in held if m[2] not in ("heat", "place"))),
                "heat": " ".join(m[3] for m in held if m[2] == "heat"),
                "place": " ".join(m[3] for m in held if m[2] == "place"),
                "cites": " ".join(m[3] for m in cites),
                "ends": "".join(f"[{m[3]}]" for m in cites if m[1] == hi),
            }
        )
    return made
