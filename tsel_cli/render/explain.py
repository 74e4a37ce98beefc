# ruff: noqa: E501 (markup is easier to read in one piece)
"""The report of one answer: one HTML file that needs no network and runs nothing of the document."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

from tsel_cli.render.explain_charts import coverage_chart, layer_chart, phase_dot, time_bar
from tsel_cli.render.explain_words import WORDS
from tsel_core.document import Document, Unit, file_name
from tsel_core.explain import ExplainData, unit_totals
from tsel_core.heat import pack_heat
from tsel_core.safe_text import escape_html, script_json

_SLOT = re.compile(r"\{\{(\w+)\}\}")


def write_explain_report(path: str | Path, data: ExplainData) -> None:
    """Write the report. Raises OSError when the file cannot be written."""
    Path(path).write_text(render_explain_report(data), encoding="utf-8", newline="\n")


def render_explain_report(data: ExplainData) -> str:
    """The HTML. Whatever comes from documents, file names or the model is escaped."""
    words = WORDS.get(data.lang, WORDS["en"])
    names = ", ".join(file_name(d) for d in data.documents)
    slots = {
        "lang": escape_html(data.lang),
        "version": escape_html(data.version),
        "title": escape_html(f"{data.question or data.command}: {names} (tsel)"),
        "heading": escape_html(data.question or data.command),
        "badges": _badges(data, names, words),
        "answer": _answer(data),
        "found_class": "missing" if data.found is False else "found",
        "notice": f'<p class="notice">{words["not_found"]}</p>' if data.found is False else "",
        "citations": _citations(data, words),
        "facts": _facts(data, words),
        "coverage": _card(words["coverage"], coverage_chart(data, words) + layer_chart(data.coverage_by_layer, words)),
        "timings": _card(words["timings"], _timings(data.timings)),
        "settings": _card(words["settings"], _table({k: _plain(v) for k, v in data.settings.items()})),
        "warnings": _card(words["warnings"], "".join(f"<p>{escape_html(w)}</p>" for w in data.warnings)),
        "document": _documents(data, words),
        "data": script_json(_payload(data, words)),
        "style": _part("explain_style.css"),
        "script": _part("explain_script.js"),
        **{f"t_{k}": escape_html(v) for k, v in words.items()},
    }
    # one pass: braces inside of what is put in are not slots
    return _SLOT.sub(lambda match: slots[match[1]], _part("explain_page.html"))


def _part(name: str) -> str:
    return (files("tsel_cli.render") / name).read_text(encoding="utf-8")


def _card(title: str, body: str, kind: str = "") -> str:
    return f'<section class="card {kind}"><h2>{escape_html(title)}</h2>{body}</section>' if body else ""


def _badges(data: ExplainData, names: str, words: Mapping[str, str]) -> str:
    badges = [("", names)]
    if "model" in data.settings:
        badges.append(("", str(data.settings["model"])))
    receipt = data.receipt
    if "tokens_read" in receipt:
        badges.append(("", f"{receipt['tokens_read']:,} / {receipt.get('tokens_in_file', 0):,} {words['tokens']}"))
        badges.append(("", f"{receipt.get('units_read', 0):,} / {receipt.get('units_in_file', 0):,} {words['units']}"))
        badges.append(("bad", words["cut"]) if receipt.get("cut") else ("ok", words["nothing_cut"]))
    covers = [c for c in data.coverage if c is not None]
    if covers:
        mean = sum(covers) / len(covers)
        badges.append(("", f"{words['coverage']}: {100 * mean:.1f} %"))
    return "".join(f'<li class="{kind}">{escape_html(text)}</li>' for kind, text in badges)


def _answer(data: ExplainData) -> str:
    parts: list[str] = []
    at = 0
    for number, sentence in enumerate(data.sentences):
        start, end = max(at, sentence.start), min(len(data.answer), sentence.end)
        if start >= end:
            continue
        parts.append(escape_html(data.answer[at:start]))
        parts.append(
            f'<span class="sentence" role="button" tabindex="0" aria-pressed="false" data-sentence="{number}">'
            f"{escape_html(data.answer[start:end])}</span>{_numbers(data, number)}"
        )
        at = end
    return "".join([*parts, escape_html(data.answer[at:])])


def _numbers(data: ExplainData, sentence: int) -> str:
    ids = [int(c.id) for c in data.citations if sentence in (c.sentences or (c.sentence_index,))]
    if not ids or f"[{ids[0]}]" in data.answer:
        return ""  # the answer has its marks already
    return f"<sup>{' '.join(f'[{i}]' for i in ids)}</sup>"


def _citations(data: ExplainData, words: Mapping[str, str]) -> str:
    items = []
    for c in data.citations:
        where = c.label if len(data.documents) == 1 else f"{c.file}, {c.label}"
        check = words.get(c.check, c.check) + (f" ({c.distance})" if c.distance else "")
        # what is not in the document is never shown as a quote
        quote = f"<q>{escape_html(' '.join(c.quote.split()))}</q>" if c.check != "missing" else ""
        items.append(
            f'<li tabindex="0" data-cite="{int(c.id)}" data-sentence="{int(c.sentence_index)}"><span class="where">[{int(c.id)}] '
            f'{escape_html(where)}</span><span class="check {escape_html(c.check)}">{escape_html(check)}</span>{quote}</li>'
        )
    return _card(words["citations"], f'<ul class="cites">{"".join(items)}</ul>' if items else "")


def _facts(data: ExplainData, words: Mapping[str, str]) -> str:
    rows = "".join(
        f'<tr><td>{escape_html(text)}</td><td>{escape_html(label)} <span class="check {escape_html(status)}">'
        f"{escape_html(words.get(status, status))}</span></td></tr>"
        for text, status, label in data.facts
    )
    return _card(words["facts"], f'<table class="facts">{rows}</table>' if rows else "")


def _timings(timings: Mapping[str, float]) -> str:
    if not timings:
        return ""
    rows = "".join(
        f"<tr><td>{phase_dot(timings, k)}{escape_html(k.replace('_', ' '))}</td><td>{v:.2f} s</td></tr>"
        for k, v in timings.items()
    )
    return f"{time_bar(timings)}<table>{rows}</table>"


def _table(rows: Mapping[str, str]) -> str:
    cells = "".join(f"<tr><td>{escape_html(str(k))}</td><td>{escape_html(v)}</td></tr>" for k, v in rows.items())
    return f"<table>{cells}</table>" if cells else ""


def _plain(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _documents(data: ExplainData, words: Mapping[str, str]) -> str:
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
        ids = [str(int(c.id)) for c in citations if c.start <= lo and hi <= c.end]
        piece = escape_html(text[lo:hi])
        parts.append(f'<mark data-cite="{" ".join(ids)}">{piece}</mark>' if ids else piece)
    return "".join(parts)


def _payload(data: ExplainData, words: Mapping[str, str]) -> dict[str, Any]:
    """What the script needs: numbers, names of groups, no text of the document."""
    cited = [c for c in data.citations if c.check != "missing"]
    return {
        "units": [[d, u.index] for d, document in enumerate(data.documents) for u in document.units],
        "sentences": [
            {
                "weights": _rounded(s.weights),
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


def _rounded(weights: Sequence[tuple[int, int, float]]) -> list[list[float]]:
    """Four digits are enough for a colour; weights that are not finite are left out."""
    return [[d, u, float(f"{w:.4g}")] for d, u, w in weights if 0 < w < float("inf")]
