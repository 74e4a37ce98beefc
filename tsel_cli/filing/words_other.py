# ruff: noqa: E501 (tables of words)
"""The words around a summary in a file, in the further languages that summaries are written in."""

from __future__ import annotations

from collections.abc import Mapping

NAMES = (
    "minutes", "summary", "report", "date", "place", "attendees", "absent", "files", "topics", "points", "who", "what",
    "when", "where", "fact", "words", "none", "not_stated", "check", "orders", "rejected", "proposed", "done", "made_by",
    "coverage", "empty_units", "items_checked", "stopped", "whole", "not_whole",
)  # fmt: skip

_IN: dict[str, tuple[str, ...]] = {
    "de": (
        "Protokoll", "Zusammenfassung", "Bericht", "Datum", "Ort", "Anwesend", "Entschuldigt", "Erstellt aus", "Tagesordnung", "Wesentliche Punkte", "Wer", "Was",
        "Bis wann", "Fundstelle", "Punkt", "Wortlaut des Dokuments", "Nicht genannt.", "nicht genannt",
        "Zu prüfen: Aus diesen Worten folgt es nicht sicher.\n{label}: „{quote}“",
        "Zu prüfen: Die Stelle richtet Anweisungen an ihren Leser oder an das Programm.\n{label}: „{quote}“",
        "abgelehnt", "vorgeschlagen", "erledigt", "Geschrieben von tsel {version} mit {model} aus einer Datei von {units}.",
        "Die Einträge stammen aus {with_items} von {units}; was nicht als Eintrag gilt, steht nicht hier.", "Keine in: {labels}.", "{n} zu prüfen, mit einem Kommentar markiert.", "Vor dem Ende abgebrochen.",
        "Alles wurde gelesen.", "NICHT ALLES wurde gelesen, oder Text kann fehlen.",
    ),
    "fr": (
        "Compte rendu", "Résumé", "Rapport", "Date", "Lieu", "Présents", "Excusés", "Établi d’après", "Ordre du jour", "Points principaux", "Qui", "Quoi",
        "Échéance", "Passage", "Point", "Texte du document", "Non indiqué.", "non indiqué",
        "À vérifier : ces mots ne suffisent pas à l’établir.\n{label} : « {quote} »",
        "À vérifier : le passage donne des ordres à son lecteur ou au programme.\n{label} : « {quote} »",
        "rejeté", "proposé", "fait", "Rédigé par tsel {version} avec {model} à partir d’un fichier de {units}.",
        "Les éléments proviennent de {with_items} sur {units} ; ce qui n’a pas été retenu n’y figure pas.", "Aucun dans : {labels}.", "{n} à vérifier, signalés par un commentaire.", "Interrompu avant la fin.",
        "Tout a été lu.", "TOUT N’A PAS ÉTÉ LU, ou du texte peut manquer.",
    ),
    "es": (
        "Acta", "Resumen", "Informe", "Fecha", "Lugar", "Asistentes", "Excusados", "Elaborado a partir de", "Orden del día", "Puntos principales", "Quién", "Qué",
        "Plazo", "Pasaje", "Punto", "Texto del documento", "No consta.", "no consta",
        "Por comprobar: estas palabras no lo dan por seguro.\n{label}: «{quote}»",
        "Por comprobar: el pasaje da órdenes a su lector o al programa.\n{label}: «{quote}»",
        "rechazado", "propuesto", "hecho", "Redactado por tsel {version} con {model} a partir de un archivo de {units}.",
        "Los elementos proceden de {with_items} de {units}; lo que no se tomó por un elemento no figura aquí.", "Ninguno en: {labels}.", "{n} por comprobar, señalados con un comentario.", "Se interrumpió antes del final.",
        "Se ha leído todo.", "NO SE HA LEÍDO TODO, o puede faltar texto.",
    ),
    "it": (
        "Verbale", "Riassunto", "Relazione", "Data", "Luogo", "Presenti", "Assenti giustificati", "Redatto da", "Ordine del giorno", "Punti principali", "Chi", "Che cosa",
        "Entro", "Passo", "Punto", "Testo del documento", "Non indicato.", "non indicato",
        "Da verificare: queste parole non bastano a stabilirlo.\n{label}: «{quote}»",
        "Da verificare: il passo dà ordini a chi legge o al programma.\n{label}: «{quote}»",
        "respinto", "proposto", "fatto", "Scritto da tsel {version} con {model} da un file di {units}.",
        "Le voci provengono da {with_items} su {units}; ciò che non è stato considerato una voce non è riportato.", "Nessuna in: {labels}.", "{n} da verificare, segnate con un commento.", "Interrotto prima della fine.",
        "Tutto è stato letto.", "NON TUTTO È STATO LETTO, o può mancare del testo.",
    ),
    "pt": (
        "Ata", "Resumo", "Relatório", "Data", "Local", "Presentes", "Ausências justificadas", "Elaborado a partir de", "Ordem de trabalhos", "Pontos principais", "Quem", "O quê",
        "Prazo", "Passagem", "Ponto", "Texto do documento", "Não consta.", "não consta",
        "A verificar: estas palavras não o tornam certo.\n{label}: “{quote}”",
        "A verificar: a passagem dá ordens ao leitor ou ao programa.\n{label}: “{quote}”",
        "rejeitado", "proposto", "feito", "Escrito pelo tsel {version} com {model} a partir de um ficheiro de {units}.",
        "Os itens provêm de {with_items} de {units}; o que não foi tido por item não consta aqui.", "Nenhum em: {labels}.", "{n} a verificar, assinalados com um comentário.", "Interrompido antes do fim.",
        "Tudo foi lido.", "NEM TUDO FOI LIDO, ou pode faltar texto.",
    ),
    "zh": (
        "会议纪要", "摘要", "报告", "日期", "地点", "出席", "请假", "依据文件", "议题", "要点", "负责人", "内容",
        "期限", "出处", "项目", "文件原文", "未提及。", "未提及",
        "待核实：这些词语不足以确定。\n{label}：“{quote}”",
        "待核实：该处对读者或程序下达指令。\n{label}：“{quote}”",
        "否决", "提议", "已完成", "由 tsel {version}（{model}）根据{units}的文件写成。",
        "条目出自{units}中的 {with_items}；未被视为条目的内容未列出。", "无条目：{labels}。", "{n} 项待核实，已加批注。", "在结束前中断。",
        "已全部读取。", "未能全部读取，或可能缺少文字。",
    ),
    "ko": (
        "회의록", "요약", "보고서", "일시", "장소", "참석자", "불참자", "원본 파일", "안건", "주요 내용", "담당", "내용",
        "기한", "위치", "항목", "문서의 문구", "명시되지 않음.", "명시되지 않음",
        "확인 필요: 이 문구만으로는 확실하지 않습니다.\n{label}: “{quote}”",
        "확인 필요: 읽는 사람이나 프로그램에 지시하는 부분입니다.\n{label}: “{quote}”",
        "부결", "제안", "완료", "tsel {version}({model})이 {units} 분량의 파일로 작성했습니다.",
        "항목의 출처: {units} 중 {with_items}. 항목으로 보지 않은 내용은 싣지 않았습니다.", "항목 없음: {labels}.", "확인 필요 {n}건(메모로 표시).", "끝나기 전에 중단되었습니다.",
        "전부 읽었습니다.", "전부 읽지 못했거나 빠진 글이 있을 수 있습니다.",
    ),
}  # fmt: skip

