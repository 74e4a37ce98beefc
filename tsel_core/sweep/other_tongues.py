# ruff: noqa: E501 (tables of words)
"""Summaries of documents in other languages, or written for readers of them: headings, and what was not looked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tsel_core.document import Document
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.text import Line, Written
from tsel_core.text.language import document_lang
from tsel_core.text.tongue import LANGUAGES, tongues_in

SAMPLE = 16_000  # characters of the documents by which their language is told
NONE_FOUND = "- none found (looked for in English and Japanese words)"
_HEADINGS = (
    "Purpose:", "Main points:", "Conclusions:", "Risks and open questions:", "Decisions:", "Action items:", "Open points:", "- none stated", NONE_FOUND,
)  # fmt: skip
_IN = {
    "de": ("Zweck:", "Wesentliche Punkte:", "Ergebnisse:", "Risiken und offene Fragen:", "Beschlüsse:", "Aufgaben:", "Offene Punkte:", "- nicht genannt", "- nichts gefunden (gesucht wurde mit englischen und japanischen Wörtern)"),
    "fr": ("Objet :", "Points principaux :", "Conclusions :", "Risques et questions ouvertes :", "Décisions :", "Actions :", "Points en suspens :", "- non indiqué", "- rien trouvé (recherche par mots anglais et japonais)"),
    "es": ("Objeto:", "Puntos principales:", "Conclusiones:", "Riesgos y cuestiones abiertas:", "Decisiones:", "Tareas:", "Puntos pendientes:", "- no consta", "- no se ha encontrado nada (se busca con palabras inglesas y japonesas)"),
    "it": ("Oggetto:", "Punti principali:", "Conclusioni:", "Rischi e questioni aperte:", "Decisioni:", "Attività:", "Punti in sospeso:", "- non indicato", "- nulla trovato (ricerca con parole inglesi e giapponesi)"),
    "pt": ("Objeto:", "Pontos principais:", "Conclusões:", "Riscos e questões em aberto:", "Decisões:", "Tarefas:", "Pontos pendentes:", "- não consta", "- nada encontrado (procura-se com palavras inglesas e japonesas)"),
    "zh": ("目的：", "要点：", "结论：", "风险与未决问题：", "决定事项：", "行动事项：", "未决事项：", "- 未提及", "- 未找到（以英文和日文词语查找）"),
    "ko": ("목적:", "주요 내용:", "결론:", "위험 및 미해결 사항:", "결정 사항:", "실행 항목:", "미해결 사항:", "- 명시되지 않음", "- 찾지 못함 (영어와 일본어 낱말로 찾음)"),
}  # fmt: skip
_TABLES = {tongue: dict(zip(_HEADINGS, words, strict=True)) for tongue, words in _IN.items()}
_UNSURE_IN = {
    "de": "unsicher",
    "fr": "incertain",
    "es": "dudoso",
    "it": "incerto",
    "pt": "incerto",
    "zh": "待确认",
    "ko": "확인 필요",
}
_MORE = lazy_pattern(r"- and (\d+) more \(--style minutes gives all\)")
_MORE_IN = {
    "de": "- und {} weitere (alle mit --style minutes)", "fr": "- et {} autres (toutes avec --style minutes)", "es": "- y {} más (todas con --style minutes)", "it": "- e altre {} (tutte con --style minutes)",
    "pt": "- e mais {} (todas com --style minutes)", "zh": "- 另有 {} 项（--style minutes 显示全部）", "ko": "- 외 {}건 (--style minutes로 모두 표시)",
}  # fmt: skip
_NONES = ("- none stated", "- 記載なし")


def language_of(documents: Sequence[Document]) -> str:
    """The code of the one language that the documents are in; "" where none tells, or several do."""
    units = (u.text for d in documents for u in d.units if u.in_flow)
    sample, size = [], 0
    for text in units:
        sample.append(text[:400])
        size += len(sample[-1])
        if size > SAMPLE:
            break
    found = tongues_in("\n".join(sample))
    return next(iter(found)) if len(found) == 1 else ""


def unread_by_rules(documents: Sequence[Document]) -> str:
    """The code of the documents' language where no rule that looks for items knows it; "" for English and Japanese."""
    tongue = language_of(documents)
    return "" if tongue in ("en", "ja") else tongue


def summary_lang(documents: Sequence[Document]) -> str:
    """The code of the language that a summary of documents is written in: theirs, English where none tells."""
    base = document_lang((u.text for u in d.units) for d in documents)
    return base if base == "ja" else language_of(documents) or base


def of_languages(documents: Sequence[Document], tongue: str) -> list[str]:
    """What has to be said of a summary of these documents that is written in `tongue`, a language's code."""
    told = not_looked_for(documents)
    if tongue in ("en", "ja"):
        if {tongue, language_of(documents)} == {"en", "ja"}:
            told.append(f"the headings are in {LANGUAGES[tongue]}; the items are the document's words")
    elif tongue and tongue not in _TABLES:
        told.append(f"there are no headings in {LANGUAGES[tongue]}: they are English")
    elif tongue and language_of(documents) not in ("", tongue):
        told.append(
            f"the headings are in {LANGUAGES[tongue]}; the items are the document's words, and what stands between them is English"
        )
    return told


def not_looked_for(documents: Sequence[Document]) -> list[str]:
    """What has to be said of what was listed of documents in a language that no rule knows; [] for others."""
    tongue = unread_by_rules(documents)
    if not tongue:
        return []
    return [
        f"items are looked for by code in English and Japanese, and this document is read as {LANGUAGES[tongue]}: what is listed may not be all that it has"
    ]


def in_tongue(written: Written, tongue: str, unread: str) -> Written:
    """A summary with the headings of a language, and an honest "none" where the rules do not know the document's."""
    return Written(tuple(_line(line, tongue, unread) for line in written.lines))


def _line(line: Line, tongue: str, unread: str) -> Line:
    text = NONE_FOUND if unread and line.item is None and line.text in _NONES else line.text
    if tongue not in _TABLES:
        return replace(line, text=text)
    table = _TABLES[tongue]
    if line.item is None:
        more = _MORE.fullmatch(text)
        return replace(line, text=_MORE_IN[tongue].format(more[1]) if more else table.get(text, text))
    nothing = table["- none stated"].removeprefix("- ")
    if line.item.kind == "action":
        text = re.sub(
            r"^- not stated - ", f"- {nothing} - ", re.sub(r" - not stated(?=$| \(unsure\)$)", f" - {nothing}", text)
        )
    return replace(line, text=re.sub(r" \(unsure\)$", f" ({_UNSURE_IN[tongue]})", text))
