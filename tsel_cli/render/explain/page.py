"""The report of one answer: one HTML file that needs no network and runs nothing of the document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from tsel_cli.places import write_file
from tsel_cli.render.explain.charts import coverage_chart, layer_chart, phase_dot, time_bar
from tsel_cli.render.explain.document import document_views, heat_spans
from tsel_cli.render.explain.view import answer_view, names_of
from tsel_cli.render.explain.words import WORDS
from tsel_cli.render.pages import part, render_page
from tsel_core.document import SourceSpan
from tsel_core.report.build import ExplainData, Spans, unit_totals
from tsel_core.report.heat import pack_heat
from tsel_core.text.safe import script_json


def write_explain_report(path: str | Path, data: ExplainData) -> None:
    """Write the report, readable by its owner alone (0600): it holds the document. One that is there keeps its rights.

    Raises OSError when the file cannot be written.
    """
    page = render_explain_report(data)
    write_file(Path(path), page.encode("utf-8"), overwrite=True)


def render_explain_report(data: ExplainData) -> str:
    """The HTML. Whatever comes from documents, file names or the model is escaped by the template."""
    words = WORDS.get(data.lang, WORDS["en"])
    view = answer_view(data, words, data.lang)
    return render_page(
        "explain/page.html",
        t=words,
        lang=data.lang,
        version=data.version,
        title=f"{data.question or data.command}: {names_of(data)} (tsel)",
        heading=data.question or data.command,
        **view,
        found_class="missing" if data.found is False else "found",
        coverage=coverage_chart(data, words) + layer_chart(data.coverage_by_layer, words),
        time_bar=time_bar(data.timings),
        timings=[(phase_dot(data.timings, k), k.replace("_", " "), f"{v:.2f} s") for k, v in data.timings.items()],
        settings=[(k, _plain(v)) for k, v in data.settings.items()],
        documents=document_views(data, words),
        data=Markup(script_json(_payload(data, words))),
        style=part("explain/parts.css") + part("explain/style.css"),
        script=part("explain/script.js"),
    )


def _plain(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _payload(data: ExplainData, words: Mapping[str, str]) -> dict[str, Any]:
    """What the script needs: numbers, names of groups, no text of the document."""
    cited = [c for c in data.citations if c.check != "missing"]
    numbers = {span: number for number, span in enumerate(heat_spans(data))}
    return {
        "spans": [_extent(span, data) for span in numbers],
        "looked": _spans(data.looked_at or [p for s in data.sentences for p in s.spans], numbers),
        "units": [[d, u.index] for d, document in enumerate(data.documents) for u in document.units],
        "sentences": [
            {
                "weights": _rounded(s.weights),
                "spans": _spans(s.spans, numbers),
                "citations": [c.id for c in cited if number in (c.sentences or (c.sentence_index,))],
            }
            for number, s in enumerate(data.sentences)
        ],
        "total": _rounded([(d, u, w) for (d, u), w in unit_totals(data).items()]),
        "citations": [[c.doc_index, c.unit_index] for c in cited],
        "heat": _heat(data, words),
    }


def _heat(data: ExplainData, words: Mapping[str, str]) -> dict[str, Any] | None:
    """Heat by layer and head group, unpacked in the browser when somebody asks for it.

    Its units are those in flow in reading order, as the prompt places them.
    """
    packed = pack_heat([s.heat for s in data.sentences], data.layers)
    if packed is None:
        return None
    units = [[d, u.index] for d, document in enumerate(data.documents) for u in document.units if u.in_flow and u.text]
    return {
        "units": units,
        "layers": [f"{words['layer_no']} {a}" + (f"–{b}" if b > a else "") for a, b in packed.bands],
        "groups": [f"{words['group_no']} {g}" for g in range(packed.num_groups)],
        "all": words["all_groups"],
        "tops": packed.tops,
        "data": packed.data,
    }


def _extent(span: SourceSpan, data: ExplainData) -> list[float]:
    """Document, unit, and where in the unit it begins and ends (0 to 1), for the strip at the side."""
    length = len(data.documents[span.doc_index].units[span.unit_index].text) or 1
    return [span.doc_index, span.unit_index, round(span.start / length, 3), round(span.end / length, 3)]


def _spans(spans: Spans, numbers: Mapping[SourceSpan, int]) -> list[list[float]]:
    """[number, share] of each; one that stands there twice counts once, with both shares."""
    added: dict[int, float] = {}
    for span, share in spans:
        if 0 < share < float("inf"):
            added[numbers[span]] = added.get(numbers[span], 0.0) + share
    return [[number, float(f"{share:.4g}")] for number, share in added.items()]


def _rounded(weights: Sequence[tuple[int, int, float]]) -> list[list[float]]:
    """Four digits are enough for a colour; weights that are not finite are left out."""
    return [[d, u, float(f"{w:.4g}")] for d, u, w in weights if 0 < w < float("inf")]
