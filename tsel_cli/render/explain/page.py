# ruff: noqa: E501 (markup is easier to read in one piece)
"""The report of one answer: one HTML file that needs no network and runs nothing of the document."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from tsel_cli.render.explain.charts import coverage_chart, layer_chart, phase_dot, time_bar
from tsel_cli.render.explain.document import documents_html
from tsel_cli.render.explain.words import WORDS
from tsel_cli.render.trust_words import role_words, verdict_words
from tsel_core.document import file_name
from tsel_core.report.build import ExplainData, unit_totals
from tsel_core.report.heat import pack_heat
from tsel_core.text.safe import escape_html, script_json

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
        "answer": _answer(data, words),
        "found_class": "missing" if data.found is False else "found",
        "notice": _notice(data, words),
        "nearest": _nearest(data, words),
        "citations": _citations(data, words),
        "facts": _facts(data, words),
        "coverage": _card(words["coverage"], coverage_chart(data, words) + layer_chart(data.coverage_by_layer, words)),
        "timings": _card(words["timings"], _timings(data.timings)),
        "settings": _card(words["settings"], _table({k: _plain(v) for k, v in data.settings.items()})),
        "warnings": _card(words["warnings"], "".join(f"<p>{escape_html(w)}</p>" for w in data.warnings)),
        "document": documents_html(data, words),
        "data": script_json(_payload(data, words)),
        "style": _part("style.css"),
        "script": _part("script.js"),
        **{f"t_{k}": escape_html(v) for k, v in words.items()},
    }
    # one pass: braces inside of what is put in are not slots
    return _SLOT.sub(lambda match: slots[match[1]], _part("page.html"))


def _part(name: str) -> str:
    return (files("tsel_cli.render.explain") / name).read_text(encoding="utf-8")


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


def _answer(data: ExplainData, words: Mapping[str, str]) -> str:
    parts: list[str] = []
    at = 0
    for number, sentence in enumerate(data.sentences):
        start, end = max(at, sentence.start), min(len(data.answer), sentence.end)
        if start >= end:
            continue
        parts.append(escape_html(data.answer[at:start]))
        parts.append(
            f'<span class="sentence{_uncited(data, number, words)} role="button" tabindex="0" aria-pressed="false" data-sentence="{number}">'
            f"{escape_html(data.answer[start:end])}</span>{_numbers(data, number)}"
        )
        at = end
    return "".join([*parts, escape_html(data.answer[at:])])


def _uncited(data: ExplainData, sentence: int, words: Mapping[str, str]) -> str:
    """The rest of the class attribute, and a title for a sentence that nothing is cited for."""
    if data.found is False or any(sentence in (c.sentences or (c.sentence_index,)) for c in data.citations):
        return '"'
    return f' uncited" title="{escape_html(words["uncited"])}"'


def _notice(data: ExplainData, words: Mapping[str, str]) -> str:
    """What the checks say of the whole answer, when it is not simply supported."""
    text = verdict_words(data.lang, data.found, data.reason, data.support) or (
        words["not_found"] if data.found is False else ""
    )
    kind = "bad" if data.found is False else "weak"
    return f'<p class="notice {kind}" role="status">{escape_html(text)}</p>' if text else ""


def _nearest(data: ExplainData, words: Mapping[str, str]) -> str:
    """The passages nearest to a question that was not answered; a click goes there."""
    items = "".join(
        f'<li tabindex="0" data-unit="{int(p["doc_index"])}-{int(p["unit_index"])}"><span class="where">{escape_html(p["label"])}</span>'
        f"<q>{escape_html(' '.join(p['quote'].split()))}</q></li>"
        for p in (data.nearest if data.found is False else ())
    )
    return _card(words["nearest"], f'<ul class="cites">{items}</ul>' if items else "")


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
        kind = c.check if c.role == "answer" else "question"
        check = check if c.role == "answer" else role_words(data.lang)
        # what is not in the document is never shown as a quote
        quote = f"<q>{escape_html(' '.join(c.quote.split()))}</q>" if c.check != "missing" else ""
        items.append(
            f'<li tabindex="0" data-cite="{int(c.id)}" data-sentence="{int(c.sentence_index)}"><span class="where">[{int(c.id)}] '
            f'{escape_html(where)}</span><span class="check {escape_html(kind)}">{escape_html(check)}</span>{quote}</li>'
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