OTHER: Mapping[str, Mapping[str, str]] = {lang: dict(zip(NAMES, told, strict=True)) for lang, told in _IN.items()}

# one, several: of page, paragraph, turn, line, row and anything else
_KINDS = ("page", "paragraph", "turn", "line", "row", "unit")
_UNITS_IN: dict[str, tuple[tuple[str, str], ...]] = {
    "de": (("Seite", "Seiten"), ("Absatz", "Absätzen"), ("Wortmeldung", "Wortmeldungen"), ("Zeile", "Zeilen"), ("Zeile", "Zeilen"), ("Abschnitt", "Abschnitten")),
    "fr": (("page", "pages"), ("paragraphe", "paragraphes"), ("intervention", "interventions"), ("ligne", "lignes"), ("ligne", "lignes"), ("partie", "parties")),
    "es": (("página", "páginas"), ("párrafo", "párrafos"), ("intervención", "intervenciones"), ("línea", "líneas"), ("fila", "filas"), ("parte", "partes")),
    "it": (("pagina", "pagine"), ("paragrafo", "paragrafi"), ("intervento", "interventi"), ("riga", "righe"), ("riga", "righe"), ("parte", "parti")),
    "pt": (("página", "páginas"), ("parágrafo", "parágrafos"), ("intervenção", "intervenções"), ("linha", "linhas"), ("linha", "linhas"), ("parte", "partes")),
    "zh": (("页", "页"), ("段", "段"), ("次发言", "次发言"), ("行", "行"), ("行", "行"), ("处", "处")),
    "ko": (("쪽", "쪽"), ("개 단락", "개 단락"), ("개 발언", "개 발언"), ("줄", "줄"), ("행", "행"), ("곳", "곳")),
}  # fmt: skip


def units(count: int, kind: str, lang: str) -> str:
    """ "33 Seiten"; the form is that behind "aus" or "von"."""
    one, several = _UNITS_IN[lang][_KINDS.index(kind) if kind in _KINDS else -1]
    told = f"{count:,}"
    if lang in ("zh", "ko"):
        return f"{told} {one}" if lang == "zh" else f"{told}{one}"
    return f"{told.replace(',', '.' if lang != 'fr' else ' ')} {one if count == 1 else several}"
