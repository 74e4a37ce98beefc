"""What the report and the page show of an answer, as plain values: sentences with verdicts, checks, places to go to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tsel_cli.i18n import in_language
from tsel_cli.render.explain.document import place_key
from tsel_cli.render.labels import label_in
from tsel_cli.render.trust_words import claim_words, role_words, verdict_words
from tsel_core.document import file_name
from tsel_core.report.build import ExplainData

Words = Mapping[str, str]


def answer_view(data: ExplainData, words: Words, lang: str) -> dict[str, Any]:
    """Everything but charts, attention and the document itself; `lang` is the reader's, of the words of the checks."""
    return {
        "badges": _badges(data, words, lang),
        "answer": _answer(data, words),
        "found": data.found,
        "notice": _notice(data, words, lang),
        "claims": [_claim(c, lang) for c in data.claims] if data.found else [],
        "other": data.other,
        "warnings": list(data.warnings),
        "citations": [_citation(c, data, words, lang) for c in data.citations],
        "nearest": [_place(p, lang) for p in (data.nearest if data.found is False else ())],
        "evidence": [_place(p, lang) for p in data.evidence],
        "facts": [(text, label, status, words.get(status, status)) for text, status, label in data.facts],
    }


def names_of(data: ExplainData) -> str:
    """The files it is about."""
    return ", ".join(file_name(d) for d in data.documents)


def _badges(data: ExplainData, words: Words, lang: str) -> list[tuple[str, str]]:
    badges = [("", names_of(data))]
    if "model" in data.settings:
        badges.append(("", str(data.settings["model"])))
    receipt = data.receipt
    if "tokens_read" in receipt:
        badges.append(("", f"{receipt['tokens_read']:,} / {receipt.get('tokens_in_file', 0):,} {words['tokens']}"))
        badges.append(("", f"{receipt.get('units_read', 0):,} / {receipt.get('units_in_file', 0):,} {words['units']}"))
        rest = receipt.get("rest", "")
        kind = "bad" if receipt.get("cut") else "" if receipt.get("left_out") else "ok"
        known = words["cut" if receipt.get("cut") else "nothing_cut"]
        badges.append((kind, in_language(rest, lang) if rest else known))
    covers = [c for c in data.coverage if c is not None]
    if covers:
        badges.append(("", f"{words['coverage']}: {100 * sum(covers) / len(covers):.1f} %"))
    return badges


def _answer(data: ExplainData, words: Words) -> list[dict[str, Any]]:
    """The answer in pieces: its sentences, and what stands between them."""
    pieces: list[dict[str, Any]] = []
    at = 0
    verdicts = _verdicts(data)
    for number, sentence in enumerate(data.sentences):
        start, end = max(at, sentence.start), min(len(data.answer), sentence.end)
        if start >= end:
            continue
        pieces.append({"number": None, "text": data.answer[at:start]})
        ids = [int(c.id) for c in data.citations if number in (c.sentences or (c.sentence_index,))]
        marked = not ids or f"[{ids[0]}]" in data.answer  # the answer has its marks already
        bare = not ids and data.found is not False
        verdict = verdicts.get(number, "")
        pieces.append(
            {
                "number": number,
                "text": data.answer[start:end],
                "kind": (" uncited" if bare else "") + (f" {verdict}" if verdict else ""),
                "title": words["uncited"] if bare else "",
                "ids": "" if marked else " ".join(f"[{i}]" for i in ids),
            }
        )
        at = end
    return [*pieces, {"number": None, "text": data.answer[at:]}]


def _verdicts(data: ExplainData) -> dict[int, str]:
    """The verdict of each sentence as a class: "supported", "contradicted", "not-stated", "unsure"."""
    return {int(c["sentence"]): _kind(c["verdict"]) for c in data.claims if "sentence" in c} if data.found else {}


def _kind(verdict: str) -> str:
    return verdict.replace(" ", "-")


def _claim(claim: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """A claim's verdict, why, and the sentence of the document that decided; a click goes there."""
    verdict, why = claim_words(claim, lang)
    evidence = claim.get("evidence")
    place = _place(evidence, lang) if evidence else None
    return {
        "kind": _kind(claim["verdict"]),
        "verdict": verdict,
        "why": why,
        "text": " ".join(claim["text"].split()),
        "sentence": claim.get("sentence"),
        "unit": place["unit"] if place else "",
        "to": place["to"] if place else "",
        "place": place if claim["verdict"] != "supported" else None,
        "at": place,
    }


def _notice(data: ExplainData, words: Words, lang: str) -> tuple[str, str] | None:
    """What the checks say of the whole answer, when it is not simply supported."""
    text = verdict_words(lang, data.found, data.reason, data.support) or (
        words["not_found"] if data.found is False else ""
    )
    return ("bad" if data.found is False else "weak", text) if text else None


def _place(place: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """A passage of the document; a click goes to its words."""
    unit = f"{int(place['doc_index'])}-{int(place['unit_index'])}"
    return {
        "unit": unit,
        "to": place_key(place),
        "label": label_in(str(place["label"]), lang),
        "quote": " ".join(str(place["quote"]).split()),
        "span": [int(place["start"]), int(place["end"])] if "start" in place else None,
    }


def _citation(c: Any, data: ExplainData, words: Words, lang: str) -> dict[str, Any]:
    answers = c.role == "answer"
    check = words.get(c.check, c.check) + (f" ({c.distance})" if c.distance else "")
    return {
        "id": int(c.id),
        "sentence": int(c.sentence_index),
        "where": label_in(c.label, lang) if len(data.documents) == 1 else f"{c.file}, {label_in(c.label, lang)}",
        "kind": c.check if answers else "question",
        "check": check if answers else role_words(lang),
        # what is not in the document is never shown as a quote
        "quote": " ".join(c.quote.split()) if c.check != "missing" else "",
        "sentences": list(c.sentences or (c.sentence_index,)),
        "unit": f"{int(c.doc_index)}-{int(c.unit_index)}" if c.check != "missing" else "",
        "span": [int(c.start), int(c.end)],
    }
