"""What the page is told, as JSON: documents, their units, answers with their places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tsel_cli.i18n import in_language
from tsel_cli.page.shelf import Opened
from tsel_cli.render.explain.view import answer_view
from tsel_cli.render.explain.words import WORDS
from tsel_cli.render.labels import label_in
from tsel_core.errors import DocumentError
from tsel_core.report.build import ExplainData, Spans, Weights, unit_totals
from tsel_core.text.safe import clean_for_terminal

if TYPE_CHECKING:
    from tsel_core.answer import Draft


@dataclass(frozen=True)
class Answered:
    """A question that was answered, about which documents, and everything that is known of its answer."""

    answer_id: str
    question: str
    document_ids: tuple[str, ...]
    answer: Draft
    data: ExplainData


def document_view(opened: Opened, lang: str) -> dict[str, Any]:
    """One document of the list; `pages` are [width, height] in points, none where its text is shown."""
    document, pages, warnings = opened.document, [], list(opened.document.warnings)
    if opened.note:
        warnings.append(opened.note)
    if opened.painter is not None:
        try:
            pages = [list(size) for size in opened.painter.sizes()]
        except DocumentError as error:
            warnings.append(error.message)
    return safe(
        {
            "id": opened.document_id,
            "name": opened.name,
            "kind": document.kind,
            "title": str(document.metadata.get("title") or ""),
            "pages": pages,
            "num_units": document.num_units,
            "unit_kind": document.unit_kind,
            "warnings": [in_language(w, lang) for w in warnings],
        }
    )


def units_view(opened: Opened, lang: str) -> list[dict[str, Any]]:
    """The text of a document, unit by unit."""
    return [
        {
            "index": u.index,
            "kind": u.kind,
            "label": clean_for_terminal(label_in(u.label, lang)),
            "text": _as_long(u.text),
            "read": u.in_flow,
            "page": opened.page_of(u),
        }
        for u in opened.document.units
    ]


def answered_view(answered: Answered, lang: str) -> dict[str, Any]:
    """An answer: what the report shows of it, and where attention lay."""
    data = answered.data
    view = answer_view(data, WORDS[lang], lang)
    return safe(
        {
            **view,
            "id": answered.answer_id,
            "question": answered.question,
            "documents": list(answered.document_ids),
            "lang": data.lang,
            "warnings": [in_language(w, lang) for w in view["warnings"]],
            "attention": [attention_view(s.spans, s.weights) for s in data.sentences],
            "attention_total": attention_view(
                data.looked_at or [p for s in data.sentences for p in s.spans],
                [(d, u, w) for (d, u), w in unit_totals(data).items()],
            ),
            "seconds": round(float(data.timings.get("total", 0.0)), 1),
            "stopped": answered.answer.stop_reason not in ("end", "length"),
        }
    )


def attention_view(spans: Spans, weights: Weights) -> list[list[float]]:
    """Rows [document, unit, start, end, share]: sentences of the document where they are known, units (end -1) else."""
    rows: dict[tuple[int, int, int, int], float] = {}
    for span, share in spans:
        key = (span.doc_index, span.unit_index, span.start, span.end)
        rows[key] = rows.get(key, 0.0) + share
    if not rows:
        rows = {(d, u, 0, -1): share for d, u, share in weights}
    return [[*key, float(f"{share:.4g}")] for key, share in rows.items() if 0 < share < float("inf")]


def _as_long(text: str) -> str:
    """The text with a blank for each sign that must not be shown: places are counted in it."""
    if clean_for_terminal(text) == text:
        return text
    return "".join(sign if clean_for_terminal(sign) == sign else " " for sign in text)


def safe(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values without controls and bidi controls in their strings."""
    return {name: _safe(value) for name, value in values.items()}


def _safe(value: Any) -> Any:
    if isinstance(value, str):
        return clean_for_terminal(value)
    if isinstance(value, Mapping):
        return safe(value)
    return [_safe(v) for v in value] if isinstance(value, list | tuple) else value
